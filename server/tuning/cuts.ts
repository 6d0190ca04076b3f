/**
 * Where in a repository's history learning ends and measuring begins: held out by time is what later commits added. A version
 * says up to which commit it has learned, so that nothing it may have seen is ever measured on.
 */
import { git, gitText } from '../git/git.ts';
import { MiningError } from '../mining/index.ts';
import { recentCut } from '../mining/timeSplit.ts';

/** Share that is held out of the commits made since the version a tune goes on from. */
const HELD_OUT_SHARE = 0.1;

/**
 * The commit whose tree a tune learns from. Going on from a version, nine of ten commits that it has not learned are learned, and
 * the newest are left for measuring; `learnedTo`: the commit it has learned, null without one. null: there is too little history, so that everything is learned and held out is by file alone.
 */
export async function cutForTune(
  folder: string,
  learnedTo: string | null,
  signal?: AbortSignal,
): Promise<string | null> {
  if (learnedTo === null || !(await isAncestor(folder, learnedTo, 'HEAD', signal)))
    return await usualCut(folder, signal);
  const range = `${learnedTo}..HEAD`;
  const commits =
    (await gitText(folder, ['rev-list', '--first-parent', '--end-of-options', range, '--'], signal))?.split('\n') ?? [];
  return commits[Math.ceil(commits.length * HELD_OUT_SHARE)] ?? null;
}

/**
 * The earliest commit, not before the usual one, after which none of these versions (each by the commit it has learned) has learned anything. null where there is none:
 * too little history, or a version that has learned commits which are not here.
 */
export async function cutForMeasuring(
  folder: string,
  learnedTo: readonly string[],
  signal?: AbortSignal,
): Promise<string | null> {
  let cut = await usualCut(folder, signal);
  for (const learned of learnedTo) {
    if (cut === null || (await isAncestor(folder, learned, cut, signal))) continue;
    cut =
      (await isAncestor(folder, cut, learned, signal)) && (await isAncestor(folder, learned, 'HEAD', signal))
        ? learned
        : null;
  }
  return cut;
}

async function usualCut(folder: string, signal: AbortSignal | undefined): Promise<string | null> {
  try {
    return await recentCut(folder, signal);
  } catch (error) {
    if (error instanceof MiningError && error.problem === 'git-failed') return null;
    throw error;
  }
}

/** Also of itself; not where git does not know them. */
export async function isAncestor(folder: string, commit: string, of: string, signal?: AbortSignal): Promise<boolean> {
  if (commit === '') return false;
  return (await git(folder, ['merge-base', '--is-ancestor', '--end-of-options', commit, of], signal)) !== null;
}
