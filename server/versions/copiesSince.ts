/**
 * Paths that took over the text of other files: by a copy, or by a move in more than one commit, which show no rename. Their present text may
 * differ, but began as the other's.
 */
import { blobSizes } from '../git/blobs.ts';
import { listable } from '../git/pathCounts.ts';
import { streamGit } from '../git/run.ts';
import { MOST_COMMITS } from '../mining/renames.ts';

/** In bytes. Shorter texts are empty modules, headers and the like, which any file may begin with. */
const LEAST_BYTES = 200;

/** Those of `paths` that had one of the texts `ids`, by blob id, after a commit since `commit`. None where git cannot tell. */
export async function copiesSince(
  root: string,
  commit: string,
  paths: ReadonlySet<string>,
  ids: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const options = signal ? { signal } : {};
  const parents = new Map<string, string>();
  const list = ['rev-list', '--parents', `--max-count=${MOST_COMMITS}`] as const;
  await streamGit(root, list, { revisions: [`${commit}..HEAD`], ...options }, (line) => {
    const [one = '', parent] = line.toString('latin1').split(' ');
    if (parent !== undefined) parents.set(one, parent);
  });
  const commits = await listable(root, [...parents.keys()], signal);
  if (commits.length === 0) return NONE;
  const holders = new Map<string, Set<string>>();
  let id: string | null = null;
  const onField = (field: Buffer): void => {
    // :100644 100644 <old> <new> M, then the path; commits are between
    if (id === null) {
      id =
        /^:\d+ 100\d+ [0-9a-f]+ ([0-9a-f]+) /.exec(field.toString('latin1'))?.[1] ?? (field[0] === COLON ? '' : null);
      return;
    }
    const path = field.toString('utf8');
    if (ids.has(id) && paths.has(path)) holders.set(id, (holders.get(id) ?? new Set()).add(path));
    id = null;
  };
  // A merge is compared with its first parent.
  const input = commits.map((one) => `${one} ${parents.get(one)}\n`).join('');
  const args = ['diff-tree', '--stdin', '-r', '--raw', '-z', '--no-abbrev', '--no-renames'] as const;
  await streamGit(root, args, { input, separator: 0, ...options }, onField);
  const sizes = await blobSizes(root, [...holders.keys()], signal);
  // A missing one may be long.
  const long = [...holders].filter(([one]) => (sizes.get(one) ?? LEAST_BYTES) >= LEAST_BYTES);
  return new Set(long.flatMap(([, of]) => [...of]));
}

const COLON = 0x3a;
const NONE: ReadonlySet<string> = new Set();
