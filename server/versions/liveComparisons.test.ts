import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addObservations } from '../adapters/liveComparisonFile.ts';
import { AdapterStore } from '../adapters/store.ts';
import { NO_OBSERVATIONS } from '../liveComparison/arms.ts';
import { LiveComparisons } from './liveComparisons.ts';
import { addVersion } from './testing.ts';

let folder: string;
let store: AdapterStore;
let live: LiveComparisons;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-live-'));
  store = new AdapterStore(join(folder, 'store'));
  live = new LiveComparisons(store, Date.now);
  for (const id of ['main-one', 'rival-one']) await addVersion(store, folder, { id });
  await store.activate('main-one', 'test');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('a live comparison starts, reports its figures and stops, and both are recorded', async () => {
  expect(await live.running()).toBeNull();
  const { startedAt } = await live.start('rival-one', 0.25);
  const more = { ...NO_OBSERVATIONS, offered: 10, accepted: 3 };
  await addObservations(store.dir, startedAt, { active: more, rival: more });
  expect(await live.running()).toMatchObject({
    active: { adapter: 'main-one', share: 0.75, acceptance: { mean: 0.3 } },
    rival: { adapter: 'rival-one', share: 0.25, counts: { offered: 10 }, survival: null },
    difference: { mean: 0 },
  });
  await live.stop();
  expect(await live.running()).toBeNull();
  expect((await store.audit.read()).slice(-2)).toMatchObject([
    { action: 'compare live', adapter: 'main-one', detail: 'with rival-one, 25 % of documents' },
    { action: 'compare live', adapter: null, detail: 'ended' },
  ]);
});

it('a live comparison is over once another version is active, and goes on if the first one serves again', async () => {
  await live.start('rival-one', 0.5);
  await store.activate('rival-one', 'test');
  expect(await live.running()).toBeNull();
  await store.rollBack();
  expect(await live.running()).toMatchObject({ active: { adapter: 'main-one' } });
});

it('a live comparison with the base needs no rival adapter', async () => {
  expect(await live.start(null, 0.5)).toMatchObject({ active: { adapter: 'main-one' }, rival: { adapter: null } });
});

it.each([
  ['the active version', 'main-one', /Both arms would be the same/],
  [
    'a version from elsewhere that was never measured',
    'pulled-one',
    /Measure it first with "Repotune: Use an Adapter…"/,
  ],
  ['a version that does not exist', 'no-one', /There is no adapter no-one here/],
  ['a version of another base', 'other-base', /belongs to another base, other, so the two cannot serve together/],
])('%s is refused as a rival, and nothing runs', async (_, rival, message) => {
  await addVersion(store, folder, { id: 'pulled-one', origin: { kind: 'pulled', from: 'ann' } });
  await addVersion(store, folder, { id: 'other-base', base: { name: 'other', sha256: 'f'.repeat(64) } });
  await expect(live.start(rival, 0.5)).rejects.toThrow(message);
  expect(await live.running()).toBeNull();
});
