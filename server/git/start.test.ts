import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gitProgram } from './program.ts';
import { runRemote } from './remoteGit.ts';
import { askGit } from './run.ts';

let scratch: string;
let program: string;

/** The path of git is cached, but it is no longer executable. */
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'repotune-git-'));
  mkdirSync(join(scratch, 'bin'));
  program = join(scratch, 'bin', 'git');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  vi.stubEnv('PATH', join(scratch, 'bin'));
  gitProgram();
  chmodSync(program, 0o644);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true });
});

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

const sentence = () =>
  `The program ${program} may not be executed (EACCES). Give your user the right to execute it, or install it where programs may be executed.`;

test('a git that may not be executed is reported as not started, for folders and remotes alike', async () => {
  for (const asked of [askGit(scratch, ['rev-parse', '--git-dir']), runRemote(scratch, ['ls-remote'], {})])
    expect(await failure(asked)).toMatchObject({ problem: 'not-started', message: sentence() });
});

test('looking up a git that may not be executed says so, and not that git is missing', () => {
  const environment = { PATH: [join(scratch, 'none'), join(scratch, 'bin')].join(delimiter) };
  expect(() => gitProgram(environment)).toThrow(sentence());
  expect(() => gitProgram({ PATH: join(scratch, 'none') })).toThrow(/^The program git was not found: install git/);
});
