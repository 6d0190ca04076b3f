/** What a person is told of a version that a cluster has tuned. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import type { HeldOutSet, Report } from '../protocol/report.ts';
import { verdictOn } from '../versions/judgeVersion.ts';
import { addVersion, emptyReport } from '../versions/testing.ts';
import { letServe } from './takeIn.ts';

let scratch: string;
let store: AdapterStore;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'repotune-take-in-'));
  store = new AdapterStore(join(scratch, 'store'));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const [SERVES, COMES] = ['20260101-000000-00000001', '20260102-000000-00000002'];
const OWN = { name: 'large', sha256: '1'.repeat(64) };
const better = { mean: -0.2, low: -0.3, high: -0.1 };
const unsure = { mean: -0.2, low: -0.5, high: 0.1 };
const report = (loss: typeof better, set: Partial<HeldOutSet> = {}): Report => ({
  ...emptyReport,
  byFile: { ...emptyReport.byFile, overBase: { loss, exact: null, completions: null }, ...set },
});

it.each<[string, object, Report, boolean, RegExp]>([
  [
    'names the adapter of another base that it turns off',
    {},
    report(better),
    true,
    /^Activated: .*takes the place of the adapter .* another base, base: .*rollback\)\.$/,
  ],
  [
    'says nothing of one of its own base that it turns off',
    { base: OWN },
    report(better),
    true,
    /^Activated: [^.]*\.[^.]*\.[^.]* %\)\.$/,
  ],
  [
    'says how to measure more where time ran out',
    {},
    report(unsure, { pairs: 24, available: 240, stopped: 'time' }),
    false,
    /may be chance\. There was time for only 24 of 240 .*repotune eval --adapter 20260102/,
  ],
])('the verdict on a version that came back %s', async (_, base, measured, activate, reason) => {
  await addVersion(store, scratch, { id: SERVES!, ...base });
  await store.activate(SERVES!, 'served before');
  await addVersion(store, scratch, { id: COMES!, day: 2, base: OWN });
  const stored = await store.find(COMES!);
  const against = 'base' in base ? await store.find(SERVES!) : null;
  const asked = { store, baseSha256: OWN.sha256, against, objection: null };
  const verdict = await verdictOn(stored, measured, asked);
  expect(await letServe(stored, verdict, measured, asked)).toMatch(reason);
  expect((await store.active())?.id).toBe(activate ? COMES : SERVES);
});
