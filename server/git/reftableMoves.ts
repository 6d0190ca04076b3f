/** When HEAD last became another commit in a repository of git's format `reftable`: its logs are no files that are read without git. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gitText } from './git.ts';

interface Seen {
  readonly tablesMs: number;
  readonly head: string | null;
  readonly movedMs: number;
}

/** By git's folder of the work tree. */
const seen = new Map<string, Seen>();

/** Commits count too. 0 where the format is another; git is asked only where a ref was written since the last time. */
export async function reftableMoveMs(folder: string, gitDir: string): Promise<number> {
  const written = await stat(join(gitDir, 'reftable', 'tables.list')).catch(() => null);
  if (written === null) return 0;
  const tablesMs = written.mtimeMs;
  const last = seen.get(gitDir);
  if (last?.tablesMs === tablesMs) return last.movedMs;
  const head = await gitText(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}']);
  // What is fetched in the background moves nothing.
  const movedMs = last !== undefined && last.head === head ? last.movedMs : tablesMs;
  seen.set(gitDir, { tablesMs, head, movedMs });
  return movedMs;
}
