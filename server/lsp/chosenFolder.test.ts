/** A window with two repositories: which one requests and state are about. */
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import {
  type AdapterSummary,
  type LiveComparisonAnswer,
  type RepotuneState,
  Requests,
  type RoutesAnswer,
  type TuneAnswer,
  type TunePreview,
} from '../protocol/index.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { addVersion } from '../versions/testing.ts';
import { TestClient, until } from './testing.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const settings = { completions: { enabled: false } };
/** The one in use. */
const base = { sha256: await sha256OfModel(bundledModelPath()) };
let repositories: [ScratchRepository, ScratchRepository];
/** Paths of the two folders. */
let one: string;
let two: string;
let client: TestClient | null = null;

beforeEach(async () => {
  repositories = [new ScratchRepository(), new ScratchRepository()];
  [one, two] = [repositories[0].root, repositories[1].root];
  const scratch = join(one, '.git');
  await addVersion(await AdapterStore.of(one), scratch, { id: 'of-one', base });
  await addVersion(await AdapterStore.of(two), scratch, { id: 'of-two', base });
  await addVersion(await AdapterStore.of(two), scratch, { id: 'later-of-two', day: 2, base });
});
afterEach(async () => {
  await client?.stop();
  client = null;
  for (const folder of [one, two]) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

async function open(options: { readonly chosen?: string; readonly settings?: object } = {}): Promise<TestClient> {
  client = await TestClient.start({ folders: [one, two], settings, ...options });
  return client;
}
const ask = <Answer>(method: string, params: object = {}): Promise<Answer> =>
  client!.connection.sendRequest<Answer>(method, params);
const choose = (folder: string): Promise<RepotuneState> => ask(Requests.chooseFolder, { folder });
const active = async (folder: string): Promise<string | undefined> =>
  (await (await AdapterStore.of(folder)).active())?.id;

describe('the state', () => {
  test('describes the first folder until another is chosen, and lists all folders', async () => {
    const window = await open();
    const names = [one, two].map((path) => ({ path, name: basename(path), adapter: null }));
    expect(await window.state()).toMatchObject({
      folder: { path: one },
      folders: names,
      lastResult: { adapterId: 'of-one' },
    });
    const chosen = await choose(two);
    expect(chosen.folder).toEqual({ path: two, name: basename(two) });
    expect(chosen.adapters.map(({ id }) => id)).toEqual(['later-of-two', 'of-two']);
    expect(chosen.lastResult?.adapterId).toBe('later-of-two');
    await until(() => window.states.at(-1)?.folder?.path === two, 'the client to be told');
    expect(
      window.states.every(({ folder, lastResult }) => (folder?.path === one) === (lastResult?.adapterId === 'of-one')),
    ).toBe(true);
  });

  test('describes the previously chosen folder from the handshake on, if the window still has it', async () => {
    const window = await open({ chosen: two });
    expect((await window.state()).folder?.path).toBe(two);
    expect(window.states.filter(({ folder }) => folder?.path === one)).toEqual([]);
    await window.stop();
    expect((await (await open({ chosen: join(tmpdir(), 'gone') })).state()).folder?.path).toBe(one);
  });

  test('falls back to the first folder when the chosen one is removed; an added folder can be chosen at once', async () => {
    const window = await open();
    await choose(two);
    await window.setFolders([one]);
    await until(async () => (await window.state()).folder?.path === one, 'the other folder');
    expect(await window.state()).toMatchObject({ folders: [{ path: one }], lastResult: { adapterId: 'of-one' } });
    void window.setFolders([one, two]);
    expect((await choose(two)).lastResult?.adapterId).toBe('later-of-two');
    await window.setFolders([]);
    await until(async () => (await window.state()).folder === null, 'no folder');
    expect(await window.state()).toMatchObject({ folders: [], adapters: [], lastResult: null });
  });

  test('describes the last folder of several chosen at once', async () => {
    const window = await open();
    const answers = await Promise.all([two, one, two, one, two].map(choose));
    expect(answers.at(-1)?.folder?.path).toBe(two);
    await until(() => window.states.at(-1)?.folder?.path === two, 'the client to be told');
    for (const { folder, adapters } of window.states)
      expect(adapters.map(({ id }) => id)).toEqual(
        folder === null ? [] : folder.path === two ? ['later-of-two', 'of-two'] : ['of-one'],
      );
  });
});

describe('a request', () => {
  test('acts on the chosen folder, or on the folder it names', async () => {
    await open();
    await choose(two);
    await ask(Requests.use, { source: 'adapter', adapterId: 'of-two', force: true });
    await ask(Requests.use, { source: 'adapter', adapterId: 'of-one', force: true, folder: one });
    expect([await active(one), await active(two)]).toEqual(['of-one', 'of-two']);
    const { folder, folders } = await client!.state();
    expect(folder?.path).toBe(two);
    expect(folders.map(({ adapter }) => adapter !== null)).toEqual([true, true]);

    await ask(Requests.setRoute, { language: 'go', adapter: null });
    expect(await ask<RoutesAnswer>(Requests.routes)).toMatchObject({ routes: [{ language: 'go', adapter: null }] });
    expect(await ask<RoutesAnswer>(Requests.routes, { folder: one })).toEqual({ routes: [], within: '' });
    await ask(Requests.startLiveComparison, { rival: null, share: 0.5, folder: one });
    expect((await ask<LiveComparisonAnswer>(Requests.liveComparison)).comparison).toBeNull();
    expect((await ask<LiveComparisonAnswer>(Requests.liveComparison, { folder: one })).comparison).not.toBeNull();

    await ask(Requests.renameAdapter, { adapterId: 'of-one', name: 'renamed', folder: one });
    expect(await ask<AdapterSummary[]>(Requests.adapters, { folder: one })).toMatchObject([{ name: 'renamed' }]);
    await ask(Requests.rollBack, { folder: one });
    expect([await active(one), await active(two)]).toEqual([undefined, 'of-two']);
    const left = await ask<RepotuneState>(Requests.removeAdapter, { adapterId: 'later-of-two' });
    expect(left.adapters.map(({ id }) => id)).toEqual(['of-two']);
    await ask(Requests.removeAdapter, { adapterId: 'of-one' });
    expect(await ask<AdapterSummary[]>(Requests.adapters, { folder: one })).toMatchObject([{ id: 'of-one' }]);
    await expect(ask(Requests.lineage, { adapterId: 'of-one', folder: one })).resolves.toMatchObject([{}]);
  });

  const share = { remote: 'origin', signatures: 'warn' };
  const version = { adapterId: 'of-one' };
  const folderRequests: readonly (readonly [string, object])[] = [
    [Requests.chooseFolder, {}],
    [Requests.preview, {}],
    [Requests.report, version],
    [Requests.adapters, {}],
    [Requests.rollBack, {}],
    [Requests.use, { source: 'base' }],
    [Requests.removeAdapter, version],
    [Requests.evaluate, version],
    [Requests.renameAdapter, { ...version, name: 'x' }],
    [Requests.compareAdapters, { first: 'of-one', second: 'of-two' }],
    [Requests.lineage, version],
    [Requests.exportAdapter, { ...version, target: '/tmp/x', merged: false }],
    [Requests.importAdapter, { source: '/tmp/x', name: 'x' }],
    [Requests.routes, {}],
    [Requests.setRoute, { language: 'go', adapter: null }],
    [Requests.removeRoute, { language: 'go' }],
    [Requests.liveComparison, {}],
    [Requests.startLiveComparison, { rival: null, share: 0.5 }],
    [Requests.stopLiveComparison, {}],
    [Requests.doctor, {}],
    [Requests.shareList, share],
    [Requests.sharePublish, { ...share, id: 'of-one' }],
    [Requests.shareOffer, { ...share, id: 'of-one' }],
    [Requests.sharePull, { ...share, id: 'of-one', commit: 'abc' }],
  ];
  test('that names a folder outside the window is refused, whatever its method', async () => {
    await open();
    const sentence = `This window has no folder /elsewhere/repository. It has: ${one}, ${two}.`;
    for (const [method, params] of folderRequests)
      await expect(ask(method, { ...params, folder: '/elsewhere/repository' }), method).rejects.toThrow(sentence);
  });

  test('to tune a folder outside the window is refused with the same message', async () => {
    await open();
    const answer = await ask<TuneAnswer>(Requests.tune, { folder: '/elsewhere/repository' });
    expect(answer).toEqual({
      kind: 'refused',
      message: `This window has no folder /elsewhere/repository. It has: ${one}, ${two}.`,
    });
  });

  test('for a preview counts the files of the chosen or the named folder', async () => {
    for (const [repository, files] of [
      [repositories[0], 12],
      [repositories[1], 14],
    ] as const) {
      for (let i = 0; i < files; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`));
      repository.commit();
    }
    await open();
    await choose(two);
    const filesIn = async (params: object): Promise<[string, number | undefined]> => {
      const { folder, languages } = await ask<TunePreview>(Requests.preview, params);
      return [folder, languages[0]?.files];
    };
    expect(await filesIn({})).toEqual([two, 14]);
    expect(await filesIn({ folder: one })).toEqual([one, 12]);
  });
});

test('a run is shown, paused and stopped while another folder is chosen, and its failure names its folder', async () => {
  for (let i = 0; i < 12; i++) repositories[0].write(`src/module${i}.ts`, moduleText(`m${i}`, 4));
  repositories[0].commit();
  const window = await open({ settings: { ...settings, tuning: { rank: 4, maxMinutes: 1 } } });
  const started = await ask<TuneAnswer>(Requests.tune, { anyway: true });
  expect(started.kind).toBe('started');
  const runId = started.kind === 'started' ? started.runId : '';
  expect((await choose(two)).run).toMatchObject({ runId, folder: one });
  await until(async () => (await window.state()).run?.stage === 'training', 'training', 200_000);
  expect(await ask<TuneAnswer>(Requests.tune, {})).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining(`A tune of ${one} is already running`),
  });
  await ask(Requests.pause, { paused: true });
  await until(async () => (await window.state()).paused, 'the pause');
  expect(await ask(Requests.stop, { runId: 'another' })).toBe(false);
  expect(await ask(Requests.stop, { runId })).toBe(true);
  expect((await window.state()).run).toBeNull();
  expect((await choose(one)).run).toMatchObject({ runId, stage: 'stopped' });

  await window.settings({ ...settings, model: { path: join(one, 'absent.gguf') } });
  await choose(two);
  await ask(Requests.tune, { folder: one });
  const failed = () => window.notices.find(({ message }) => message.startsWith(`${basename(one)}: `));
  await until(() => failed() !== undefined, 'the failure');
  expect(failed()).toMatchObject({ severity: 'error', message: expect.stringContaining('absent.gguf') });
});

test('a run that ends in an unchosen folder notifies once, and its result appears when the folder is chosen', async () => {
  for (let i = 0; i < 12; i++) repositories[0].write(`src/module${i}.ts`, moduleText(`m${i}`, 4));
  repositories[0].commit();
  const window = await open({ settings: { ...settings, tuning: { rank: 4, maxMinutes: 0.1 } } });
  await ask(Requests.tune, { folder: one, anyway: true });
  await choose(two);
  await until(() => window.notices.length > 0, 'the end', 250_000);
  expect(window.notices).toMatchObject([{ action: { command: 'repotune.showResult', argument: one } }]);
  expect(window.notices[0]!.message).toMatch(new RegExp(`^${basename(one)}: The tune has ended`));
  expect(await window.state()).toMatchObject({ run: null, lastResult: { adapterId: 'later-of-two' } });
  const { run, lastResult } = await choose(one);
  expect(run?.stage).toBe('done');
  expect(lastResult).toMatchObject({ runId: run?.runId, folder: one, training: { end: expect.any(String) } });
});

test('the reminder of commits since a tune names its folder and comes once per folder', async () => {
  for (const [i, repository] of repositories.entries()) {
    repository.write('a.ts', 'a').commit();
    const store = await AdapterStore.of(repository.root);
    const commit = repository.git('rev-parse', 'HEAD').trim();
    await addVersion(store, join(one, '.git'), { id: `fresh-${i}`, day: 3, commit, base });
    await store.activate(`fresh-${i}`, 'test');
    repository.write('a.ts', 'b').commit();
  }
  const window = await open({ settings: { ...settings, tuning: { remindAfterCommits: 1 } } });
  await window.state();
  await choose(two);
  await choose(one);
  expect(window.notices.map(({ message, action }) => [message.split(' ')[0], action?.folder])).toEqual([
    [`${basename(one)}:`, one],
    [`${basename(two)}:`, two],
  ]);
});
