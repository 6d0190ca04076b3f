/** `parts.json` beside a shared manifest: the pieces that make up the adapter file. */
import * as z from 'zod';
import { MOST_PARTS, PART_BYTES } from './limits.ts';

export const envelopeSchema = z.strictObject({
  format: z.literal(1),
  parts: z
    .array(
      z.strictObject({
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        sizeBytes: z.int().min(1).max(PART_BYTES),
      }),
    )
    .min(1)
    .max(MOST_PARTS),
});

export type Envelope = z.infer<typeof envelopeSchema>;

/** Whether all parts but the last are full, so that sizes alone give the number of bytes to expect. */
export function isConsistent({ parts }: Envelope, adapterBytes: number): boolean {
  const total = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return total === adapterBytes && parts.slice(0, -1).every(({ sizeBytes }) => sizeBytes === PART_BYTES);
}
