/** The append-only record of what was done to a repository's adapters, one JSON object a line. */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

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

export class AuditLog {
  readonly #path: string;

  constructor(dir: string) {
    this.#path = join(dir, 'audit.jsonl');
  }

  /** One write of one line: lines of several processes do not mix. */
  async append(action: AuditAction, adapter: string | null, detail: string, nowMs = Date.now()): Promise<void> {
    const entry: AuditEntry = { at: new Date(nowMs).toISOString(), user: userName(), action, adapter, detail };
    await mkdir(join(this.#path, '..'), { recursive: true });
    await appendFile(this.#path, `${JSON.stringify(entry)}\n`);
  }

  /** Oldest first. A line cut short by a crash is left out. */
  async read(): Promise<AuditEntry[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => {
      try {
        return [entrySchema.parse(JSON.parse(line))];
      } catch {
        return [];
      }
    });
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
