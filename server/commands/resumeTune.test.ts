import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ScratchRepository } from '../mining/testing.ts';
import { folderToGoOn } from './resumeTune.ts';

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
