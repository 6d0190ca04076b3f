/** What became of paths that are gone: a file that was moved to where it is left out must not be learned under the name it had. */
import { listable } from '../git/pathCounts.ts';
import { streamGit } from '../git/run.ts';

/** As far back as history is learned from, and as far as a cut goes. */
export const MOST_COMMITS = 2_000;
/** Where one commit deletes or adds more files, only unchanged ones are recognised: each pair of them is compared. */
const MOST_COMPARED = 200;

/** The names that each path was given by recent commits of HEAD. */
export async function recentRenames(
  root: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const options = signal ? { signal } : {};
  const listed: string[] = [];
  const list = ['rev-list', '--no-merges', `--max-count=${MOST_COMMITS}`] as const;
  await streamGit(root, list, { revisions: ['HEAD'], ...options }, (line) => listed.push(line.toString('latin1')));
  // A file that one of the others moved is not recognised: git would have no end with it.
  const commits = await listable(root, listed, signal);
  const renames = new Map<string, Set<string>>();
  let state: 'status' | 'from' | 'to' = 'status';
  let from = '';
  const onField = (field: Buffer): void => {
    // <commit>, then R<similarity>, the old path and the new one for each
    if (state === 'from') {
      from = field.toString('utf8');
      state = 'to';
    } else if (state === 'to') {
      const names = renames.get(from);
      if (names === undefined) renames.set(from, new Set([field.toString('utf8')]));
      else names.add(field.toString('utf8'));
      state = 'status';
    } else if (/^R\d+$/.test(field.toString('latin1'))) state = 'from';
  };
  const compare = [`--find-renames=40%`, `-l${MOST_COMPARED}`, '--diff-filter=R', '--name-status'] as const;
  const args = ['diff-tree', '--stdin', '-r', '-z', ...compare] as const;
  const input = commits.map((commit) => `${commit}\n`).join('');
  if (commits.length > 0) await streamGit(root, args, { input, separator: 0, ...options }, onField);
  return renames;
}

/** All names that a path was given since, one after the other. */
export function namesSince(renames: ReadonlyMap<string, ReadonlySet<string>>, path: string): ReadonlySet<string> {
  const names = new Set(renames.get(path));
  for (const name of names) for (const later of renames.get(name) ?? []) names.add(later);
  return names;
}
