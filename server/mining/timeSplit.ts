import { basename } from 'node:path';
import { counted } from '../common/format.ts';
import { gitText } from '../git/git.ts';
import type { Repository } from '../git/repository.ts';
import { withScratch } from '../storage/scratch.ts';
import { Admission, reasonsOfTexts } from './admission.ts';
import { byPlace, digestOf, historyLimit, requireEnough, totals } from './assembling.ts';
import { MiningCache } from './cache.ts';
import { addContexts } from './contexts.ts';
import { Clock, defaults, drawPairs, readTree, trainingTexts, withChanged } from './core.ts';
import { MiningError } from './errors.ts';
import { historyPairs } from './historyPairs.ts';
import { writeTree } from './olderTree.ts';
import { withoutLeaked } from './pairLeakage.ts';
import { enoughHeldOut } from './report.ts';
import { listCandidates } from './sources.ts';
import type { Dataset, MineOptions, MineProgress, Pair } from './types.ts';

/** Share of the recent commits whose additions are held out. */
const heldOutShare = 0.1;

/**
 * The dataset of the time split: training text is the tree as of the cut commit (all of its files), held out is what newer commits added.
 * It tests whether an adapter helps with what is written next; the file split tests other files.
 */
export async function mineByTime(
  options: MineOptions,
  folder: string,
  repository: Repository | null,
  cut: string | undefined,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal | undefined,
): Promise<Dataset> {
  const clock = new Clock();
  if (!repository || repository.commit === '') {
    throw new MiningError(
      'git-failed',
      `${folder} has no commits: a split by time needs git history. Split by file instead.`,
    );
  }
  const { root, commit, firstCommit } = repository;
  const cutCommit = await findCut(root, cut, signal);
  const listing = await listCandidates(folder, repository, signal);
  const admission = new Admission(folder, listing, await reasonsOfTexts(listing, signal), signal);
  return await withScratch('cut', async (scratch) => {
    const warnings: string[] = [];
    const onWarning = (sentence: string) => warnings.push(sentence);
    const candidates = await writeTree(root, cutCommit, scratch, { admission, known: () => null, onWarning, signal });
    const list = clock.lap();
    const tree = await readTree({
      mine: options,
      listing: { ...listing, candidates, warnings: [] },
      commit: cutCommit,
      cache: MiningCache.open(null),
      onProgress,
      signal,
    });
    const train = { tree, files: tree.taken };
    const drawn = await drawPairs({ train, heldOut: { tree, files: [] } }, options, signal);
    clock.lap();
    const ruleFor = (paths: readonly string[]) => admission.ruleFor(paths, cutCommit);
    const common = { maxCommits: defaults.maxCommits, admits: () => true, ruleFor, onWarning, signal };
    const written = options.history
      ? await historyPairs(root, 'train', { ...common, range: cutCommit, maxAdditions: historyLimit(drawn.pairs) })
      : [];
    const maxAdditions = options.maxHeldOutPairs ?? defaults.maxHeldOutPairs;
    const next = await historyPairs(root, 'held-out', { ...common, range: `${cutCommit}..${commit}`, maxAdditions });
    const heldOut = await withoutLeaked(next, trainingTexts(train), written, signal);
    let pairs: Pair[] = [...drawn.pairs, ...written, ...heldOut];
    const history = clock.lap();
    if (options.contextChars) pairs = await addContexts(pairs, tree.taken, tree.read, options.contextChars, signal);
    const context = clock.lap();
    const files = withChanged(tree.files, drawn.changed);
    requireEnough(folder, files, tree.taken, pairs, warnings);
    pairs.sort(byPlace);
    return {
      repository: basename(root),
      root,
      firstCommit,
      commit,
      files,
      pairs,
      digest: digestOf(pairs),
      warnings:
        heldOut.length < enoughHeldOut
          ? [
              ...warnings,
              `Only ${counted(heldOut.length, 'held-out pair')} since ${cutCommit.slice(0, 10)}: too few for an evaluation.`,
            ]
          : warnings,
      statistics: {
        ...totals(tree.taken),
        drawn: drawn.drawn + written.length + next.length,
        repeated: drawn.repeated,
        heldOutBefore: next.length,
        heldOutAfter: heldOut.length,
        cachedFiles: 0,
        milliseconds: { list, files: tree.milliseconds, select: drawn.milliseconds, history, context },
      },
    };
  });
}

async function findCut(root: string, cut: string | undefined, signal: AbortSignal | undefined): Promise<string> {
  if (cut !== undefined) {
    const id = await gitText(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${cut}^{commit}`], signal);
    if (!id)
      throw new MiningError('git-failed', `${cut} is not a commit of this repository: choose one that git log shows.`);
    return id;
  }
  const args = ['rev-list', '--first-parent', `--max-count=${defaults.maxCommits}`, 'HEAD', '--'] as const;
  const commits = (await gitText(root, args, signal))?.split('\n') ?? [];
  const id = commits[Math.ceil(commits.length * heldOutShare)];
  if (!id) throw new MiningError('git-failed', 'There are too few commits for a split by time. Split by file instead.');
  return id;
}

/** The default cut. @throws {MiningError} `git-failed` if there are too few commits. */
export function recentCut(folder: string, signal?: AbortSignal): Promise<string> {
  return findCut(folder, undefined, signal);
}
