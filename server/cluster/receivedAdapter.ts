/** An adapter that comes in parts by the log becomes PEFT's folder, whole or not at all. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAside } from '../storage/writeAside.ts';
import { ClusterError } from './errors.ts';
import type { FileName, JobEvent } from './jobEvents.ts';

type Part = Extract<JobEvent, { kind: 'part' }>;
type FileEnd = Extract<JobEvent, { kind: 'file' }>;

/** Size of one file; the largest adapters known are far below. */
const MOST_BYTES = 2 * 2 ** 30;

export class ReceivedAdapter {
  readonly #parts = new Map<FileName, Buffer[]>();
  readonly #whole = new Map<FileName, Buffer>();
  #bytes = 0;

  /** Parts come in order, and again from the first where a log is read anew. */
  part({ name, part, data }: Part): void {
    const parts = part === 0 ? [] : (this.#parts.get(name) ?? []);
    if (part !== parts.length) throw damaged(name);
    const bytes = Buffer.from(data, 'base64');
    this.#bytes = part === 0 ? bytes.length : this.#bytes + bytes.length;
    if (this.#bytes > MOST_BYTES) throw damaged(name);
    parts.push(bytes);
    this.#parts.set(name, parts);
  }

  file({ name, bytes, sha256 }: FileEnd): void {
    const whole = Buffer.concat(this.#parts.get(name) ?? []);
    this.#parts.delete(name);
    if (whole.length !== bytes || createHash('sha256').update(whole).digest('hex') !== sha256) throw damaged(name);
    this.#whole.set(name, whole);
  }

  /** @throws {ClusterError} where a file is missing. */
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
    `The adapter did not arrive whole: ${name} is damaged. Fetch it again on the command line: repotune cluster follow`,
  );
}
