/** Sorts files by the number of leading folders shared with a path. Paths are '/' separated, all relative to the same folder. */
export function nearestFirst<File extends { readonly path: string }>(files: readonly File[], near: string): File[] {
  const shared = new Map(files.map((file) => [file, sharedFolders(file.path, near)]));
  return [...files].sort((a, b) => shared.get(b)! - shared.get(a)! || (a.path < b.path ? -1 : 1));
}

function sharedFolders(a: string, b: string): number {
  const [one, other] = [a.split('/').slice(0, -1), b.split('/').slice(0, -1)];
  const differ = one.findIndex((name, i) => name !== other[i]);
  return differ < 0 ? one.length : differ;
}
