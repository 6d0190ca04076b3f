/**
 * Paths that once held the exact text of a file that its user leaves out: the file was moved or copied to where it is left out, and its old
 * name still exists, exists again, or went in a commit that shows no rename (a swap, a merge, a copy whose original was deleted later).
 */
import { blobSizes } from '../git/blobs.ts';
import { listable } from '../git/pathCounts.ts';
import { streamGit } from '../git/run.ts';
import type { PathRule } from './ignore.ts';
import { MOST_COMMITS } from './renames.ts';

/** In bytes. Shorter texts are empty modules and the like, which any folder may have. */
const LEAST_BYTES = 200;

/**
 * Paths not left out by `isOut` that in recent commits of HEAD held the same text as one that is. null if git cannot tell because trees are
 * missing.
 */
export async function doublesOf(
  root: string,
  isOut: PathRule,
  signal?: AbortSignal,
): Promise<ReadonlySet<string> | null> {
  const options = signal ? { signal } : {};
  const parents = new Map<string, string>();
  const list = ['rev-list', '--parents', `--max-count=${MOST_COMMITS}`] as const;
  const listed = await streamGit(root, list, { revisions: ['HEAD'], ...options }, (line) => {
    const [commit = '', parent] = line.toString('latin1').split(' ');
    if (parent !== undefined) parents.set(commit, parent);
  });
  if (!listed.ok) return null;
  const commits = await listable(root, [...parents.keys()], signal);
  if (commits.length === 0) return new Set();
  /** Blobs of left-out paths; `holders`: all other paths by the blobs that they had. */
  const out = new Set<string>();
  const holders = new Map<string, Set<string>>();
  const rules = new Map<string, boolean>();
  let ids: readonly string[] | null = null;
  const onField = (field: Buffer): void => {
    // :100644 100644 <old> <new> M, then the path; commits are between
    if (ids === null) {
      const [, before = '', after = ''] = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) /.exec(field.toString('latin1')) ?? [];
      if (before !== '') ids = [before, after].filter((id) => !/^0+$/.test(id));
      return;
    }
    const path = field.toString('utf8');
    const isLeftOut = rules.get(path) ?? isOut(path) !== undefined;
    rules.set(path, isLeftOut);
    for (const id of ids) {
      if (isLeftOut) out.add(id);
      else holders.set(id, (holders.get(id) ?? new Set()).add(path));
    }
    ids = null;
  };
  // A merge is compared with its first parent.
  const input = commits.map((commit) => `${commit} ${parents.get(commit)}\n`).join('');
  const args = ['diff-tree', '--stdin', '-r', '--raw', '-z', '--no-abbrev', '--no-renames'] as const;
  const { ok } = await streamGit(root, args, { input, separator: 0, ...options }, onField);
  if (!ok) return null;
  const shared = [...out].filter((id) => holders.has(id));
  const sizes = await blobSizes(root, shared, signal);
  // A missing one may be long.
  const isLong = (id: string): boolean => (sizes.get(id) ?? LEAST_BYTES) >= LEAST_BYTES;
  return new Set(shared.filter(isLong).flatMap((id) => [...(holders.get(id) ?? [])]));
}
