import { constants } from 'node:fs';
import { expect, it } from 'vitest';
import { deniedOf } from './denied.ts';

const { F_OK, R_OK, W_OK } = constants;

it.each([
  ['a write-only file', 'open', [F_OK, W_OK], 'read'],
  ['a read-only file', 'open', [F_OK, R_OK], 'written'],
  ['a missing file in an unwritable folder', 'open', [], 'written'],
  ['a file that may be neither read nor written', 'open', [F_OK], 'read or written'],
  ['listing a folder', 'scandir', [F_OK], 'read'],
  ['making a folder', 'mkdir', [F_OK, R_OK, W_OK], 'written'],
  ['an unknown system call', undefined, [F_OK], 'written'],
])('names the denied right of %s (%s)', (_, syscall, allowed, expected) => {
  expect(deniedOf('/code/a', syscall, (_path, mode) => allowed.includes(mode))).toBe(expected);
});
