import { expect, it } from 'vitest';
import { messageFor } from './fileErrors.ts';

const failing = (code: string, path?: string): Error =>
  Object.assign(new Error(code), { code, ...(path ? { path } : {}) });

it.each([
  [failing('ENOSPC', '/store/x'), /^The disk is full \(writing \/store\/x\)\. Free some space/],
  [failing('ENOSPC'), /^The disk is full\. Free some space/],
  [failing('EDQUOT'), /quota is used up\. Free some space/],
  [failing('EACCES', '/store'), /^\/store cannot be written \(EACCES\)\. Make the folder writable/],
  [failing('EROFS', '/store'), /^\/store cannot be written \(EROFS\)/],
  [
    Object.assign(failing('ENOENT', '/code/.git/repotune'), { syscall: 'mkdir' }),
    /^\/code\/\.git\/repotune cannot be made: its disk is read-only/,
  ],
  [Object.assign(failing('ENOENT', '/code/a.ts'), { syscall: 'open' }), /^ENOENT$/],
  [new Error('a sentence for the user'), /^a sentence for the user$/],
])('an error becomes what the user can do: %s', (error, expected) => expect(messageFor(error)).toMatch(expected));
