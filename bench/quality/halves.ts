/** Two sets of places that share no file, so that what is chosen on one can be judged on the other. */
import { createHash } from 'node:crypto';

/** About as many in each; which file goes where depends on its name alone. */
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
