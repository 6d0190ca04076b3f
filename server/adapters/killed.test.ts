/** Changes of the store whose process is killed, as by a power failure, between two of its files. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { clearHalfVersions } from './leftovers.ts';
import { writeLessons } from './lessons.ts';
import { readLiveComparison, startLiveComparison } from './liveComparisonFile.ts';
import { readRoutes, setRoute } from './routes.ts';
import { AdapterStore } from './store.ts';
import { adapterGguf, manifestFor } from './testing.ts';
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

/** Calls a method of the store in a process that is killed once (`when`: before) a file with such a name is renamed. */
function killedAt(when: 'before' | 'after', name: RegExp, method: 'add' | 'remove', argument: unknown): void {
  const modules = ['node:fs/promises', 'node:module', new URL('store.ts', import.meta.url).href];
  const script = `
    const [{ default: files }, { syncBuiltinESMExports }, { AdapterStore }] =
      await Promise.all(${JSON.stringify(modules)}.map((one) => import(one)));
    const { rename } = files;
    files.rename = async (from, to) => {
      const isIt = new RegExp(${JSON.stringify(name.source)}).test(to);
      if (isIt && ${when === 'before'}) process.kill(process.pid, 'SIGKILL');
      await rename(from, to);
      if (isIt) process.kill(process.pid, 'SIGKILL');
    };
    syncBuiltinESMExports();
    await new AdapterStore(${JSON.stringify(store.dir)}).${method}(${JSON.stringify(argument)});`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
  expect([signal, `${stderr}`]).toEqual(['SIGKILL', '']);
}

it('a version whose deletion was killed is deleted at the next start, with what it taught and where it was to serve', async () => {
  for (const id of ['a-1', 'b-2']) await store.add(await incoming(id));
  await store.activate('b-2', 'test');
  for (const id of ['a-1', 'b-2']) await writeLessons(store.dir, id, [lesson]);
  await setRoute(store.dir, { glob: 'a/', adapter: 'a-1' });
  await setRoute(store.dir, { glob: 'b/', adapter: 'b-2' });
  await startLiveComparison(store.dir, { active: 'b-2', rival: 'a-1', share: 0.5 }, 0);
  await beginProbation(store.dir, { version: 'a-1', before: 'b-2' }, 0);
  killedAt('after', /\.deleted-a-1$/, 'remove', 'a-1');
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
  killedAt('before', /versions.a-1$/, 'add', version);
  expect(readFileSync(join(store.dir, 'judgements', 'a-1.json'), 'utf8')).toContain('Better.');
  await clearHalfVersions(store.dir);
  expect([readdirSync(join(store.dir, 'versions')), readdirSync(join(store.dir, 'judgements'))]).toEqual([[], []]);
  expect(await store.add(version)).toMatchObject({ sealed: true, standing: { kind: 'passed' } });
});
