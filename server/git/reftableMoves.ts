/** When HEAD last changed to another commit in a `reftable` repository, whose logs cannot be read without git. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gitText } from './git.ts';

interface Seen {
  readonly tablesMs: number;
  readonly head: string | null;
  readonly movedMs: number;
}

/** By the work tree's git folder. */
const seen = new Map<string, Seen>();

/** Commits count too. 0 for another format; git is only asked if a ref was written since the last time. */
export async function reftableMoveMs(folder: string, gitDir: string): Promise<number> {
  const written = await stat(join(gitDir, 'reftable', 'tables.list')).catch(() => null);
  if (written === null) return 0;
  const tablesMs = written.mtimeMs;
  const last = seen.get(gitDir);
  if (last?.tablesMs === tablesMs) return last.movedMs;
  const head = await gitText(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}']);
  // A background fetch does not move HEAD.
  const movedMs = last !== undefined && last.head === head ? last.movedMs : tablesMs;
  seen.set(gitDir, { tablesMs, head, movedMs });
  return movedMs;
}
