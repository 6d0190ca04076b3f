/** Changes of the store whose process is killed, as by a power failure, between two of its files. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { clearHalfVersions } from './leftovers.ts';
import { writeLessons } from './lessons.ts';
import { readLiveComparison, startLiveComparison } from './liveComparisonFile.ts';
import { heardOfUse } from './probation.ts';
import { readRoutes, setRoute } from './routes.ts';
import { AdapterStore } from './store.ts';
import { adapterGguf, manifestFor, use } from './testing.ts';
import { beginProbation, readUse } from './useFile.ts';

let dir: string;
let store: AdapterStore;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'repotune-killed-'));
  vi.stubEnv('REPOTUNE_DATA', join(dir, 'data'));
  store = new AdapterStore(join(dir, 'store'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const lesson = { path: 'a.ts', line: 1, before: '', text: 'what it learned', lossBefore: 2, lossAfter: 1 };

async function incoming(id: string) {
  const adapterFile = join(dir, 'new.gguf');
  const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
  writeFileSync(adapterFile, adapterGguf({ targets, rank: 16, alpha: 16 }));
  const judgement = { passed: true, reason: 'Better.', report: null, atMs: 0 };
  return { manifest: await manifestFor(id, adapterFile), adapterFile, report: {}, judgement };
}

/** Runs a statement in a process that is killed before or after a file with such a name is renamed for the given time. */
function killedAt(when: 'before' | 'after', name: RegExp, statement: string, time = 1): void {
  const names = ['node:fs/promises', 'node:module', ...['store.ts', 'probation.ts'].map(moduleOf)];
  const script = `
    const [{ default: files }, { syncBuiltinESMExports }, { AdapterStore }, { heardOfUse }] =
      await Promise.all(${JSON.stringify(names)}.map((one) => import(one)));
    const { rename } = files;
    let times = 0;
    files.rename = async (from, to) => {
      const isIt = new RegExp(${JSON.stringify(name.source)}).test(to) && ++times === ${time};
      if (isIt && ${when === 'before'}) process.kill(process.pid, 'SIGKILL');
      await rename(from, to);
      if (isIt) process.kill(process.pid, 'SIGKILL');
    };
    syncBuiltinESMExports();
    const dir = ${JSON.stringify(store.dir)};
    await ${statement};`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
  expect([signal, `${stderr}`]).toEqual(['SIGKILL', '']);
}

const moduleOf = (name: string): string => new URL(name, import.meta.url).href;

it('a version that is kept less serves no longer, though the first process that noticed was killed when it had said so', async () => {
  for (const id of ['a-1', 'b-2']) await store.add(await incoming(id));
  await store.activate('a-1', 'test');
  await heardOfUse(store.dir, 'a-1', use(1000, 24));
  await store.activate('b-2', 'test');
  await beginProbation(store.dir, { version: 'b-2', before: 'a-1' }, 0);
  killedAt('after', /use\.json$/, `heardOfUse(dir, 'b-2', ${JSON.stringify(use(1000, 2))})`, 2);
  await heardOfUse(store.dir, 'b-2', use(100, 2));
  expect((await store.active())?.id).toBe('a-1');
});

it('a version that serves no longer, as it was kept less, stays once it is chosen again, though the process that rolled back was killed', async () => {
  for (const id of ['a-1', 'b-2']) await store.add(await incoming(id));
  await store.activate('a-1', 'test');
  await heardOfUse(store.dir, 'a-1', use(1000, 24));
  await store.activate('b-2', 'test');
  await beginProbation(store.dir, { version: 'b-2', before: 'a-1' }, 0);
  killedAt('after', /state\.json$/, `heardOfUse(dir, 'b-2', ${JSON.stringify(use(1000, 2))})`);
  expect((await store.active())?.id).toBe('a-1');
  await heardOfUse(store.dir, 'a-1', use(4, 24));
  await store.activate('b-2', 'chosen');
  expect(await heardOfUse(store.dir, 'b-2', use(4, 2))).toBeNull();
  expect((await store.active())?.id).toBe('b-2');
});

it('a version whose deletion was killed is deleted at the next start, with what it taught and where it was to serve', async () => {
  for (const id of ['a-1', 'b-2']) await store.add(await incoming(id));
  await store.activate('b-2', 'test');
  for (const id of ['a-1', 'b-2']) await writeLessons(store.dir, id, [lesson]);
  await setRoute(store.dir, { glob: 'a/', adapter: 'a-1' });
  await setRoute(store.dir, { glob: 'b/', adapter: 'b-2' });
  await startLiveComparison(store.dir, { active: 'b-2', rival: 'a-1', share: 0.5 }, 0);
  await beginProbation(store.dir, { version: 'a-1', before: 'b-2' }, 0);
  killedAt('after', /\.deleted-a-1$/, `new AdapterStore(dir).remove('a-1')`);
  await clearHalfVersions(store.dir);
  const left = (folder: string): string[] => readdirSync(join(store.dir, folder)).toSorted();
  expect([left('versions'), left('lessons'), left('judgements')]).toEqual([
    ['b-2'],
    ['b-2.json'],
    ['b-2.json', 'b-2.seal'],
  ]);
  expect((await readRoutes(store.dir)).map(({ adapter }) => adapter)).toEqual(['b-2']);
  expect([await readLiveComparison(store.dir), (await readUse(store.dir)).probation]).toEqual([null, null]);
  expect(await store.active()).toMatchObject({ id: 'b-2', standing: { kind: 'passed' } });
});

it('a version whose addition was killed leaves nothing, and can be added again', async () => {
  const version = await incoming('a-1');
  killedAt('before', /versions.a-1$/, `new AdapterStore(dir).add(${JSON.stringify(version)})`);
  expect(readFileSync(join(store.dir, 'judgements', 'a-1.json'), 'utf8')).toContain('Better.');
  await clearHalfVersions(store.dir);
  expect([readdirSync(join(store.dir, 'versions')), readdirSync(join(store.dir, 'judgements'))]).toEqual([[], []]);
  expect(await store.add(version)).toMatchObject({ sealed: true, standing: { kind: 'passed' } });
});
