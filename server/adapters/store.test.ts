import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { storeLocation } from '../git/storeLocation.ts';
import { readLiveComparison, startLiveComparison } from './liveComparisonFile.ts';
import { readState } from './state.ts';
import { AdapterStore } from './store.ts';
import { adapterGguf, manifestFor } from './testing.ts';

let dir: string;
let store: AdapterStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-store-'));
  store = new AdapterStore(join(dir, 'repotune'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Adapters that differ only in `value`. */
const weights = (value: number, rank = 16): Buffer =>
  adapterGguf({ targets: [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }], rank, alpha: 16, value: () => value });

async function added(id: string, createdAt = '2026-01-01T00:00:00.000Z'): Promise<void> {
  const file = join(dir, 'new.gguf');
  await writeFile(file, weights(1));
  await store.add({ manifest: await manifestFor(id, file, { createdAt }), adapterFile: file, report: { of: id } });
}

describe('AdapterStore', () => {
  it('starts empty, and creates nothing when it is read', async () => {
    expect(await store.list()).toEqual({ adapters: [], damaged: [] });
    expect(await store.active()).toBeNull();
    expect(await readdir(dir)).toEqual([]);
  });

  it('lists newest first, activates, switches, disables, and rolls back step by step to the base', async () => {
    await added('a-1', '2026-01-01T00:00:00.000Z');
    await added('b-2', '2026-01-02T00:00:00.000Z');
    expect((await store.list()).adapters.map(({ id }) => id)).toEqual(['b-2', 'a-1']);
    await store.activate('a-1', 'test');
    await store.activate('b-2', 'test');
    expect((await store.active())?.id).toBe('b-2');
    await store.disable('test');
    expect(await store.active()).toBeNull();
    expect((await store.previous())?.name).toBe((await store.find('b-2')).name);
    expect(await store.rollBack()).toBe('b-2');
    expect((await store.active())?.id).toBe('b-2');
    expect(await store.rollBack()).toBe('a-1');
    expect(await store.previous()).toEqual({ name: null });
    expect(await store.rollBack()).toBeNull();
    expect(await store.active()).toBeNull();
    expect(await store.previous()).toBeNull();
    await expect(store.rollBack()).rejects.toThrow(/No adapter was active before/);
  });

  it('lists a version that is dated in the future last: it would be the newest of its name for ever', async () => {
    await added('theirs', '9999-12-31T23:59:59.000Z');
    await added('own');
    for (const id of ['theirs', 'own']) await store.rename(id, 'app');
    expect((await store.list()).adapters.map(({ id }) => id)).toEqual(['own', 'theirs']);
    expect((await store.find('app')).id).toBe('own');
  });

  it('rolls back step by step where a version served twice', async () => {
    for (const id of ['a-1', 'b-2']) await added(id);
    for (const id of ['a-1', 'b-2', 'a-1']) await store.activate(id, 'test');
    expect([await store.rollBack(), await store.rollBack(), await store.rollBack()]).toEqual(['b-2', 'a-1', null]);
  });

  it('rolls back past a deleted version between two times of the same to what served before', async () => {
    for (const id of ['a-1', 'b-2']) await added(id);
    for (const id of ['a-1', 'b-2', 'a-1']) await store.activate(id, 'test');
    await store.remove('b-2');
    expect(await store.rollBack()).toBeNull();
  });

  it('says which are meant by a beginning that several ids have, and what is wrong with a manifest, in words', async () => {
    for (const id of ['a-1', 'a-2']) await added(id);
    await expect(store.find('a-')).rejects.toThrow(
      'The ids of several adapters begin with a-: a-2, a-1. Name one of them.',
    );
    await writeFile(join(store.dir, 'versions', 'a-1', 'manifest.json'), '{');
    await expect(store.find('a-1')).rejects.toThrow('Adapter a-1 cannot be used: its manifest is not JSON');
    await rm(join(store.dir, 'versions', 'a-1', 'manifest.json'));
    await expect(store.find('a-1')).rejects.toThrow(
      /^Adapter a-1 cannot be used: There is nothing at .*manifest\.json/,
    );
  });

  it('rolls back past versions that were not made here, which would not serve', async () => {
    for (const id of ['a-1', 'b-2', 'c-3']) {
      await added(id);
      await store.activate(id, 'test');
    }
    await rm(join(store.dir, 'judgements', 'b-2.seal'));
    expect(await store.rollBack()).toBe('a-1');
    expect(await store.active()).toMatchObject({ id: 'a-1', active: true });
  });

  it('rolls back past deleted versions', async () => {
    for (const id of ['a-1', 'b-2', 'c-3']) {
      await added(id);
      await store.activate(id, 'test');
    }
    await store.remove('b-2');
    expect(await store.rollBack()).toBe('a-1');
  });

  it('does not activate a version that another window deletes during verification', async () => {
    await added('a-1');
    const other = new AdapterStore(store.dir);
    const { verify } = store;
    store.verify = async (adapter) => {
      await verify.call(store, adapter);
      await other.remove('a-1');
    };
    await expect(store.activate('a-1', 'test')).rejects.toThrow('There is no adapter a-1 here.');
    expect(JSON.parse(await readFile(join(store.dir, 'state.json'), 'utf8'))).toMatchObject({
      active: null,
      history: [],
    });
  });

  it('has no active version after one window activates it while another deletes it', async () => {
    for (let round = 0; round < 5; round++) {
      await added('a-1');
      const other = new AdapterStore(store.dir);
      await Promise.allSettled([store.activate('a-1', 'test'), other.remove('a-1')]);
      expect(await store.active()).toBeNull();
      expect(await readdir(join(store.dir, 'versions'))).toEqual([]);
    }
  });

  it('serves the base after the active version is deleted', async () => {
    await added('a-1');
    await store.activate('a-1', 'test');
    await store.remove('a-1');
    expect(await store.active()).toBeNull();
    expect((await store.list()).adapters).toEqual([]);
  });

  it('renames a version without changing its manifest', async () => {
    await added('a-1');
    const before = await readFile(join(store.dir, 'versions', 'a-1', 'manifest.json'), 'utf8');
    await store.rename('a-1', 'mine');
    expect((await store.find('mine')).id).toBe('a-1');
    expect(await readFile(join(store.dir, 'versions', 'a-1', 'manifest.json'), 'utf8')).toBe(before);
  });

  it('never replaces a version', async () => {
    await added('a-1');
    await expect(added('a-1')).rejects.toThrow();
    expect(await store.report('a-1')).toEqual({ of: 'a-1' });
    expect(await readdir(join(store.dir, 'versions'))).toEqual(['a-1']);
  });

  it.each([
    ['changed', (path: string) => writeFile(path, 'other weights, longer')],
    ['of the same size but changed', (path: string) => writeFile(path, weights(99))],
    ['gone', (path: string) => rm(path)],
  ])('refuses to activate a version whose file is %s, and keeps what serves', async (_, damage) => {
    await added('b-2');
    await store.activate('b-2', 'test');
    await added('a-1');
    await damage(join(store.dir, 'versions', 'a-1', 'adapter.gguf'));
    await expect(store.activate('a-1', 'test')).rejects.toThrow(/a-1.*tune again/);
    expect((await store.active())?.id).toBe('b-2');
  });

  it('refuses to activate a version whose hash fits its manifest but whose rank does not', async () => {
    const file = join(dir, 'planted.gguf');
    await writeFile(file, weights(1, 8));
    await store.add({ manifest: await manifestFor('a-1', file), adapterFile: file, report: {} });
    await expect(store.activate('a-1', 'test')).rejects.toThrow(/a-1 is refused: .*not one of rank 16/);
  });

  it.each([
    ['not JSON', '{'],
    ['of another format', JSON.stringify({ id: 'x' })],
    ['huge', ' '.repeat(300_000)],
  ])('lists a version whose manifest is %s as damaged, beside the others', async (_, text) => {
    await added('a-1');
    await added('b-2');
    await writeFile(join(store.dir, 'versions', 'a-1', 'manifest.json'), text);
    const { adapters, damaged } = await store.list();
    expect(adapters.map(({ id }) => id)).toEqual(['b-2']);
    expect(damaged.map(({ id }) => id)).toEqual(['a-1']);
  });

  it('ignores folders that are not versions, and refuses an id with a path', async () => {
    await added('a-1');
    for (const name of ['.incoming-x-1', '..x', 'A B']) await mkdir(join(store.dir, 'versions', name));
    expect((await store.list()).adapters.map(({ id }) => id)).toEqual(['a-1']);
    await expect(store.remove('../versions')).rejects.toThrow(/not an adapter id/);
  });

  it('takes it as done that another window has deleted the version, whose card is still shown in this one', async () => {
    for (const id of ['a-1', 'b-2']) await added(id);
    await store.activate('a-1', 'test');
    await rm(join(store.dir, 'versions', 'a-1'), { recursive: true });
    await store.remove('a-1');
    await store.remove('a-1');
    expect((await readState(store.dir)).active).toBeNull();
    expect(await readdir(join(store.dir, 'judgements'))).toEqual(['b-2.seal']);
    expect((await store.audit.read()).filter(({ action }) => action === 'delete')).toEqual([]);
  });

  it('finds a version by its id without reading the others', async () => {
    for (const id of ['a-1', 'b-2']) await added(id);
    const list = vi.spyOn(store, 'list');
    expect((await store.find('b-2')).id).toBe('b-2');
    expect(list).not.toHaveBeenCalled();
  });

  it('says to delete a damaged state file, which loses no adapter', async () => {
    await added('a-1');
    await writeFile(join(store.dir, 'state.json'), 'x');
    await expect(store.active()).rejects.toThrow(/damaged.*Delete it/);
    await rm(join(store.dir, 'state.json'));
    expect((await store.list()).adapters).toHaveLength(1);
  });

  it('strips control characters from the names, authors, origins and audit entries that it reads', async () => {
    const obeyed = 'a\x1b[2J\n\u202eb';
    const file = join(dir, 'new.gguf');
    await writeFile(file, weights(1));
    const manifest = await manifestFor('a-1', file, { name: obeyed, author: { name: obeyed, email: obeyed } });
    await store.add({ manifest, adapterFile: file, report: {}, origin: { kind: 'pulled', from: obeyed } });
    await store.audit.append('pull', 'a-1', obeyed);
    const shown = 'a\ufffd[2J\ufffd\ufffdb';
    expect((await store.list()).adapters[0]).toMatchObject({
      name: shown,
      manifest: { name: shown, author: { name: shown, email: shown } },
      standing: { kind: 'unmeasured', origin: { from: shown } },
    });
    await store.rename('a-1', obeyed);
    expect((await store.find('a-1')).name).toBe(shown);
    expect((await store.audit.read())[0]?.detail).toBe(shown);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe in place of the audit log', async () => {
    await mkdir(store.dir, { recursive: true });
    spawnSync('mkfifo', [join(store.dir, 'audit.jsonl')]);
    expect(await store.audit.read()).toEqual([]);
  });

  it('does not take a version named or prefixed like a missing active id for the active one', async () => {
    for (const id of ['a-1', 'a-1-2', 'b-2']) await added(id);
    await store.activate('a-1', 'test');
    await store.rename('b-2', 'a-1');
    await rm(join(store.dir, 'versions', 'a-1'), { recursive: true });
    await expect(store.active()).rejects.toThrow(/There is no adapter a-1 here/);
  });

  it('records every change in the audit log', async () => {
    await added('a-1');
    await store.activate('a-1', 'because');
    await store.rename('a-1', 'x');
    await store.disable('enough');
    await store.remove('a-1');
    const entries = await store.audit.read();
    expect(entries.map(({ action }) => action)).toEqual(['activate', 'rename', 'disable', 'delete']);
    expect(entries[0]).toMatchObject({ adapter: 'a-1', detail: 'because' });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['activated', () => store.activate('b-2', 'test')],
    ['turned off', () => store.disable('test')],
    ['rolled back', () => store.rollBack()],
    ['renamed', () => store.rename('a-1', 'x')],
    ['deleted', () => store.remove('a-1')],
  ])('does not say that a version could not be %s where it only could not be recorded', async (_, change) => {
    for (const id of ['a-1', 'b-2']) await added(id);
    await store.activate('a-1', 'test');
    await rm(join(store.dir, 'audit.jsonl'));
    await mkdir(join(store.dir, 'audit.jsonl'));
    await change();
  });

  it('reads the audit entries after one that was cut short', async () => {
    await store.audit.append('tune', null, 'one');
    await writeFile(join(store.dir, 'audit.jsonl'), '{"at":"2026-', { flag: 'a' });
    await store.audit.append('override', null, 'two');
    await store.audit.append('disable', null, 'three');
    expect((await store.audit.read()).map(({ detail }) => detail)).toEqual(['one', 'two', 'three']);
  });

  it.each(['active', 'rival'])('ends a live comparison when its %s version is deleted', async (arm) => {
    await added('a-1');
    await added('b-2');
    await store.activate('a-1', 'test');
    await startLiveComparison(store.dir, { active: 'a-1', rival: 'b-2', share: 0.5 }, 0);
    await added('c-3');
    await store.remove('c-3');
    expect(await readLiveComparison(store.dir)).not.toBeNull();
    await store.remove(arm === 'active' ? 'a-1' : 'b-2');
    expect(await readLiveComparison(store.dir)).toBeNull();
  });
});

describe('storeLocation', () => {
  it('is inside .git, the same for subfolders and worktrees', async () => {
    const repository = join(dir, 'repo');
    const worktree = join(dir, 'tree');
    const git = (cwd: string, ...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=b', ...args], { cwd });
    await mkdir(join(repository, 'sub'), { recursive: true });
    git(repository, 'init', '-q');
    git(repository, 'commit', '-q', '--allow-empty', '-m', 'x');
    git(repository, 'worktree', 'add', '-q', worktree);
    const place = await storeLocation(repository);
    expect(place).toBe(join(repository, '.git', 'repotune'));
    expect(await storeLocation(join(repository, 'sub'))).toBe(place);
    expect(await storeLocation(worktree)).toBe(place);
  });

  it('is in the data folder, one per folder, without git', async () => {
    const [a, b] = [join(dir, 'x', 'same'), join(dir, 'y', 'same')];
    await mkdir(a, { recursive: true });
    await mkdir(b, { recursive: true });
    const environment = { REPOTUNE_DATA: join(dir, 'data') };
    const places = [await storeLocation(a, environment), await storeLocation(b, environment)];
    for (const place of places) expect(place.startsWith(join(dir, 'data'))).toBe(true);
    expect(places[0]).not.toBe(places[1]);
  });
});
