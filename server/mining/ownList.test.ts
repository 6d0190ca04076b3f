import { expect, it, vi } from 'vitest';
import type * as run from '../git/run.ts';
import { mineOnce } from './index.ts';
import { moduleText, ScratchRepository } from './testing.ts';

const asked: string[] = [];
vi.mock('../git/run.ts', async (original) => {
  const actual = await original<typeof run>();
  const askGit: typeof run.askGit = (cwd, args, options) => {
    asked.push(args.join(' '));
    return actual.askGit(cwd, args, options);
  };
  return { ...actual, askGit };
});

it('git is asked once per mine where the lists of what the user leaves out are, also where files of the history are gone', async () => {
  using scratch = new ScratchRepository();
  for (let i = 0; i < 12; i++) scratch.write(`src/module${i}.ts`, moduleText(`part${'abcdefghijkl'[i]}`));
  scratch.commit('one').write('src/module3.ts', moduleText('other')).commit('two');
  scratch.git('rm', '--quiet', 'src/module3.ts');
  scratch.commit('three');
  await mineOnce({ folder: scratch.root, history: true, cachePath: null, processes: 0 }, async () => null);
  expect(asked.filter((args) => args.startsWith('check-ignore')).length).toBeGreaterThan(0);
  expect(asked.filter((args) => /^config .*excludesfile/i.test(args))).toHaveLength(1);
});
