import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addObservations } from '../adapters/liveComparisonFile.ts';
import { AdapterStore } from '../adapters/store.ts';
import { NO_OBSERVATIONS } from '../liveComparison/arms.ts';
import { sha256File } from '../storage/hash.ts';
import { LiveComparisons } from './liveComparisons.ts';
import { addVersion } from './testing.ts';

let folder: string;
let store: AdapterStore;
let live: LiveComparisons;
/** Adapters of the base that serves, and of another one. */
let ours: { readonly sha256: string };
const other = { name: 'other', sha256: 'f'.repeat(64) };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-live-'));
  store = new AdapterStore(join(folder, 'store'));
  const modelPath = join(folder, 'base.gguf');
  await writeFile(modelPath, 'a base');
  ours = { sha256: await sha256File(modelPath) };
  live = new LiveComparisons(store, () => modelPath, Date.now);
  for (const id of ['main-one', 'rival-one']) await addVersion(store, folder, { id, base: ours });
  await store.activate('main-one', 'test');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('a live comparison starts, reports its figures and stops, and both are recorded', async () => {
  expect(await live.running()).toBeNull();
  const { startedAt } = await live.start('rival-one', 0.25);
  const more = { ...NO_OBSERVATIONS, offered: 10, accepted: 3, documents: 4 };
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

it('in a copy of the repository, where the active one does not serve, a live comparison rests, and none starts', async () => {
  await live.start('rival-one', 0.5);
  // What certifies it is in the data folder of the other machine.
  await rm(join(store.dir, 'judgements', 'main-one.seal'));
  expect(await live.running()).toMatchObject({ resting: expect.stringMatching(/main-one.* was not made or measured/) });
  await live.stop();
  await expect(live.start('rival-one', 0.5)).rejects.toThrow(/Adapter main-one has not been measured here/);
});

it('suggestions in fewer than four documents of an arm tell nothing apart', async () => {
  const { startedAt } = await live.start('rival-one', 0.5);
  const of = (accepted: number, documents: number) => ({ ...NO_OBSERVATIONS, offered: 60, accepted, documents });
  await addObservations(store.dir, startedAt, { active: of(0, 9), rival: of(60, 3) });
  expect(await live.running()).toMatchObject({ rival: { acceptance: { mean: 1 } }, difference: null });
});

it('the end of a live comparison is recorded once, and none where there was none', async () => {
  const ends = async (): Promise<number> =>
    (await store.audit.read()).filter(({ detail }) => detail === 'ended').length;
  await live.stop();
  expect(await ends()).toBe(0);
  await live.start(null, 0.5);
  await Promise.all([live.stop(), live.stop()]);
  expect(await ends()).toBe(1);
});

it('a share is recorded as it was given', async () => {
  await live.start(null, 7 / 100);
  expect((await store.audit.read()).at(-1)).toMatchObject({ detail: 'with the base, 7 % of documents' });
});

it('a live comparison is over once another version is active, and goes on if the first one serves again', async () => {
  await live.start('rival-one', 0.5);
  await store.activate('rival-one', 'test');
  expect(await live.running()).toBeNull();
  await store.rollBack();
  expect(await live.running()).toMatchObject({ active: { adapter: 'main-one' } });
});

it('a live comparison rests while another base is in use, and offers only adapters of that one', async () => {
  await addVersion(store, folder, { id: 'other-base', base: other });
  await live.start('rival-one', 0.5);
  expect(await live.answer()).toMatchObject({ comparison: { resting: null }, rivals: ['rival-one'] });
  const modelPath = join(folder, 'other.gguf');
  await writeFile(modelPath, 'another base');
  await addVersion(store, folder, { id: 'its-own', base: { sha256: await sha256File(modelPath) } });
  const elsewhere = new LiveComparisons(store, () => modelPath, Date.now);
  expect(await elsewhere.answer()).toMatchObject({
    comparison: { resting: 'Resting: what it compares belongs to the base base, and another is in use.' },
    rivals: ['its-own'],
  });
});

it('a live comparison is shown as it was while the base cannot be read', async () => {
  await live.start(null, 0.5);
  const missing = new LiveComparisons(store, () => join(folder, 'gone.gguf'), Date.now);
  expect(await missing.answer()).toMatchObject({ comparison: { resting: null }, rivals: [] });
});

it('a live comparison with the base needs no rival adapter', async () => {
  expect(await live.start(null, 0.5)).toMatchObject({ active: { adapter: 'main-one' }, rival: { adapter: null } });
});

it('an import, which no held-out file can measure, is compared live once it was accepted as it is', async () => {
  const origin = { kind: 'imported', from: 'theirs.gguf' } as const;
  await addVersion(store, folder, { id: 'imported-one', base: ours, origin, method: 'imported' });
  await expect(store.activate('imported-one', 'test')).rejects.toThrow(
    /imported from theirs\.gguf\. What it was trained on is not known.*Use Anyway.*adapters activate imported-one --force/,
  );
  await store.activate('imported-one', 'test', { force: true });
  await store.activate('main-one', 'test');
  expect(await live.start('imported-one', 0.5)).toMatchObject({ rival: { adapter: 'imported-one' } });
});

it.each([
  ['the active version', 'main-one', /Both arms would be the same/],
  [
    'a version from elsewhere that was never measured',
    'pulled-one',
    /Measure it first with "Repotune: Use an Adapter…"/,
  ],
  [
    'an import that nobody has accepted',
    'imported-one',
    /was imported and has not been used yet\. To compare with it all the same, use it once/,
  ],
  [
    'a version from elsewhere that did not pass',
    'failed-one',
    /did not pass\. To compare with it all the same, use it once/,
  ],
  ['a version that does not exist', 'no-one', /There is no adapter no-one here/],
  [
    'a version of another base',
    'other-base',
    /^Adapter other-base belongs to another base, other, so nothing would be compared\. Compare with an adapter of the base base\.$/,
  ],
])('%s is refused as a rival, and nothing runs', async (_, rival, message) => {
  await addVersion(store, folder, { id: 'pulled-one', base: ours, origin: { kind: 'pulled', from: 'ann' } });
  const origin = { kind: 'imported', from: 'theirs.gguf' } as const;
  await addVersion(store, folder, { id: 'imported-one', base: ours, origin, method: 'imported' });
  await addVersion(store, folder, { id: 'failed-one', base: ours, origin: { kind: 'pulled', from: 'ann' } });
  await store.keepJudgement(
    await store.find('failed-one'),
    { passed: false, reason: 'May be chance.', report: null },
    Date.now(),
  );
  await addVersion(store, folder, { id: 'other-base', base: other });
  await expect(live.start(rival, 0.5)).rejects.toThrow(message);
  expect(await live.running()).toBeNull();
});

it.each([
  ['the base with a version of another base', null, 'other-base', /other-base .* Choose that base .* or compare with/],
  [
    'an active version of another base with the base',
    'other-base',
    null,
    /other-base .* Choose that base .* or use an/,
  ],
  ['two versions of another base', 'other-base', 'other-too', /^Adapter other-base belongs to another base, other/],
  ['an active version of another base with one of ours', 'other-base', 'rival-one', /^Adapter other-base belongs/],
])('comparing %s is refused, and nothing runs', async (_, active, rival, message) => {
  for (const id of ['other-base', 'other-too']) await addVersion(store, folder, { id, base: other });
  await (active === null ? store.disable('test') : store.activate(active, 'test'));
  await expect(live.start(rival, 0.5)).rejects.toThrow(message);
  expect(await live.running()).toBeNull();
});
