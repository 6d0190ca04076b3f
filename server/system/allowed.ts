import { accessSync } from 'node:fs';

/** Whether the user currently has the access `mode` (of `access`) to a file or folder. */
export function allowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
