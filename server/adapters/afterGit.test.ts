import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { storeLocation } from '../git/storeLocation.ts';
import { forgetFile, readLearning } from '../mining/learning.ts';
import { takeLock } from '../storage/lock.ts';
import { AdapterStore } from './store.ts';
import { adapterGguf, manifestFor } from './testing.ts';

/** What Windows would not move. */
const inUse = new Set<string>();
vi.mock('../storage/moveEntry.ts', async (original) => {
  const { moveEntry, ...others } = await original<typeof import('../storage/moveEntry.ts')>();
  return {
    ...others,
    moveEntry: async (from: string, to: string) => {
      if (inUse.has(from)) throw Object.assign(new Error(`EPERM: rename '${from}'`), { code: 'EPERM' });
      await moveEntry(from, to);
    },
  };
});

let dir: string;
let folder: string;
const dataBefore = process.env['REPOTUNE_DATA'];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-after-git-'));
  folder = join(dir, 'project');
  await mkdir(folder);
  process.env['REPOTUNE_DATA'] = join(dir, 'data');
});
afterEach(async () => {
  if (dataBefore === undefined) delete process.env['REPOTUNE_DATA'];
  else process.env['REPOTUNE_DATA'] = dataBefore;
  await rm(dir, { recursive: true, force: true });
});

function git(...args: readonly string[]): void {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const { status, stderr } = spawnSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

async function tuned(id: string, createdAt = '2026-01-01T00:00:00.000Z'): Promise<AdapterStore> {
  const store = await AdapterStore.of(folder);
  const file = join(dir, 'new.gguf');
  const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
  await writeFile(file, adapterGguf({ targets, rank: 16, alpha: 16 }));
  const adapter = await store.add({
    manifest: await manifestFor(id, file, { createdAt }),
    adapterFile: file,
    report: {},
  });
  await store.keepJudgement(adapter, { passed: true, reason: 'Better.', report: null }, 0);
  await store.activate(id, 'the gate');
  return store;
}

const ids = async (): Promise<string[]> => (await (await AdapterStore.of(folder)).list()).adapters.map(({ id }) => id);
const inGit = (...parts: readonly string[]): string => join(folder, '.git', 'repotune', ...parts);

describe('a folder tuned without git that becomes a repository', () => {
  it('keeps its adapters, what serves, the verdicts, names and the record, in the repository from then on', async () => {
    const before = await tuned('a-1');
    await before.rename('a-1', 'mine');
    const was = (await before.list()).adapters[0]!;
    git('init', '--quiet');
    const after = await AdapterStore.of(folder);
    const [now] = (await after.list()).adapters;
    expect(now).toEqual({
      ...was,
      dir: inGit('versions', 'a-1'),
      adapterPath: inGit('versions', 'a-1', 'adapter.gguf'),
    });
    expect(now).toMatchObject({ active: true, sealed: true, name: 'mine', standing: { kind: 'passed' } });
    await after.verify(now!);
    expect((await after.audit.read()).map(({ action }) => action)).toEqual(['activate', 'rename']);
    expect(existsSync(before.dir)).toBe(false);
    await writeFile(join(folder, 'a.ts'), '');
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    expect(await ids()).toEqual(['a-1']);
  });

  it('shows them to look-ups at the same time', async () => {
    await tuned('a-1');
    git('init', '--quiet');
    expect(await Promise.all([ids(), ids(), ids()])).toEqual([['a-1'], ['a-1'], ['a-1']]);
  });

  it('leaves the store where it is while a tune, be it the first, works there', async () => {
    const before = await storeLocation(folder);
    await mkdir(before, { recursive: true });
    const tune = await takeLock(join(before, 'tune.lock'), 'tuning');
    git('init', '--quiet');
    expect(await storeLocation(folder)).toBe(before);
    await tuned('a-1');
    if (tune.kind === 'taken') await tune.release();
    expect(await storeLocation(folder)).toBe(inGit());
    expect(await ids()).toEqual(['a-1']);
  });

  it('adds them to those tuned since, which go on serving, and keeps what was forgotten in either out', async () => {
    const before = await tuned('a-1');
    await before.rename('a-1', 'older');
    await forgetFile(before.dir, 'a.ts');
    // As an earlier release left it.
    await rename(dirname(before.dir), join(dir, 'elsewhere'));
    git('init', '--quiet');
    const after = await tuned('b-2', '2026-01-02T00:00:00.000Z');
    await forgetFile(after.dir, 'b.ts');
    await rename(join(dir, 'elsewhere'), dirname(before.dir));
    expect(await ids()).toEqual(['b-2', 'a-1']);
    expect((await after.active())?.id).toBe('b-2');
    expect((await after.find('older')).sealed).toBe(true);
    expect((await readLearning(after.dir)).forgotten).toEqual(['a.ts', 'b.ts']);
    expect((await after.audit.read()).map(({ adapter }) => adapter)).toEqual(['a-1', 'a-1', 'b-2']);
    expect(await readdir(dirname(before.dir))).toEqual([]);
  });

  it('sets aside what only one can be, losing nothing', async () => {
    const before = await tuned('a-1');
    await writeFile(join(before.dir, 'routes.json'), 'former');
    git('init', '--quiet');
    await mkdir(inGit());
    await writeFile(inGit('routes.json'), 'present');
    expect(await ids()).toEqual(['a-1']);
    expect(await readFile(inGit('routes.json'), 'utf8')).toBe('present');
    const [aside] = await readdir(dirname(before.dir));
    expect(aside).toMatch(/-before-git-/);
    expect(await readFile(join(dirname(before.dir), aside!, 'routes.json'), 'utf8')).toBe('former');
  });

  const otherDisk = ['/dev/shm', resolve('node_modules')].find(
    (path) => existsSync(path) && statSync(path).dev !== statSync(tmpdir()).dev,
  );
  it.skipIf(otherDisk === undefined)('moves them from another disk, with the permissions of its files', async () => {
    const data = await mkdtemp(join(otherDisk!, 'repotune-data-'));
    try {
      process.env['REPOTUNE_DATA'] = data;
      const before = await tuned('a-1');
      await writeFile(join(before.dir, 'recorded-edits.jsonl'), '', { mode: 0o600 });
      git('init', '--quiet');
      const [now] = (await (await AdapterStore.of(folder)).list()).adapters;
      expect(now).toMatchObject({ id: 'a-1', active: true, dir: inGit('versions', 'a-1') });
      await before.verify(now!);
      expect(statSync(inGit('recorded-edits.jsonl')).mode & 0o777).toBe(0o600);
      expect(await readdir(dirname(before.dir))).toEqual([]);
      expect(await readdir(inGit('versions'))).toEqual(['a-1']);
    } finally {
      await rm(data, { recursive: true });
    }
  });

  it('goes on where a process was killed between copying and deleting', async () => {
    const before = await tuned('a-1');
    git('init', '--quiet');
    await mkdir(inGit('versions', 'a-1'), { recursive: true });
    for (const name of await readdir(join(before.dir, 'versions', 'a-1')))
      await writeFile(inGit('versions', 'a-1', name), await readFile(join(before.dir, 'versions', 'a-1', name)));
    expect((await (await AdapterStore.of(folder)).active())?.id).toBe('a-1');
    expect(await readdir(dirname(before.dir))).toEqual([]);
  });

  it('stays where it is while what serves is in use, and goes on once it is free', async () => {
    const before = await tuned('b-2');
    await tuned('a-1');
    await forgetFile(before.dir, 'a.ts');
    git('init', '--quiet');
    inUse.add(join(before.dir, 'versions', 'a-1'));
    const store = await AdapterStore.of(folder);
    expect(store.dir).toBe(before.dir);
    expect((await store.active())?.sealed).toBe(true);
    expect((await store.list()).adapters).toHaveLength(2);
    inUse.clear();
    inUse.add(join(before.dir, 'versions', 'b-2'));
    expect(await ids()).toEqual(['a-1']);
    const after = await AdapterStore.of(folder);
    expect((await after.find('a-1')).sealed).toBe(true);
    expect((await readLearning(after.dir)).forgotten).toEqual(['a.ts']);
    inUse.clear();
    expect((await ids()).sort()).toEqual(['a-1', 'b-2']);
    expect((await after.active())?.id).toBe('a-1');
    expect((await after.find('b-2')).sealed).toBe(true);
    expect(await readdir(dirname(before.dir))).toEqual([]);
  });

  it('follows no link out of the former store', async () => {
    const before = await tuned('a-1');
    await symlink(dir, join(before.dir, 'runs'));
    git('init', '--quiet');
    expect(await storeLocation(folder)).toBe(inGit());
    expect(existsSync(inGit('runs'))).toBe(false);
  });
});

it('keeps what was forgotten in a folder out when a folder above it becomes a repository', async () => {
  const inner = join(folder, 'packages', 'one');
  await mkdir(inner, { recursive: true });
  const before = await storeLocation(inner);
  await forgetFile(before, 'src/a.ts');
  git('init', '--quiet');
  await forgetFile(inGit(), 'b.ts');
  for (let i = 0; i < 2; i++)
    expect((await readLearning(await storeLocation(inner))).forgotten).toEqual(['b.ts', 'packages/one/src/a.ts']);
  expect(await storeLocation(inner)).toBe(inGit());
  expect(await readdir(before)).toEqual([]);
});

describe('a folder that was tuned without git inside one that becomes a repository', () => {
  let outer: string;
  beforeEach(async () => {
    outer = folder;
    folder = join(outer, 'packages', 'one');
    await mkdir(folder, { recursive: true });
  });
  const inOuter = (...args: readonly string[]): void => git('-C', outer, ...args);
  const store = (): string => join(outer, '.git', 'repotune');

  it('takes its adapters along once there is a first commit, with what serves, the verdicts, names and the record', async () => {
    const before = await tuned('a-1');
    await before.rename('a-1', 'mine');
    await forgetFile(before.dir, 'src/a.ts');
    await writeFile(join(before.dir, 'routes.json'), '{"format":1,"routes":[{"glob":"src/","adapter":null}]}');
    inOuter('init', '--quiet');
    expect(await ids()).toEqual([]);
    inOuter('commit', '--quiet', '--allow-empty', '-m', 'first');
    expect(await Promise.all([ids(), ids()])).toEqual([['a-1'], ['a-1']]);
    const after = await AdapterStore.of(folder);
    expect(after.dir).toBe(store());
    expect((await after.list()).adapters).toMatchObject([
      { active: true, sealed: true, name: 'mine', standing: { kind: 'passed' } },
    ]);
    await after.verify((await after.list()).adapters[0]!);
    expect((await after.audit.read()).map(({ action }) => action)).toEqual(['activate', 'rename']);
    expect((await readLearning(after.dir)).forgotten).toEqual(['packages/one/src/a.ts']);
    // It named files by their paths in that folder.
    expect(existsSync(join(store(), 'routes.json'))).toBe(false);
    expect(await readdir(dirname(before.dir))).toEqual([expect.stringMatching(/-before-git-/)]);
  });

  it('leaves what serves in the repository as it is', async () => {
    const before = await tuned('a-1');
    await rename(dirname(before.dir), join(dir, 'elsewhere'));
    inOuter('init', '--quiet');
    inOuter('commit', '--quiet', '--allow-empty', '-m', 'first');
    await tuned('b-2', '2026-01-02T00:00:00.000Z');
    await rename(join(dir, 'elsewhere'), dirname(before.dir));
    expect(await ids()).toEqual(['b-2', 'a-1']);
    expect((await (await AdapterStore.of(folder)).active())?.id).toBe('b-2');
  });

  it('waits while a tune works there', async () => {
    const before = await tuned('a-1');
    const tune = await takeLock(join(before.dir, 'tune.lock'), 'tuning');
    inOuter('init', '--quiet');
    inOuter('commit', '--quiet', '--allow-empty', '-m', 'first');
    expect(await ids()).toEqual([]);
    if (tune.kind === 'taken') await tune.release();
    expect(await ids()).toEqual(['a-1']);
  });
});

it('gives no adapter to another folder that has taken the place of the one that was tuned', async () => {
  const before = await tuned('a-1');
  for (const name of await readdir(before.dir)) await utimes(join(before.dir, name), 1e9, 1e9);
  await utimes(before.dir, 1e9, 1e9);
  await rm(folder, { recursive: true });
  await mkdir(folder);
  git('init', '--quiet');
  expect(await ids()).toEqual([]);
  expect(existsSync(join(before.dir, 'versions', 'a-1'))).toBe(true);
});

it('finds the adapters of a repository whatever its remotes are called, and in its work trees', async () => {
  git('init', '--quiet');
  await tuned('a-1');
  git('remote', 'add', 'origin', 'https://example.com/a.git');
  git('remote', 'rename', 'origin', 'upstream');
  expect(await ids()).toEqual(['a-1']);
  git('commit', '--quiet', '--allow-empty', '-m', 'first');
  git('worktree', 'add', '--quiet', join(dir, 'linked'));
  folder = join(dir, 'linked');
  expect(await ids()).toEqual(['a-1']);
});
