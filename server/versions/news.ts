/** What a repository has written since a version learned from it. */
import { gitText, records, runGit } from '../git/git.ts';
import { listable } from '../git/pathCounts.ts';
import type { News } from '../tuning/keepUp.ts';

/** More are more than a small run learns: the newest of them are what is new. */
const MOST_COMMITS = 1000;

/** Commits after `from` up to `to`, merges left out, newest first; null where git does not know `from` as one before `to`. */
async function commitsBetween(
  folder: string,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<string[] | null> {
  const options = signal === undefined ? {} : { signal };
  const isBefore = await runGit(folder, ['merge-base', '--is-ancestor'], { ...options, revisions: [from, to] });
  if (from === '' || to === '' || isBefore === null) return null;
  const args = ['rev-list', '--no-merges', `--max-count=${MOST_COMMITS}`, '--end-of-options', `${from}..${to}`, '--'];
  const listed = await gitText(folder, args as ['rev-list', ...string[]], signal);
  return listed === null ? null : listed.split('\n').filter((commit) => commit !== '');
}

/** The same with what they changed; null likewise. */
export async function newsSince(folder: string, from: string, to: string, signal?: AbortSignal): Promise<News | null> {
  const commits = await commitsBetween(folder, from, to, signal);
  if (commits === null) return null;
  const ages = new Map(commits.map((commit, age) => [commit, age]));
  const paths = new Map<string, number>();
  const looked = await listable(folder, commits, signal);
  if (looked.length > 0) {
    const output = await runGit(
      folder,
      ['diff-tree', '--stdin', '-r', '--name-only', '-z', '--no-renames', '--diff-filter=d'],
      { input: `${looked.join('\n')}\n`, ...(signal === undefined ? {} : { signal }) },
    );
    let age = 0;
    for (const field of output === null ? [] : records(output)) {
      const commit = ages.get(field);
      // Newest first: the first change that is seen of a path is its last.
      if (commit !== undefined) age = commit;
      else if (!paths.has(field)) paths.set(field, age);
    }
  }
  return { commits: ages, paths };
}
