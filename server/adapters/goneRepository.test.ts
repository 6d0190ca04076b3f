/** A repository that is moved or deleted while a window, or a run, works with its store. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordEdit } from '../edits/recordedEdits.ts';
import { NO_USE } from '../liveComparison/guard.ts';
import { forgetFile } from '../mining/learning.ts';
import { ScratchRepository } from '../mining/testing.ts';
import { writeLessons } from './lessons.ts';
import { startLiveComparison } from './liveComparisonFile.ts';
import { setRoute } from './routes.ts';
import { addStanding } from './standingFile.ts';
import { AdapterStore } from './store.ts';
import { adapterGguf, manifestFor } from './testing.ts';
import { addVersionUse } from './useFile.ts';

let repository: ScratchRepository;
let elsewhere: string;
let store: AdapterStore;
beforeEach(async () => {
  repository = new ScratchRepository();
  repository.write('a.ts', 'a').commit();
  elsewhere = `${repository.root}-moved`;
  store = await AdapterStore.of(repository.root);
});
afterEach(() => {
  repository[Symbol.dispose]();
  rmSync(elsewhere, { recursive: true, force: true });
});

const change = { line: 0, before: ['a'], after: ['b'] };

it.each<[string, () => Promise<unknown>]>([
  ['the active adapter', () => store.disable('test')],
  ['the audit log', () => store.audit.append('tune', null, '')],
  ['use counts', () => addVersionUse(store.dir, 'version-one', NO_USE)],
  ['standing lines', () => addStanding(store.dir, 'a line that stands for a while\n', 1)],
  ['a route', () => setRoute(store.dir, { glob: '**/*.ts', adapter: null })],
  ['a live comparison', () => startLiveComparison(store.dir, { active: 'version-one', rival: null, share: 0.5 }, 1)],
  ['a forgotten file', () => forgetFile(store.dir, 'a.ts')],
  [
    'a recorded edit',
    () => recordEdit(store.dir, { atMs: 1, path: 'a.ts', from: 0, lines: ['a'], change, recent: [], elsewhere: [] }),
  ],
  ['lessons', () => writeLessons(store.dir, 'version-one', [{ path: 'a.ts' } as never])],
  [
    'a version',
    async () => {
      const file = join(elsewhere, 'adapter.gguf');
      writeFileSync(
        file,
        adapterGguf({ targets: [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }], rank: 16, alpha: 16 }),
      );
      await store.add({ manifest: await manifestFor('version-one', file), adapterFile: file, report: {} });
    },
  ],
])('writing %s after the repository was moved fails and creates nothing at its old path', async (_, write) => {
  renameSync(repository.root, elsewhere);
  await expect(write()).rejects.toThrow(/no repository at .* any more: it was moved or deleted/);
  expect(existsSync(repository.root)).toBe(false);
});
