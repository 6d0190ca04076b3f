import { constants } from 'node:fs';
import { expect, it } from 'vitest';
import { deniedOf } from './denied.ts';

const { F_OK, R_OK, W_OK } = constants;

it.each([
  ['a file that may be written alone', 'open', [F_OK, W_OK], 'read'],
  ['a file that may be read alone', 'open', [F_OK, R_OK], 'written'],
  ['a file that is not there, in a folder that may not be written', 'open', [], 'written'],
  ['a file of which neither may be', 'open', [F_OK], 'read or written'],
  ['a folder that is listed', 'scandir', [F_OK], 'read'],
  ['a folder that is made', 'mkdir', [F_OK, R_OK, W_OK], 'written'],
  ['whatever is not told', undefined, [F_OK], 'written'],
])('of %s it is told what is denied (%s)', (_, syscall, allowed, expected) => {
  expect(deniedOf('/code/a', syscall, (_path, mode) => allowed.includes(mode))).toBe(expected);
});
