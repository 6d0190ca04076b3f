import { accessSync } from 'node:fs';

/** Whether the user may do with a file or folder what `mode` (of `access`) says, now. */
export function allowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
