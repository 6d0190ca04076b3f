/** Free memory of a Mac. Node counts the pages that nothing is in, and macOS leaves few of those: most of what can be had is cache. */
import { spawnSync } from 'node:child_process';

const MOST_MS = 2000;

/** null where the system does not tell. */
export function freeOnMac(): number | null {
  const { status, stdout } = spawnSync('/usr/bin/vm_stat', { encoding: 'utf8', timeout: MOST_MS });
  return status === 0 ? freeBytesIn(stdout) : null;
}

/** Of what `vm_stat` prints: pages that are empty, were read ahead, or were not used for a while. */
export function freeBytesIn(vmStat: string): number | null {
  const pageBytes = Number(/page size of (\d+) bytes/.exec(vmStat)?.[1] ?? 0);
  const pages = ['free', 'speculative', 'inactive'].map((kind) =>
    Number(new RegExp(`^Pages ${kind}: +(\\d+)\\.`, 'm').exec(vmStat)?.[1] ?? Number.NaN),
  );
  const bytes = pageBytes * pages.reduce((sum, count) => sum + count, 0);
  return bytes > 0 ? bytes : null;
}
