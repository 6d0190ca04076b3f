import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { ScratchRepository } from '../mining/testing.ts';
import { tuneLockOf } from '../runs/leftovers.ts';
import { takeLock } from '../storage/lock.ts';
import { folderToGoOn, interruptedToResume } from './resumeTune.ts';

const goesOn = (begun: string, asked: string): Promise<string> =>
  folderToGoOn({ record: { options: { folder: begun } } }, asked);

test('an interrupted run goes on in the folder that it was begun in, whichever of its repository is open', async () => {
  using repository = new ScratchRepository();
  repository.write('part/a.ts', 'a();\n').write('other/b.ts', 'b();\n').commit('first');
  const { root } = repository;
  const [part, other, link] = [join(root, 'part'), join(root, 'other'), `${root}-link`];
  symlinkSync(root, link);
  try {
    for (const [begun, asked] of [
      [root, part],
      [part, root],
      [part, other],
      [root, link],
    ] as const)
      expect(await goesOn(begun, asked)).toBe(begun);
  } finally {
    rmSync(link);
  }
});

test.each(['nothing', 'another repository'])(
  'an interrupted run goes on where its repository was moved to, with %s in its place',
  async (left) => {
    using repository = new ScratchRepository();
    repository.write('a.ts', 'a();\n').commit('first');
    const { root } = repository;
    const moved = `${root}-moved`;
    renameSync(root, moved);
    mkdirSync(root);
    if (left === 'nothing') rmSync(root, { recursive: true });
    else repository.git('init', '--quiet');
    try {
      expect(await goesOn(root, moved)).toBe(moved);
    } finally {
      rmSync(moved, { recursive: true });
    }
  },
);

test('a run that another window continues already is said to be under way', async () => {
  using repository = new ScratchRepository();
  repository.write('a.ts', 'a();\n').commit('first');
  const { root } = repository;
  const { dir } = await AdapterStore.of(root);
  mkdirSync(dir);
  const lock = await takeLock(tuneLockOf(dir), 'tuning');
  await expect(interruptedToResume(root, true, true)).rejects.toThrow(/is already running/);
  if (lock.kind === 'taken') await lock.release();
  await expect(interruptedToResume(root, true, true)).rejects.toThrow(/There is no interrupted tune/);
});
