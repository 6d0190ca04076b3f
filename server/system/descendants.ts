/**
 * Processes that somebody else's program has started for us, and leaves behind when it is killed: each inherits a variable that we put into
 * the program's environment.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = 'REPOTUNE_STARTED';

/** A variable for the environment of one program. */
export function startedMark(): Readonly<Record<string, string>> {
  return { [NAME]: randomUUID() };
}

/**
 * Kills the program and all that it started, whichever of them is left. Linux alone shows the environment of a user's processes in files;
 * elsewhere nothing is killed.
 */
export async function killStarted(mark: Readonly<Record<string, string>>): Promise<void> {
  const entry = `${NAME}=${mark[NAME]}`;
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    pids.map(async (pid) => {
      // Other users' processes are not readable, and one may have ended since.
      const environment = await readFile(join('/proc', pid, 'environ'), 'latin1').catch(() => '');
      if (!environment.split('\0').includes(entry)) return;
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {}
    }),
  );
}
