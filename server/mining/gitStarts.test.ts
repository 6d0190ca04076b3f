import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { pathOfEnvironment, search } from '../git/program.ts';
import { documentEntry } from './indexing.ts';
import { mineOnce } from './mine.ts';
import { moduleText, ScratchRepository } from './testing.ts';

afterEach(() => vi.unstubAllEnvs());

/** A git that writes down what it is asked. Returns the command lines so far, without settings. */
function loggedGit(dir: string): () => string[] {
  const log = join(dir, 'asked');
  const program = search(pathOfEnvironment(process.env));
  const line = `while [ "$1" = -c ] || [ "$1" = --no-pager ]; do [ "$1" = -c ] && shift; shift; done; echo "$*" >> '${log}'`;
  writeFileSync(join(dir, 'git'), `#!/bin/sh\n(${line})\nexec '${program}' "$@"\n`, { mode: 0o755 });
  vi.stubEnv('PATH', dir);
  return () => readFileSync(log, 'utf8').trim().split('\n');
}

const isLookup = (line: string): boolean => line.includes('--git-common-dir');

it.runIf(process.platform !== 'win32')('one mine asks git once where the repository is', async () => {
  using scratch = new ScratchRepository();
  using tools = new ScratchRepository({ git: false });
  for (const name of 'abcdefghijklmnop') scratch.write(`src/${name}.ts`, moduleText(`part${name}`));
  scratch.commit('first');
  const cut = scratch.git('rev-parse', 'HEAD').trim();
  for (const name of 'abcdef')
    scratch
      .write(
        `src/${name}.ts`,
        `${moduleText(`part${name}`)}\nexport const limit = compute('limit of ${name}', 1000);\n`,
      )
      .commit(`limit ${name}`);
  scratch.write('.repotuneignore', 'src/a.ts\n');
  const asked = loggedGit(tools.root);
  const { learnedTo } = await mineOnce({ folder: scratch.root, history: true }, async () => cut);
  expect(learnedTo).toBe(cut);
  expect(asked().filter(isLookup)).toHaveLength(1);
});

it.runIf(process.platform !== 'win32')('an edited document asks git once, and not for the history', async () => {
  using scratch = new ScratchRepository();
  using tools = new ScratchRepository({ git: false });
  scratch.write('src/a.ts', moduleText('part')).commit('first');
  const asked = loggedGit(tools.root);
  expect(await documentEntry(scratch.root, 'src/a.ts', moduleText('typed'))).not.toBeNull();
  expect(asked().filter(isLookup)).toHaveLength(1);
  expect(asked().filter((line) => line.startsWith('rev-list'))).toEqual([]);
});
