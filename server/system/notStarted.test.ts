import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, test } from 'vitest';
import { notStarted, startProblem } from './notStarted.ts';

const program = '/bin/git';

it.each([
  [
    'EACCES',
    ['/code'],
    /^The program \/bin\/git may not be executed \(EACCES\)\. Give your user the right to execute it, or/,
  ],
  ['EPERM', ['/code'], /^The program \/bin\/git may not be executed \(EPERM\)\. /],
  ['EACCES', [program], /^\/code cannot be entered \(EACCES\)\. Give your user the right to enter it\.$/],
  ['ENOENT', ['/code'], /^The program \/bin\/git, or something .*Install it again\.$/],
  ['ENOENT', [program], /^There is no folder \/code: it was moved or deleted meanwhile\.$/],
  ['EAGAIN', [program, '/code'], /^The system did not start the program \/bin\/git \(EAGAIN\)\. Try again/],
])('explains %s where only %j may be used', (code, usable, sentence) => {
  expect(notStarted({ program, cwd: '/code', code }, (path) => usable.includes(path))).toMatch(sentence);
});

test('explains a failed start of a process, and not a failed access to a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'program');
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 });
  const failed = async (path: string, cwd: string): Promise<unknown> =>
    (await once(spawn(path, [], { cwd }), 'error').catch((error: unknown) => [error]))[0];
  expect(startProblem(await failed(file, folder), folder)).toBe(notStarted({ program: file, code: 'EACCES' }));
  const gone = join(folder, 'gone');
  expect(startProblem(await failed(process.execPath, gone), gone)).toMatch(/^There is no folder .*gone: /);
  expect(
    startProblem(Object.assign(new Error('EACCES: open'), { code: 'EACCES', syscall: 'open', path: file })),
  ).toBeNull();
});
