import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { StatisticsStore } from '../completion/statistics/store.ts';
import { scriptPath } from '../storage/paths.ts';

const data = mkdtempSync(join(tmpdir(), 'repotune-statistics-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

function statistics(...args: string[]): { code: number | null; out: string; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [scriptPath('cli'), 'statistics', ...args], {
    encoding: 'utf8',
    env: { ...process.env, REPOTUNE_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { code: status, out: stdout.trim(), error: stderr };
}

test('shows statistics, and clears them only with --yes', async () => {
  expect(statistics()).toMatchObject({ code: 0, out: 'No suggestions have been counted.' });
  const store = new StatisticsStore(join(data, 'statistics.json'), Date.now);
  const ofMs = Date.parse('2026-01-02T12:00:00Z');
  store.add({ offered: 12, accepted: 5, kept30s: 30, checked30s: 40 }, ofMs);
  store.came({ writer: 'base', chance: 0.5, isRight: false }, ofMs);
  await store.flush();
  const { out } = statistics('show');
  expect(out).toMatch(/^2026-01-02 +12 +5 +75 % +-$/m);
  expect(out).toContain('-0.05 for the base and 0.00 for adapters');
  expect(JSON.parse(statistics('--json').out)).toMatchObject({
    days: [{ day: '2026-01-02', offered: 12 }],
    leans: { base: expect.closeTo(-0.05, 2), adapter: 0 },
  });

  const unconfirmed = statistics('clear');
  expect(unconfirmed).toMatchObject({ code: 2, out: '' });
  expect(unconfirmed.error).toContain('the counts of 12 suggestions on 1 day');
  expect((await store.days()).size).toBe(1);
  expect(statistics('clear', '--yes')).toMatchObject({
    code: 0,
    out: 'The statistics were cleared: the counts of 12 suggestions on 1 day, and what was learned from them.',
  });
  expect((await store.days()).size).toBe(0);
  expect(JSON.parse(statistics('clear', '--json').out)).toEqual({ cleared: { days: 0, offered: 0 } });
});

test.each([[['delete']], [['clear', '2026-01-02']]])('%j is answered with the usage', (args) => {
  expect(statistics(...args)).toMatchObject({ code: 2, error: expect.stringContaining('usage: repotune statistics') });
});
