/** Whether a file was to be read or written where the file system denies it. */
import { constants } from 'node:fs';
import { allowed } from '../system/allowed.ts';

export type Denied = 'read' | 'written' | 'read or written';

const READING: ReadonlySet<string> = new Set([
  'read',
  'scandir',
  'opendir',
  'readlink',
  'stat',
  'lstat',
  'statfs',
  'realpath',
]);

/** What to open a file for, Node does not say: what its user may do with it now tells. `may`: whether that (of `access`) is allowed. */
export function deniedOf(path: string | undefined, syscall: string | undefined, may: typeof allowed = allowed): Denied {
  if (syscall !== undefined && READING.has(syscall)) return 'read';
  if (syscall !== 'open' || path === undefined || may(path, constants.R_OK)) return 'written';
  if (may(path, constants.W_OK)) return 'read';
  // One that is not there was to be made.
  return may(path, constants.F_OK) ? 'read or written' : 'written';
}
