import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NO_OBSERVATIONS } from '../liveComparison/arms.ts';
import { sha256File } from '../storage/hash.ts';
import {
  addObservations,
  markTold,
  readLiveComparison,
  startLiveComparison,
  stopLiveComparison,
} from './liveComparisonFile.ts';
import { readManifest } from './readManifest.ts';
import { setRoute } from './routes.ts';
import { chooseAdapter, routedAdapter, servingPlan } from './servingPlan.ts';
import { AdapterStore } from './store.ts';
import { StoreWatch } from './storeWatch.ts';
import { adapterGguf, manifestFor } from './testing.ts';

vi.mock('./readManifest.ts', async (original) => {
  const real = await original<typeof import('./readManifest.ts')>();
  return { ...real, readManifest: vi.fn(real.readManifest) };
});

let folder: string;
let model: string;
let store: AdapterStore;
const data = process.env['REPOTUNE_DATA'];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-plan-'));
  process.env['REPOTUNE_DATA'] = join(folder, 'data');
  model = join(folder, 'base.gguf');
  await writeFile(model, 'a base');
  store = await AdapterStore.of(folder);
});
afterEach(async () => {
  if (data === undefined) delete process.env['REPOTUNE_DATA'];
  else process.env['REPOTUNE_DATA'] = data;
  await rm(folder, { recursive: true, force: true });
});

async function added(id: string, baseSha256?: string, trainEdits?: number): Promise<void> {
  const file = join(folder, `${id}.gguf`);
  await mkdir(folder, { recursive: true });
  await writeFile(
    file,
    adapterGguf({ targets: [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }], rank: 16, alpha: 16 }),
  );
  const manifest = await manifestFor(id, file);
  const base = { ...manifest.base, sha256: baseSha256 ?? (await sha256File(model)) };
  const dataset = { ...manifest.dataset, ...(trainEdits === undefined ? {} : { trainEdits }) };
  await store.add({ manifest: { ...manifest, base, dataset }, adapterFile: file, report: {} });
}
const problems: string[] = [];
const plan = () => servingPlan(folder, model, (problem) => problems.push(problem));
const start = (rival: string | null) =>
  startLiveComparison(store.dir, { active: 'main-one', rival, share: 0.5 }, Date.now());
const served = (path: string, languageId = 'typescript') => ({ uri: `file:///${path}`, path, languageId });

it('lists the adapters that learned next edits', async () => {
  await added('main-one');
  await added('edits-one', undefined, 40);
  await setRoute(store.dir, { glob: 'src/', adapter: 'edits-one' });
  await store.activate('main-one', 'test');
  expect([...(await plan()).learnedEdits]).toEqual(['edits-one']);
});

it('reads the versions that are in it, and no others: each route took a look at the whole store', async () => {
  for (const id of ['main-one', 'pay-one', 'idle-one', 'idle-two']) await added(id);
  await store.activate('main-one', 'test');
  await setRoute(store.dir, { glob: 'pay/', adapter: 'pay-one' });
  vi.mocked(readManifest).mockClear();
  await plan();
  expect(vi.mocked(readManifest).mock.calls.map(([, id]) => id)).toEqual(['main-one', 'pay-one']);
});

it('the active version serves, routes take precedence, and what cannot serve is left out', async () => {
  for (const id of ['main-one', 'pay-one']) await added(id);
  await added('other-base', 'f'.repeat(64));
  expect((await plan()).active).toBeNull();
  await store.activate('main-one', 'test');
  await setRoute(store.dir, { glob: 'pay/', adapter: 'pay-one' });
  await setRoute(store.dir, { language: 'go', adapter: 'other-base' });
  await setRoute(store.dir, { language: 'markdown', adapter: null });
  const made = await plan();
  const idAt = (path: string, language?: string) =>
    chooseAdapter(made, served(path, language), 'd').adapter?.id ?? null;
  expect([idAt('a.ts'), idAt('pay/a.ts'), idAt('a.go', 'go'), idAt('a.md', 'markdown')]).toEqual([
    'main-one',
    'pay-one',
    null,
    null,
  ]);
  const routedAt = (path: string, languageId?: string) => routedAdapter(made, served(path, languageId));
  expect([routedAt('a.ts'), routedAt('a.go', 'go'), routedAt('a.md', 'markdown')]).toEqual([undefined, null, null]);
  expect(made.names.get(routedAt('pay/a.ts')!.id!)).toBe((await store.byId('pay-one')).name);
  await rm(join(store.dir, 'versions', 'pay-one', 'adapter.gguf'));
  const without = await plan();
  expect(chooseAdapter(without, served('pay/a.ts'), 'd').adapter).toBeNull();
  expect(problems.at(-1)).toMatch(/pay-one has lost its file/);
  await store.remove('pay-one');
  expect((await plan()).routes).toHaveLength(2);
});

it('routes are relative to the root of the repository, whichever of its folders is open', async () => {
  execFileSync('git', ['init', '--quiet', folder]);
  store = await AdapterStore.of(folder);
  await mkdir(join(folder, 'services', 'pay'), { recursive: true });
  for (const id of ['main-one', 'pay-one']) await added(id);
  await store.activate('main-one', 'test');
  await setRoute(store.dir, { glob: '/services/pay/', adapter: 'pay-one' });
  const idAt = async (within: string, path: string) => {
    const made = await servingPlan(join(folder, within), model, (problem) => problems.push(problem));
    return chooseAdapter(made, served(path), 'd').adapter?.id;
  };
  expect(await idAt('', 'services/pay/a.ts')).toBe('pay-one');
  expect(await idAt('services', 'pay/a.ts')).toBe('pay-one');
  expect(await idAt('services/pay', 'a.ts')).toBe('pay-one');
  expect(await idAt('services', 'services/pay/a.ts')).toBe('main-one');
  // A document without a file.
  expect(await idAt('services/pay', '')).toBe('main-one');
});

it('an active version that is no longer known as made here, as the data folder was moved, is reported with that folder', async () => {
  execFileSync('git', ['init', '--quiet', folder]);
  store = await AdapterStore.of(folder);
  await added('main-one');
  await store.activate('main-one', 'test');
  expect((await plan()).active).not.toBeNull();
  process.env['REPOTUNE_DATA'] = join(folder, 'elsewhere');
  expect((await plan()).active).toBeNull();
  const moved = `the data folder that shows it, ${join(folder, 'elsewhere')}, was moved or deleted since: put that back.`;
  expect(problems.at(-1)).toContain(moved);
});

it('an active version without its file is reported, and its successor in the same store is noticed', async () => {
  for (const id of ['main-one', 'main-two']) await added(id);
  await store.activate('main-one', 'test');
  await rm(join(store.dir, 'versions', 'main-one', 'adapter.gguf'));
  const without = await plan();
  expect(without).toMatchObject({ active: null, storeDir: store.dir });
  expect(problems.at(-1)).toMatch(/main-one has lost its file/);
  let nowMs = 0;
  const watch = new StoreWatch(() => nowMs);
  expect(await watch.look(without.storeDir, without.stamp)).toBe('nothing');
  await store.activate('main-two', 'test');
  nowMs += 2000;
  expect(await watch.look(without.storeDir, without.stamp)).toBe('serving');
  expect((await plan()).active?.id).toBe('main-two');
});

it('a version whose id begins with that of the active one does not serve in its place', async () => {
  for (const id of ['main-one', 'main-one-2']) await added(id);
  await store.activate('main-one', 'test');
  await writeFile(join(store.dir, 'versions', 'main-one', 'manifest.json'), '{');
  expect((await plan()).active).toBeNull();
  expect(problems.at(-1)).toMatch(/Adapter main-one cannot be used/);
});

it('a live comparison stopped while suggestions are counted stays stopped', async () => {
  for (const id of ['main-one', 'rival-one']) await added(id);
  await store.activate('main-one', 'test');
  let { startedAt } = await start('rival-one');
  const none = NO_OBSERVATIONS;
  for (let round = 0; round < 20; round += 1) {
    const counting = addObservations(store.dir, startedAt, { active: { ...none, offered: 1 }, rival: none });
    await Promise.all([counting, stopLiveComparison(store.dir)]);
    expect(await readLiveComparison(store.dir)).toBeNull();
    ({ startedAt } = await start('rival-one'));
  }
});

it('a live comparison gives each document one arm, counts per arm, and ends with either version', async () => {
  for (const id of ['main-one', 'rival-one']) await added(id);
  await store.activate('main-one', 'test');
  await expect(start('main-one')).rejects.toThrow(/Both arms would be the same/);
  const { startedAt } = await start('rival-one');
  const made = await plan();
  const ids = Array.from({ length: 40 }, (_, i) => chooseAdapter(made, served(`${i}.ts`), 'd'));
  expect(new Set(ids.map(({ adapter }) => adapter?.id))).toEqual(new Set(['main-one', 'rival-one']));
  for (const { adapter, arm } of ids) expect(arm).toBe(adapter?.id === 'main-one' ? 'active' : 'rival');
  expect(Array.from({ length: 40 }, (_, i) => chooseAdapter(made, served(`${i}.ts`), 'd'))).toEqual(ids);

  const more = { ...NO_OBSERVATIONS, offered: 10, accepted: 3 };
  await addObservations(store.dir, startedAt, { active: more, rival: more });
  await addObservations(store.dir, 'another one', { active: more, rival: more });
  expect(await readLiveComparison(store.dir)).toMatchObject({
    active: 'main-one',
    rival: 'rival-one',
    counts: { active: more, rival: more },
  });
  expect([await markTold(store.dir, startedAt), await markTold(store.dir, startedAt)]).toEqual([true, false]);

  await store.disable('test');
  expect((await plan()).liveComparison).toBeNull();
  await store.activate('main-one', 'test');
  await store.remove('rival-one');
  expect((await plan()).liveComparison).toBeNull();
  await stopLiveComparison(store.dir);
  expect(await readLiveComparison(store.dir)).toBeNull();
});

it('a live comparison counts nothing while another base than that of the active version is loaded', async () => {
  await added('main-one');
  await store.activate('main-one', 'test');
  await start(null);
  expect((await plan()).liveComparison).toMatchObject({ rival: null });
  await writeFile(model, 'another base');
  const made = await plan();
  expect(made).toMatchObject({ active: null, liveComparison: null });
  expect(chooseAdapter(made, served('a.ts'), 'd')).toEqual({ adapter: null, arm: null });
});
