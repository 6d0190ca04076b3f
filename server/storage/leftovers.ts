/** Temporary files of processes killed while writing: see `temporaryName`, beside which the addon writes one of its own first. */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { nowOnDisk } from './lock.ts';
import { placeTag } from './place.ts';

const NAME = /\.(?<place>[0-9a-f]{8})-(?<pid>\d+)-\d+\.tmp(?:\.part\d+)?$/;
/** A process elsewhere may still be writing: that updates its file's time, and no write takes so long. */
const SILENT_MS = 3600 * 1000;

/** Deletes those directly in `dir` with this prefix that no living process is writing. No link is followed. */
export async function clearTemporaryFiles(dir: string, beginning = ''): Promise<void> {
  const names = await readdir(dir).catch(() => []);
  for (const name of names) {
    const { place, pid } = NAME.exec(name)?.groups ?? {};
    if (pid === undefined || !name.startsWith(beginning)) continue;
    const path = join(dir, name);
    // Files that have disappeared, or cannot be deleted now, do no harm.
    await (async () => {
      const info = await lstat(path);
      if (!info.isFile()) return;
      const abandoned = place === placeTag ? !lives(Number(pid)) : (await nowOnDisk(path)) - info.mtimeMs > SILENT_MS;
      if (abandoned) await rm(path);
    })().catch(() => {});
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
