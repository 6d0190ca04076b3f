import { runGit } from './git.ts';

/** Committer time of a commit, to the second; 0 if git cannot tell. */
export async function commitMs(folder: string, commit: string, signal?: AbortSignal): Promise<number> {
  const told = await runGit(folder, ['rev-list', '--timestamp', '--max-count=1'], {
    revisions: [commit],
    ...(signal === undefined ? {} : { signal }),
  });
  return 1000 * (Number.parseInt(told?.toString('utf8') ?? '', 10) || 0);
}
