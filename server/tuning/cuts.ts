/**
 * Where learning ends and measuring begins in a repository's history: what later commits added is held out by time. A version records the
 * commit that it has learned up to, so it is never measured on anything it may have seen.
 */
import { git, gitText } from '../git/git.ts';
import { MiningError } from '../mining/index.ts';
import { recentCut } from '../mining/timeSplit.ts';

/** Share of the commits since the version that a tune continues from that is held out. */
const HELD_OUT_SHARE = 0.1;

/**
 * The commit whose tree a tune learns from. A tune that continues from a version learns nine of ten commits new to that version, and the
 * newest are left for measuring; `learnedTo`: the commit the version has learned, null without one. null: too little history, so that
 * everything is learned and only whole files are held out.
 */
export async function cutForTune(
  folder: string,
  learnedTo: string | null,
  signal?: AbortSignal,
): Promise<string | null> {
  if (learnedTo === null || !(await isAncestor(folder, learnedTo, 'HEAD', signal)))
    return await usualCut(folder, signal);
  const range = `${learnedTo}..HEAD`;
  // Only those that contain it: after a merge, the branch's own older commits do not.
  const list = ['rev-list', '--first-parent', '--ancestry-path', '--end-of-options', range, '--'] as const;
  const commits = (await gitText(folder, list, signal))?.split('\n') ?? [];
  return commits[Math.ceil(commits.length * HELD_OUT_SHARE)] ?? null;
}

/**
 * The earliest commit, not before the usual one, after which none of these versions (each given by the commit it has learned) has learned
 * anything. null if there is none: too little history, or a version has learned commits that are not here.
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

/** A commit is its own ancestor; false where git does not know one of the two. */
export async function isAncestor(folder: string, commit: string, of: string, signal?: AbortSignal): Promise<boolean> {
  if (commit === '') return false;
  return (await git(folder, ['merge-base', '--is-ancestor', '--end-of-options', commit, of], signal)) !== null;
}
