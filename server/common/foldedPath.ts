/** Equal for paths that some file system treats as one: an `é` may be one character in git and two on disk, and some ignore case. */
export function foldedPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}
