/** Clocks that are a little fast are not wrong. */
const TOLERATED_MS = 24 * 3600 * 1000;

/**
 * By the dates that their authors' machines gave them. One of the future was given by a wrong clock, and says nothing: such versions come
 * last, since first they would be the newest for ever, and outlive all others when pruning.
 */
export function newestFirst<Version extends { readonly manifest: { readonly createdAt: string } }>(
  versions: readonly Version[],
  nowMs: number,
): Version[] {
  const atMs = ({ manifest }: Version): number => Date.parse(manifest.createdAt);
  const isWrong = (version: Version): number => Number(atMs(version) > nowMs + TOLERATED_MS);
  return versions.toSorted((a, b) => isWrong(a) - isWrong(b) || atMs(b) - atMs(a));
}
