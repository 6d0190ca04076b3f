/** The append-only record of actions on a repository's adapters, one JSON object per line. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { parseWithoutControls } from '../common/controls.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';

const entrySchema = z.object({
  at: z.iso.datetime(),
  user: z.string(),
  action: z.string(),
  adapter: z.string().nullable(),
  detail: z.string(),
});

export type AuditEntry = Readonly<z.infer<typeof entrySchema>>;

export type AuditAction =
  | 'tune'
  | 'activate'
  | 'disable'
  | 'roll back'
  | 'rename'
  | 'delete'
  | 'import'
  | 'export'
  | 'publish'
  | 'pull'
  | 'evaluate'
  | 'compare live'
  | 'route'
  | 'override';

const MOST_READ_BYTES = 16 * 2 ** 20;

export class AuditLog {
  readonly #path: string;

  constructor(dir: string) {
    this.#path = join(dir, 'audit.jsonl');
  }

  /**
   * What it records is done by then: where the disk is full, or the file another user's, only the entry is lost.
   * @throws if the repository was moved or deleted meanwhile
   */
  async append(action: AuditAction, adapter: string | null, detail: string, nowMs = Date.now()): Promise<void> {
    const entry = { at: new Date(nowMs).toISOString(), user: userName(), action, adapter, detail };
    await makeStoreFolder(dirname(this.#path));
    await this.#append(entry).catch(() => {});
  }

  /** One write per line, so that lines of several processes do not mix. A truncated line before it stays on its own. */
  async #append(entry: AuditEntry): Promise<void> {
    const file = await open(this.#path, 'a+');
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      const isWhole = size === 0 || buffer.toString() === '\n';
      await file.appendFile(`${isWhole ? '' : '\n'}${JSON.stringify(entry)}\n`);
    } finally {
      await file.close();
    }
  }

  /** Oldest first; only the end of an oversized log. A line truncated by a crash is left out. */
  async read(): Promise<AuditEntry[]> {
    return (await this.#tail()).split('\n').flatMap((line) => {
      try {
        return [entrySchema.parse(parseWithoutControls(line))];
      } catch {
        return [];
      }
    });
  }

  async #tail(): Promise<string> {
    // Non-blocking, in case a pipe is in its place.
    const file = await open(this.#path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(() => null);
    if (file === null) return '';
    try {
      const info = await file.stat();
      if (!info.isFile()) return '';
      const { size } = info;
      const bytes = Buffer.alloc(Math.min(size, MOST_READ_BYTES));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
