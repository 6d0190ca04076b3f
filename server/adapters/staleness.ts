import { runGit } from '../git/git.ts';

/** Commits made since the version was tuned; null where that cannot be known. */
export async function commitsSince(folder: string, commit: string): Promise<number | null> {
  if (commit === '') return null;
  const output = await runGit(folder, ['rev-list', '--count'], { revisions: [`${commit}..HEAD`] });
  return output === null ? null : Number(output.toString('utf8'));
}
