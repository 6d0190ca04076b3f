/** The same for paths that some file system takes for one: an `é` may be one character in git and two on the disk, and some have no case. */
export function foldedPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}
