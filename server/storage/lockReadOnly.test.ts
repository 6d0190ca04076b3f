import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasMounts, runWith } from '../sharing/testingMounts.ts';
import { here } from './place.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'repotune-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function asked(holder: object): unknown {
  const store = join(dir, 'store');
  mkdirSync(store);
  const lock = join(store, 'x.lock');
  writeFileSync(lock, JSON.stringify(holder));
  utimesSync(lock, 0, 0);
  const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  return runWith(
    'read-only',
    store,
    `import { ownership, takeLock } from ${module('./lock.ts')};
     import { messageFor } from ${module('./fileErrors.ts')};
     const lock = ${JSON.stringify(lock)};
     const taking = await takeLock(lock, 'me').catch(messageFor);
     console.log(JSON.stringify({ owner: await ownership(lock), taking: taking.replace(lock, 'LOCK') }));`,
  );
}

describe.skipIf(!hasMounts)('on a disk that has become read-only', () => {
  it.each([
    ['a killed process', { pid: 2 ** 22 + 1, startedAt: '1', purpose: 'killed', sinceMs: 0 }],
    [
      'a process from before a restart',
      { ...here, boot: 'another', pid: 1, startedAt: '1', purpose: 'far', sinceMs: 0 },
    ],
  ])('the lock of %s is told from a held one, and is not to be deleted: nothing can be', (_, holder) => {
    expect(asked(holder)).toEqual({
      owner: 'stale',
      taking: expect.stringMatching(/^LOCK cannot be written: its disk is read-only\. /),
    });
  });
});
