/** Free memory of a Mac. Node counts only empty pages, of which macOS leaves few: most of what is available is cache. */
import { spawnSync } from 'node:child_process';

const MOST_MS = 2000;

/** null if the system does not tell. */
export function freeOnMac(): number | null {
  const { status, stdout } = spawnSync('/usr/bin/vm_stat', { encoding: 'utf8', timeout: MOST_MS });
  return status === 0 ? freeBytesIn(stdout) : null;
}

/** From the output of `vm_stat`: pages that are empty, were read ahead, or have not been used for a while. */
export function freeBytesIn(vmStat: string): number | null {
  const pageBytes = Number(/page size of (\d+) bytes/.exec(vmStat)?.[1] ?? 0);
  const pages = ['free', 'speculative', 'inactive'].map((kind) =>
    Number(new RegExp(`^Pages ${kind}: +(\\d+)\\.`, 'm').exec(vmStat)?.[1] ?? Number.NaN),
  );
  const bytes = pageBytes * pages.reduce((sum, count) => sum + count, 0);
  return bytes > 0 ? bytes : null;
}
