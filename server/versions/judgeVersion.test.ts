import { expect, test } from 'vitest';
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import type { HeldOutSet, Report } from '../protocol/report.ts';
import { verdictOn } from './judgeVersion.ts';
import { emptyReport } from './testing.ts';

const version = (id: string, parent: string | null = null): StoredAdapter =>
  ({ id, name: id, manifest: { parent, base: { sha256: 'base' } } }) as StoredAdapter;
const store = { active: async () => null } as unknown as AdapterStore;
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
  const measured = { store, baseSha256: 'base', against: rival, objection: null, keepsUp };
  const verdict = await verdictOn(version('new', parent), report, measured);
  expect(verdict.reason).toMatch(reason);
  expect(verdict.activate).toBe(parent === 'rival');
});
