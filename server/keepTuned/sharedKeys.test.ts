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

const HOUR_MS = 3_600_000;

test.each([
  ['is noticed while another window keeps an adapter tuned', 1, true],
  ['is not recorded once none has been for a day', 25, false],
])('a key in a window where it is off %s', async (_, hours, isNoticed) => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-keys-'));
  try {
    const laterMs = Date.now() + hours * HOUR_MS;
    const [kept, off] = [new SharedKeys(folder, Date.now), new SharedKeys(folder, () => laterMs)];
    kept.pressed();
    await expect.poll(() => kept.lastMs(), SLOW_DISK).toBeGreaterThan(0);
    const before = await kept.lastMs();
    off.pressedBeside();
    if (isNoticed) await expect.poll(() => kept.lastMs(), SLOW_DISK).toBeGreaterThan(before + HOUR_MS / 2);
    else {
      await new Promise((resolve) => setTimeout(resolve, 100));
      // The file may have been created when it was looked at, and written a moment later.
      expect(await kept.lastMs()).toBeLessThan(before + HOUR_MS / 2);
    }
    kept.forget();
    await expect.poll(() => kept.lastMs(), SLOW_DISK).toBe(Number.NEGATIVE_INFINITY);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
