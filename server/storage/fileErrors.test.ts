import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fileProblem, messageFor } from './fileErrors.ts';

const failing = (code: string, path?: string): Error =>
  Object.assign(new Error(code), { code, ...(path ? { path } : {}) });

const reading = (code: string, syscall: string): Error => Object.assign(failing(code, '/code'), { syscall });

it.each([
  [failing('ENOSPC', '/store/x'), /^The disk is full \(writing \/store\/x\)\. Free some space/],
  [failing('ENOSPC'), /^The disk is full\. Free some space/],
  [failing('EDQUOT'), /quota is used up\. Free some space/],
  [failing('EACCES', '/store'), /^\/store cannot be written \(EACCES\)\. Make the folder writable/],
  [reading('EACCES', 'scandir'), /^\/code cannot be read \(EACCES\)\. Give your user the right to read it\.$/],
  [reading('EPERM', 'stat'), /^\/code cannot be read \(EPERM\)\. /],
  [reading('EACCES', 'mkdir'), /^\/code cannot be written \(EACCES\)\. Make the folder writable/],
  [
    failing('EROFS', '/store'),
    /^\/store cannot be written: its disk is read-only\. Make the folder writable, or set REPOTUNE_DATA to/,
  ],
  [
    failing('EROFS', '/code/.git/repotune/tune.lock'),
    /: its disk is read-only\. Repotune keeps what it learns in the repository: make that writable, or open a clone/,
  ],
  [
    Object.assign(failing('ENOENT', '/code/.git/repotune'), { syscall: 'mkdir' }),
    /^\/code\/\.git\/repotune cannot be created: its disk is read-only/,
  ],
  [Object.assign(failing('ENOENT', '/code/a.ts'), { syscall: 'open' }), /^ENOENT$/],
  [
    Object.assign(failing('EACCES', '/bin/git'), { syscall: 'spawn /bin/git' }),
    /^The program \/bin\/git may not be executed \(EACCES\)\. /,
  ],
  [new Error('a sentence for the user'), /^a sentence for the user$/],
])('an error gets a message with advice: %s', (error, expected) => expect(messageFor(error)).toMatch(expected));

it.each([
  ['a file that is gone', 'absent/file', 'There is nothing at PATH: it was moved or deleted meanwhile.'],
  ['a folder where a file should be', '.', 'PATH is a folder, but a file is needed there. Move it elsewhere.'],
  ['a file where a folder should be', 'file/inside', 'PATH cannot exist: a part of that path is a file.'],
])('%s gets a message without codes and system calls', async (_, name, sentence) => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-errors-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'file'), '');
  const path = join(folder, name);
  const error = await open(path, 'r+').then(
    () => new Error('It was opened.'),
    (found: unknown) => found,
  );
  expect(messageFor(error)).toBe(sentence.replace('PATH', path));
});

it.each([
  [
    'a model that another window has loaded is deleted',
    { syscall: 'unlink', path: 'C:\\m.gguf' },
    'C:\\m.gguf is in use',
  ],
  ['a plug-in that is loaded is replaced', { syscall: 'rename', path: 'C:\\n', dest: 'C:\\o' }, 'C:\\o is in use'],
  ['a file is opened', { syscall: 'open', path: 'C:\\a' }, 'C:\\a cannot be written (EPERM)'],
])('on Windows a denial is explained by the act that was denied: %s', (_, about, beginning) => {
  const error = Object.assign(new Error('EPERM'), { code: 'EPERM', ...about });
  expect(fileProblem(error, 'win32')?.sentence.startsWith(beginning)).toBe(true);
  expect(fileProblem(error, 'linux')?.sentence).toMatch(/ cannot be written \(EPERM\)\. Make the folder writable/);
});
