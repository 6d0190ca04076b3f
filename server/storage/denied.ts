/** Whether reading or writing a file was denied by the file system. */
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

/** Node does not say for which purpose an `open` was, so check what the user may now do. `may`: whether that (of `access`) is allowed. */
export function deniedOf(path: string | undefined, syscall: string | undefined, may: typeof allowed = allowed): Denied {
  if (syscall !== undefined && READING.has(syscall)) return 'read';
  if (syscall !== 'open' || path === undefined || may(path, constants.R_OK)) return 'written';
  if (may(path, constants.W_OK)) return 'read';
  // A missing file was to be created.
  return may(path, constants.F_OK) ? 'read or written' : 'written';
}
