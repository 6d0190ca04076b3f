import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { AdapterService } from './adapterService.ts';
import { addVersion, emptyReport } from './testing.ts';

let folder: string;
let store: AdapterStore;
let adapters: AdapterService;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-service-'));
  execFileSync('git', ['init', '--quiet', folder]);
  store = await AdapterStore.of(folder);
  adapters = await AdapterService.of(folder, {
    modelPath: () => join(folder, 'base.gguf'),
    lendServing: () => Promise.reject(new Error('Nothing here is measured.')),
    mineHeldOut: () => Promise.reject(new Error('Nothing here is measured.')),
    switchedBy: 'chosen in the editor',
    nowMs: Date.now,
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const add = (id: string, day: number) => addVersion(store, folder, { id, day });
const activeId = async () => (await adapters.active())?.id ?? null;

it('activates the newest by default, rolls back step by step, and records each switch', async () => {
  await add('older-one', 1);
  await add('newer-one', 2);
  expect(await adapters.activate(undefined, { force: false })).toMatchObject({ id: 'newer-one', active: true });
  await adapters.activate('older', { force: false });
  expect(await activeId()).toBe('older-one');
  await adapters.disable();
  expect(await activeId()).toBeNull();
  expect([await adapters.rollBack(), await adapters.rollBack()]).toEqual(['older-one', 'newer-one']);
  expect((await adapters.record()).map(({ action, adapter, detail }) => [action, adapter, detail])).toEqual([
    ['activate', 'newer-one', 'chosen in the editor'],
    ['activate', 'older-one', 'chosen in the editor'],
    ['disable', null, 'chosen in the editor'],
    ['roll back', 'older-one', 'from the base'],
    ['roll back', 'newer-one', 'from older-one'],
  ]);
});

it('says how to tune when there is no version', async () => {
  await expect(adapters.activate(undefined, { force: false })).rejects.toThrow(
    /Run "Repotune: Tune on This Repository"/,
  );
  expect([await adapters.summaries(), await adapters.lastResult(), await adapters.commitsSinceTune()]).toEqual([
    [],
    null,
    null,
  ]);
});

it('a renamed version is found by its new name, and deleting it deletes its route', async () => {
  await add('some-one', 1);
  await adapters.rename('some-one', '  Ours ');
  expect(await adapters.summaries()).toMatchObject([{ id: 'some-one', name: 'Ours', standing: { kind: 'unjudged' } }]);
  expect(await adapters.report('Ours')).toEqual(emptyReport);
  expect(await adapters.setRoute({ glob: 'pay/', adapter: 'Ours' })).toEqual([{ glob: 'pay/', adapter: 'some-one' }]);
  expect(await adapters.setRoute({ language: 'go', adapter: null })).toHaveLength(2);
  await adapters.remove('some-one');
  expect(await adapters.routes()).toEqual([{ language: 'go', adapter: null }]);
  expect(await adapters.removeRoute({ language: 'go' })).toEqual([]);
});

it('a version of another base than the one in use is said to be that, and none where the base cannot be read', async () => {
  const others = async () => (await adapters.summaries()).map(({ id, otherBase }) => [id, otherBase]);
  await writeFile(join(folder, 'base.gguf'), 'the base in use');
  const sha256 = await sha256OfModel(join(folder, 'base.gguf'));
  await addVersion(store, folder, { id: 'fit-one', day: 2, base: { sha256 } });
  await addVersion(store, folder, { id: 'other-one', day: 1, base: { name: 'coder' } });
  expect(await others()).toEqual([
    ['fit-one', undefined],
    ['other-one', 'coder'],
  ]);
  await rm(join(folder, 'base.gguf'));
  expect((await others()).map(([, base]) => base)).toEqual([undefined, undefined]);
});

it('a damaged version is listed separately and can be deleted', async () => {
  await add('some-one', 1);
  await writeFile(join(store.dir, 'versions', 'some-one', 'manifest.json'), '{');
  expect(await adapters.list()).toMatchObject({ adapters: [], damaged: [{ id: 'some-one' }] });
  await adapters.remove('some-one');
  expect(await adapters.list()).toEqual({ adapters: [], damaged: [] });
});

it('commits since the tune are counted from the commit of the active version', async () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  git('commit', '--quiet', '--allow-empty', '-m', 'one');
  await addVersion(store, folder, { id: 'some-one', commit: git('rev-parse', 'HEAD') });
  git('commit', '--quiet', '--allow-empty', '-m', 'two');
  expect(await adapters.commitsSinceTune()).toBeNull();
  await adapters.activate('some-one', { force: false });
  expect(await adapters.commitsSinceTune()).toBe(1);
});
