import { git } from '../git/git.ts';

/** Commits made since the version was tuned; null where that cannot be known. */
export async function commitsSince(folder: string, commit: string): Promise<number | null> {
  if (commit === '') return null;
  const output = await git(folder, ['rev-list', '--count', `${commit}..HEAD`, '--']);
  return output === null ? null : Number(output.toString('utf8'));
}
