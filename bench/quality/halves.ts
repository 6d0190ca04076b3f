/** Two sets of places without common files, so that what is chosen on one can be evaluated on the other. */
import { createHash } from 'node:crypto';

/** About equal in size; which half a file goes to depends only on its name. */
export function halves<P extends { readonly path: string }>(places: readonly P[]): [P[], P[]] {
  const byFile = Map.groupBy(places, ({ path }) => path);
  const hash = (path: string): string => createHash('sha256').update(path).digest('hex');
  const files = [...byFile].map(([path, found]) => ({ found, order: hash(path) }));
  const result: [P[], P[]] = [[], []];
  for (const { found } of files.sort((a, b) => (a.order < b.order ? -1 : 1))) {
    result[result[0].length <= result[1].length ? 0 : 1].push(...found);
  }
  return result;
}
