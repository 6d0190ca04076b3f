/** When git itself last replaced files of a work tree: by a checkout, a pull, a rebase, a reset, a stash. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { openFile } from '../storage/openFile.ts';
import { folderOfDotGit, nearestDotGit } from './dotGit.ts';
import { reftableMoveMs } from './reftableMoves.ts';

/** Enough for the last entries. */
const READ_BYTES = 8192;
/** <old> <new> <name> <address> <seconds> <zone>\t<what was done> */
const ENTRY = /^[0-9a-f]{40,64} [0-9a-f]{40,64} .* (\d{1,12}) [-+]\d{4}\t(?!commit\b)/;

/** From the last such entry of HEAD's reflog, to the second; 0 if it has no such entry. Commits, which only record existing files, do not count. */
export async function lastMoveMs(folder: string): Promise<number> {
  const dotGit = await nearestDotGit(folder);
  const gitDir = dotGit === null ? null : await folderOfDotGit(dotGit);
  if (gitDir === null) return 0;
  // The last, not the latest: an earlier one may have been made by a clock that was ahead.
  const entries = endOf(join(gitDir, 'logs', 'HEAD'))
    .split('\n')
    .flatMap((line) => ENTRY.exec(line)?.[1] ?? []);
  return Math.max(1000 * Number(entries.at(-1) ?? 0), await reftableMoveMs(folder, gitDir));
}

function endOf(path: string): string {
  try {
    const file = openFile(path);
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, READ_BYTES));
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, size - bytes.length));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
