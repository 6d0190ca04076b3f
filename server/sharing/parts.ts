/** An adapter file in pieces: an interrupted transfer repeats one piece, not the whole. */
import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PART_BYTES } from './limits.ts';

export interface PartFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface SplitFile {
  readonly parts: readonly PartFile[];
  /** Of the whole, as it was read. */
  readonly sha256: string;
}

/** Writes the pieces of `file` into `folder`. */
export async function split(file: string, folder: string, partBytes = PART_BYTES): Promise<SplitFile> {
  const source = await open(file, 'r');
  const whole = createHash('sha256');
  const parts: PartFile[] = [];
  try {
    const buffer = Buffer.alloc(partBytes);
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, partBytes, parts.length * partBytes);
      if (bytesRead === 0) return { parts, sha256: whole.digest('hex') };
      const piece = buffer.subarray(0, bytesRead);
      whole.update(piece);
      const path = join(folder, `part-${String(parts.length).padStart(3, '0')}`);
      await writeFile(path, piece);
      parts.push({ path, sha256: sha256(piece), sizeBytes: bytesRead });
    }
  } finally {
    await source.close();
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
