import { expect, test } from 'vitest';
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import type { HeldOutSet, Report } from '../protocol/report.ts';
import { verdictOn } from './judgeVersion.ts';

const better = { mean: -0.2, low: -0.3, high: -0.1 };
const worse = { mean: 0.2, low: 0.1, high: 0.3 };
function report(overBase: typeof better): Report {
  const byFile = {
    pairs: 100,
    base: { loss: 1 },
    tuned: { loss: 1 + overBase.mean },
    overBase: { loss: overBase, exact: null },
    overActive: null,
    overLayout: null,
  } as unknown as HeldOutSet;
  return { byFile, byTime: null } as unknown as Report;
}
const version = { id: 'new', manifest: { parent: null, training: {} } } as unknown as StoredAdapter;
const store = { dir: '/nowhere', active: async () => null } as unknown as AdapterStore;
const measured = { store, baseSha256: 'base', against: null };

test('what cannot be compared with the active adapter has passed if it is better than the base, but is not switched to', async () => {
  const objection = 'Adapter old was tuned by a release that lays out prompts for this base differently';
  const beside = (overBase: typeof better) => verdictOn(version, report(overBase), { ...measured, objection });
  expect(await beside(better)).toMatchObject({ activate: false, passed: true, reason: expect.stringContaining('old') });
  expect(await beside(worse)).toMatchObject({ activate: false, passed: false });
});

test('without an objection, what passes is switched to', async () => {
  expect(await verdictOn(version, report(better), { ...measured, objection: null })).toMatchObject({
    activate: true,
    passed: true,
  });
  expect(await verdictOn(version, report(worse), { ...measured, objection: null })).toMatchObject({
    activate: false,
    passed: false,
  });
});

test('a run that keeps an adapter up undoes nothing chosen meanwhile, and what it made has passed all the same', async () => {
  const keeping = { ...measured, objection: null, keepsUp: true };
  const verdict = await verdictOn(version, report(better), keeping);
  expect(verdict).toMatchObject({ activate: false, passed: true, reason: expect.stringContaining('turned off') });
  expect(await verdictOn(version, report(worse), keeping)).toMatchObject({ passed: false });
});
