/** Assembles an adapter from parts in the log into a PEFT folder, entirely or not at all. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAside } from '../storage/writeAside.ts';
import { ClusterError } from './errors.ts';
import type { FileName, JobEvent } from './jobEvents.ts';

type Part = Extract<JobEvent, { kind: 'part' }>;
type FileEnd = Extract<JobEvent, { kind: 'file' }>;

/** The largest adapters known are far smaller. */
const MOST_BYTES: Readonly<Record<FileName, number>> = {
  'adapter_config.json': 2 ** 20,
  'adapter_model.safetensors': 2 * 2 ** 30,
};

export class ReceivedAdapter {
  readonly #parts = new Map<FileName, { readonly pieces: Buffer[]; bytes: number }>();
  readonly #whole = new Map<FileName, Buffer>();

  /** Parts come in order, and restart from the first when a log is read again. */
  part({ name, part, parts, data }: Part): void {
    const begun = part === 0 ? { pieces: [], bytes: 0 } : this.#parts.get(name);
    if (begun === undefined || part !== begun.pieces.length || part >= parts) throw damaged(name);
    const piece = Buffer.from(data, 'base64');
    begun.pieces.push(piece);
    begun.bytes += piece.length;
    if (begun.bytes > MOST_BYTES[name]) throw damaged(name);
    this.#parts.set(name, begun);
  }

  file({ name, bytes, sha256 }: FileEnd): void {
    const whole = Buffer.concat(this.#parts.get(name)?.pieces ?? []);
    this.#parts.delete(name);
    if (whole.length !== bytes || createHash('sha256').update(whole).digest('hex') !== sha256) throw damaged(name);
    this.#whole.set(name, whole);
  }

  /** @throws {ClusterError} if a file is missing. */
  async write(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (const name of ['adapter_config.json', 'adapter_model.safetensors'] as const) {
      const bytes = this.#whole.get(name);
      if (bytes === undefined) throw damaged(name);
      await writeAside(join(folder, name), bytes);
    }
  }
}

function damaged(name: string): ClusterError {
  return new ClusterError(
    'damaged',
    `The adapter did not arrive whole: ${name} is damaged. Fetch it again (on the command line: repotune cluster follow); if it stays damaged, submit the tune again.`,
  );
}
