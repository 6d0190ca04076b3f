import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NO_OBSERVATIONS } from '../liveComparison/arms.ts';
import { ScratchRepository } from '../mining/testing.ts';
import { addObservations, startLiveComparison, stopLiveComparison } from './liveComparisonFile.ts';
import { setRoute } from './routes.ts';
import { AdapterStore } from './store.ts';
import { type Change, type StoreStamp, StoreWatch, storeStamp } from './storeWatch.ts';

let dir: string;
let read: StoreStamp;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-watch-'));
  read = await storeStamp(dir);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const none = { ...NO_OBSERVATIONS, offered: 1, accepted: 0 };
const begin = async (): Promise<string> =>
  (await startLiveComparison(dir, { active: null, rival: 'a-1', share: 0.5 }, 0)).startedAt;

it.each<[string, Change, () => Promise<unknown>]>([
  ['a switch', 'serving', () => new AdapterStore(dir).disable('elsewhere')],
  ['a route', 'serving', () => setRoute(dir, { language: 'go', adapter: 'a-1' })],
  ['a new live comparison', 'serving', begin],
  ['no change', 'nothing', async () => {}],
  ['an entry of the audit log', 'nothing', () => new AdapterStore(dir).audit.append('tune', null, '')],
])('%s by another process is reported once, as: %s', async (_title, noticed, change) => {
  let nowMs = 0;
  const watch = new StoreWatch(() => nowMs);
  expect(await watch.look(dir, read)).toBe('nothing');
  await change();
  nowMs += 500;
  expect(await watch.look(dir, read)).toBe('nothing');
  nowMs += 600;
  expect(await watch.look(dir, read)).toBe(noticed);
  nowMs += 1100;
  expect(await watch.look(dir, read)).toBe('nothing');
});

it('a switch by this process is not reported', async () => {
  const watch = new StoreWatch(() => 0);
  await watch.look(dir, read);
  await new AdapterStore(dir).disable('here');
  watch.forget();
  expect(await watch.look(dir, await storeStamp(dir))).toBe('nothing');
});

it('a switch between reading the plan and the first look is reported', async () => {
  await new AdapterStore(dir).disable('elsewhere');
  expect(await new StoreWatch(() => 0).look(dir, read)).toBe('serving');
});

it('counts of a live comparison are not reported, and its end is', async () => {
  const startedAt = await begin();
  read = await storeStamp(dir);
  let nowMs = 0;
  const watch = new StoreWatch(() => (nowMs += 2000));
  await addObservations(dir, startedAt, { active: none, rival: none });
  expect(await watch.look(dir, read)).toBe('nothing');
  await stopLiveComparison(dir);
  expect(await watch.look(dir, read)).toBe('serving');
});

const FORMATS = spawnSync('git', ['init', '-h'], { encoding: 'utf8' }).stdout.includes('--ref-format')
  ? ['files', 'reftable']
  : ['files'];

it.each(FORMATS)('a commit alone is reported as commits, in ref format %s', async (format) => {
  using repository = new ScratchRepository({ git: false });
  repository.git('init', '--quiet', ...(format === 'files' ? [] : [`--ref-format=${format}`]));
  repository.write('a.ts', 'a').commit();
  const store = await AdapterStore.of(repository.root);
  await store.disable('test');
  read = await storeStamp(store.dir);
  let nowMs = 0;
  const watch = new StoreWatch(() => (nowMs += 2000));
  expect(await watch.look(store.dir, read)).toBe('nothing');
  repository.write('a.ts', 'b').commit();
  expect(await watch.look(store.dir, read)).toBe('commits');
  repository.write('a.ts', 'c').commit();
  await store.disable('again');
  expect(await watch.look(store.dir, read)).toBe('serving');
});

it('a commit in a linked worktree is reported as commits', async () => {
  using repository = new ScratchRepository();
  repository.write('a.ts', 'a').commit();
  const tree = join(dir, 'tree');
  repository.git('worktree', 'add', '--quiet', tree);
  const store = await AdapterStore.of(tree);
  read = await storeStamp(store.dir);
  let nowMs = 0;
  const watch = new StoreWatch(() => (nowMs += 2000));
  expect(await watch.look(store.dir, read)).toBe('nothing');
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  repository.git('-C', tree, ...who, 'commit', '--quiet', '--allow-empty', '-m', 'x');
  expect(await watch.look(store.dir, read)).toBe('commits');
});
