import { isAbsolute, relative, sep } from 'node:path';

/**
 * Path from `folder` to `file`, '/' separated, '' for the folder itself; null for anything outside. A disk's root is a folder like any
 * other.
 */
export function pathWithin(folder: string, file: string): string | null {
  const path = relative(folder, file);
  if (isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`)) return null;
  return path.split(sep).join('/');
}
