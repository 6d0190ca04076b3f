import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sealOf } from '../storage/machineSeal.ts';
import { isSealed, seal } from './seal.ts';
import { AdapterStore, NotMeasured } from './store.ts';
import { adapterGguf, manifestFor } from './testing.ts';

const before = process.env['REPOTUNE_DATA'];
let dir: string;
const onMachine = (name: string): void => {
  process.env['REPOTUNE_DATA'] = join(dir, name);
};
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-seal-'));
});
afterEach(async () => {
  if (before === undefined) delete process.env['REPOTUNE_DATA'];
  else process.env['REPOTUNE_DATA'] = before;
  await rm(dir, { recursive: true });
});

/** A store with an active, passed version, copied whole to another machine. */
async function copied(): Promise<AdapterStore> {
  onMachine('maker');
  const store = new AdapterStore(join(dir, 'store'));
  const file = join(dir, 'new.gguf');
  const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
  await writeFile(file, adapterGguf({ targets, rank: 16, alpha: 16, value: () => 1 }));
  await store.add({ manifest: await manifestFor('a-1', file), adapterFile: file, report: {} });
  await store.keepJudgement(await store.find('a-1'), { passed: true, reason: 'better', report: null }, 0);
  await store.activate('a-1', 'test');
  expect(await store.active()).toMatchObject({ active: true, sealed: true, standing: { kind: 'passed' } });
  await cp(store.dir, join(dir, 'copy'), { recursive: true });
  onMachine('other');
  return new AdapterStore(join(dir, 'copy'));
}

it('a version from a copied .git is inactive, unsealed and unmeasured, whatever the copy says', async () => {
  const store = await copied();
  expect(await store.find('a-1')).toMatchObject({ active: false, sealed: false, standing: { kind: 'unmeasured' } });
  await expect(store.activate('a-1', 'test')).rejects.toBeInstanceOf(NotMeasured);
});

it('a version from a copy can be activated once it passed here, not while it failed', async () => {
  const store = await copied();
  await store.keepJudgement(await store.find('a-1'), { passed: false, reason: 'worse', report: null }, 0);
  await expect(store.activate('a-1', 'test')).rejects.toBeInstanceOf(NotMeasured);
  await store.keepJudgement(await store.find('a-1'), { passed: true, reason: 'better', report: null }, 0);
  expect(await store.activate('a-1', 'test')).toMatchObject({ active: true });
});

it('forcing activates and seals a version from a copy', async () => {
  const store = await copied();
  await store.activate('a-1', 'test', { force: true });
  expect(await store.active()).toMatchObject({ active: true, sealed: true });
});

it('a version that cannot be sealed is not stored at all', async () => {
  await writeFile(join(dir, 'a-file'), '');
  onMachine(join('a-file', 'data'));
  const store = new AdapterStore(join(dir, 'store'));
  const file = join(dir, 'new.gguf');
  await writeFile(file, 'weights');
  await expect(
    store.add({ manifest: await manifestFor('a-1', file), adapterFile: file, report: {} }),
  ).rejects.toThrow();
  expect(await store.list()).toEqual({ adapters: [], damaged: [] });
});

it('adding a version that already exists fails and leaves its seal intact', async () => {
  const store = await copied();
  onMachine('maker');
  const file = join(dir, 'other.gguf');
  await writeFile(file, 'other weights');
  const again = store.add({ manifest: await manifestFor('a-1', file), adapterFile: file, report: {} });
  await expect(again).rejects.toThrow(/a-1/);
  expect(await store.find('a-1')).toMatchObject({ sealed: true });
});

it('an unreadable seal key is an error, and neither the key nor its seals are lost', async () => {
  onMachine('maker');
  await seal(join(dir, 'store'), 'a-1', 'f'.repeat(64));
  const path = join(dir, 'maker', 'seal.key');
  const key = await readFile(path, 'utf8');
  await rename(path, `${path}.kept`);
  // An unreadable file that any user can create.
  await symlink('seal.key', path);
  await expect(isSealed(join(dir, 'store'), 'a-1', 'f'.repeat(64))).rejects.toThrow('ELOOP');
  await rename(`${path}.kept`, path);
  expect(await readFile(path, 'utf8')).toBe(key);
  expect(await isSealed(join(dir, 'store'), 'a-1', 'f'.repeat(64))).toBe(true);
});

/** A process of its own that seals something, and prints the seal or why there is none; `first`: run by its shell before. */
async function sealedElsewhere(first = ''): Promise<string> {
  const module = JSON.stringify(new URL('../storage/machineSeal.ts', import.meta.url).href);
  const script = `(await import(${module})).sealOf('test', '').then(console.log, ({ code }) => console.log(code))`;
  const child = await promisify(execFile)('bash', ['-c', `${first} exec "$0" -e "$1"`, process.execPath, script]);
  return child.stdout.trim();
}

it.runIf(process.platform === 'linux')('a disk that takes nothing more leaves no half of a seal key', async () => {
  onMachine('maker');
  // Every write fails, as it does on a full disk; files can be created on it.
  expect(await sealedElsewhere("trap '' XFSZ; ulimit -f 0;")).toBe('EFBIG');
  expect(await readdir(join(dir, 'maker'))).toEqual([]);
});

it('a truncated seal key is replaced once, by processes that need it at the same time', async () => {
  onMachine('maker');
  const path = join(dir, 'maker', 'seal.key');
  await mkdir(join(dir, 'maker'));
  await writeFile(path, 'aaaa');
  const seals = await Promise.all([sealedElsewhere(), sealedElsewhere(), sealedElsewhere()]);
  expect(seals).toEqual(Array(3).fill(await sealOf('test', '')));
  expect(await readFile(path, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});
