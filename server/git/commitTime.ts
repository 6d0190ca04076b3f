import { runGit } from './git.ts';

/** When a commit was made (its committer's time, to the second); 0 where git cannot tell. */
export async function commitMs(folder: string, commit: string, signal?: AbortSignal): Promise<number> {
  const told = await runGit(folder, ['rev-list', '--timestamp', '--max-count=1'], {
    revisions: [commit],
    ...(signal === undefined ? {} : { signal }),
  });
  return 1000 * (Number.parseInt(told?.toString('utf8') ?? '', 10) || 0);
}
