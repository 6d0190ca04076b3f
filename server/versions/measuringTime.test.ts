import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StoredAdapter } from '../adapters/store.ts';
import { AdapterService } from './adapterService.ts';
import type { compareVersions } from './compareVersions.ts';
import type { JudgeDependencies, judgeVersion } from './judgeVersion.ts';

const HOUR_MS = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'repotune-measuring-'));
let systemMs = 0;
/** What the clock of a measurement says has passed, when the machine sleeps for an hour in it. */
let passedMs = Number.NaN;
const measure = (_: unknown, { workedMs }: JudgeDependencies): never => {
  const fromMs = workedMs!();
  systemMs += HOUR_MS;
  passedMs = workedMs!() - fromMs;
  throw new Error('enough');
};
vi.mock('./judgeVersion.ts', () => ({
  judgeVersion: async (...asked: Parameters<typeof judgeVersion>) => measure(asked[0], asked[1]),
}));
vi.mock('./compareVersions.ts', () => ({
  compareVersions: async (...asked: Parameters<typeof compareVersions>) => measure(asked[0], asked[1]),
}));

beforeEach(() => {
  for (const clock of [performance, Date]) vi.spyOn(clock, 'now').mockImplementation(() => systemMs);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;

it.each<[string, (adapters: AdapterService) => Promise<unknown>]>([
  [
    'judged',
    (adapters) =>
      adapters.judge(
        {} as StoredAdapter,
        { pairs: 1, secondsPerModel: 1, keep: false, activate: false },
        () => {},
        signal,
      ),
  ],
  ['compared', (adapters) => adapters.compare('a', 'b', () => {}, signal)],
])('the time in which the machine sleeps is not counted while versions are %s', async (_, ask) => {
  const adapters = await AdapterService.of(folder, {
    modelPath: () => 'base.gguf',
    lendServing: (work) => work(() => Promise.reject(new Error('not needed'))),
    mineHeldOut: () => Promise.reject(new Error('not needed')),
    switchedBy: 'chosen in the editor',
    nowMs: Date.now,
  });
  await expect(ask(adapters)).rejects.toThrow('enough');
  expect(passedMs).toBeLessThan(HOUR_MS / 60);
});
