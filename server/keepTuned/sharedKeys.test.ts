import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { SharedKeys } from './sharedKeys.ts';

const SLOW_DISK = { timeout: 10_000 };

test('a key in one window is noticed in another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-keys-'));
  try {
    let nowMs = 1000;
    const [here, there] = [
      new SharedKeys(join(folder, 'data'), () => nowMs),
      new SharedKeys(join(folder, 'data'), Date.now),
    ];
    expect(await here.lastMs()).toBe(Number.NEGATIVE_INFINITY);
    there.pressed();
    await expect.poll(() => here.lastMs(), SLOW_DISK).toBeGreaterThan(0);
    const onKey = vi.fn();
    here.watch(onKey);
    nowMs += 10_000;
    here.pressed();
    await expect.poll(() => onKey.mock.calls.length, SLOW_DISK).toBeGreaterThan(0);
    here.unwatch();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
