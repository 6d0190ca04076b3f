/** One file out of a gzipped tar archive (POSIX ustar), as a stream: archives here are hundreds of megabytes. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

const BLOCK = 512;

/** Writes the entry to `target` and forces it to disk. Whether the archive has it; rejects when the archive is cut or damaged. */
export async function extractEntry(archive: string, entry: string, target: string): Promise<boolean> {
  const unpacked = createReadStream(archive).pipe(createGunzip());
  const reader = new BlockReader(unpacked[Symbol.asyncIterator]());
  try {
    for (;;) {
      const header = await reader.take(BLOCK);
      // Two blocks of zeros end an archive; one is enough to know.
      if (header.every((byte) => byte === 0)) return false;
      const size = Number.parseInt(text(header, 124, 12), 8);
      if (!Number.isSafeInteger(size) || size < 0) throw new Error(`${archive} is not a tar archive.`);
      const prefix = text(header, 345, 155);
      const name = prefix === '' ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`;
      if (name === entry) {
        await writeAll(reader.pieces(size), target);
        return true;
      }
      for await (const _ of reader.pieces(Math.ceil(size / BLOCK) * BLOCK));
    }
  } finally {
    unpacked.destroy();
  }
}

async function writeAll(pieces: AsyncIterable<Buffer>, target: string): Promise<void> {
  const file = await open(target, 'w');
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

function text(header: Buffer, at: number, length: number): string {
  return header
    .subarray(at, at + length)
    .toString('utf8')
    .replace(/\0.*$/s, '')
    .trim();
}

class BlockReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterator<Buffer>) {
    this.#chunks = chunks;
  }

  async take(bytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const piece of this.pieces(bytes)) parts.push(piece);
    return Buffer.concat(parts);
  }

  /** The next `bytes`, in pieces as they come. */
  async *pieces(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#chunks.next();
        if (done) throw new Error('The archive ends too early.');
        this.#rest = value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}
