import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startLiveComparison, stopLiveComparison } from '../adapters/liveComparisonFile.ts';
import { AdapterStore, type StoredAdapter } from '../adapters/store.ts';
import type { HeldOutSet, Report } from '../protocol/report.ts';
import { verdictOn } from './judgeVersion.ts';
import { emptyReport } from './testing.ts';

const version = (id: string, parent: string | null = null, keptUp = false): StoredAdapter =>
  ({
    id,
    name: id,
    manifest: { parent, base: { sha256: 'base' }, dataset: { split: 's' }, training: { keptUp } },
  }) as StoredAdapter;
const dir = mkdtempSync(join(tmpdir(), 'repotune-verdict-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
/** A store in which `active` serves. */
const serving = (active: StoredAdapter | null): AdapterStore =>
  Object.assign(new AdapterStore(dir), { active: async () => active, verify: async () => {} });
const loss = (low: number, high: number) => ({
  loss: { mean: (low + high) / 2, low, high },
  exact: null,
  completions: null,
});
/** Better than the base; on older files within a percent of the serving version, on newer code better. */
const asGood: HeldOutSet = {
  ...emptyReport.byFile,
  pairs: 60,
  overBase: loss(-0.3, -0.2),
  overActive: loss(-0.015, 0.015),
};
const report: Report = {
  ...emptyReport,
  byFile: asGood,
  byTime: { ...asGood, overActive: loss(-0.3, -0.1) },
};

test.each([
  { name: 'a kept-up version whose parent is active', parent: 'rival', keepsUp: true, reason: /newer than both/ },
  {
    name: 'a kept-up version after another was activated',
    parent: 'older',
    keepsUp: true,
    reason: /active adapter rival/,
  },
  { name: 'a tune from scratch', parent: null, keepsUp: false, reason: /active adapter rival/ },
])('the verdict compares with the active version: $name', async ({ parent, keepsUp, reason }) => {
  const rival = version('rival');
  const measured = { store: serving(rival), baseSha256: 'base', against: rival, objection: null, keepsUp };
  const verdict = await verdictOn(version('new', parent, keepsUp), report, measured);
  expect(verdict.reason).toMatch(reason);
  expect(verdict.activate).toBe(parent === 'rival');
});

test.each([
  { name: 'a version that keeps it up', parent: 'rival', keepsUp: true, activate: false },
  { name: 'a tune from scratch', parent: null, keepsUp: false, activate: true },
])('after the active version was turned off during the run, $name is activated: $activate', async (made) => {
  const { parent, keepsUp, activate } = made;
  const better = { ...report, byFile: { ...asGood, overActive: null }, byTime: null };
  const measured = { store: serving(null), baseSha256: 'base', against: null, objection: null, keepsUp };
  const verdict = await verdictOn(version('new', parent, keepsUp), better, measured);
  expect(verdict.activate).toBe(activate);
  if (!activate) expect(verdict.reason).toMatch(/^Kept, not activated: .*turned off.*"Repotune: Use an Adapter…"/);
});

test('a version turned off while another was measured beside it need not be beaten', async () => {
  const measured = { store: serving(null), baseSha256: 'base', against: version('rival'), objection: null };
  const { activate, reason } = await verdictOn(version('new'), report, measured);
  expect(reason).not.toMatch(/rival/);
  expect(activate).toBe(true);
});

test.each([
  ['a live comparison of the active version', 'rival', false],
  ['a live comparison of another, which is over', 'older', true],
])('a version that keeps the active one up does not end %s', async (_, active, activate) => {
  await startLiveComparison(dir, { active, rival: null, share: 0.5 }, Date.now());
  const rival = version('rival');
  const measured = { store: serving(rival), baseSha256: 'base', against: rival, objection: null, keepsUp: true };
  const verdict = await verdictOn(version('new', 'rival', true), report, measured);
  await stopLiveComparison(dir);
  expect(verdict.activate).toBe(activate);
  if (!activate) expect(verdict.reason).toMatch(/^Kept, not activated: .*compared live.*"Repotune: Use an Adapter…"/);
});

test('a version that keeps the active one up is asked the same when it is measured again', async () => {
  const rival = version('rival');
  const measured = { store: serving(rival), baseSha256: 'base', against: rival, objection: null };
  const again = await verdictOn(version('new', 'rival', true), report, measured);
  expect(again).toMatchObject({ activate: true, reason: expect.stringMatching(/newer than both/) });
});
