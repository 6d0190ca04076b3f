import { lstatSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readBlobs } from '../git/blobs.ts';
import { git, gitText, records } from '../git/git.ts';
import type { Repository } from '../git/repository.ts';
import { languageOf } from '../languages/languageOf.ts';
import { MiningCache } from './cache.ts';
import { partialCloneWarning } from './changes.ts';
import { addContexts } from './contexts.ts';
import { Clock, defaults, mineListing } from './core.ts';
import { MiningError } from './errors.ts';
import { historyPairs } from './historyPairs.ts';
import { leakedMiddles, type TrainingText } from './leakage.ts';
import { byPlace, digestOf, historyLimit, requireEnough, totals } from './mine.ts';
import { trainingTextOf } from './pairLeakage.ts';
import { Pauses } from './pauses.ts';
import { enoughToJudge } from './report.ts';
import { type Candidate, reasonOf } from './sources.ts';
import type { Dataset, MineOptions, MineProgress, Pair } from './types.ts';

/** Share of the recent commits whose additions are held out. */
const heldOutShare = 0.1;

/**
 * The dataset of the time split: training text is the tree as of the cut commit (all of its files), held out is what newer
 * commits added. It answers whether an adapter helps with what is written next, where the file split asks about other files.
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
  const scratch = await mkdtemp(join(tmpdir(), 'repotune-cut-'));
  try {
    const warnings: string[] = [];
    const onWarning = (sentence: string) => warnings.push(sentence);
    const candidates = await writeTree(root, cutCommit, scratch, onWarning, signal);
    const list = clock.lap();
    const mined = await mineListing({
      mine: options,
      listing: { root, candidates, warnings: [] },
      commit: cutCommit,
      splitOf: (files) => new Map(files.map(({ path }) => [path, 'train' as const])),
      cache: MiningCache.open(null),
      onProgress,
      signal,
    });
    clock.lap();
    const everything = () => true;
    const common = { maxCommits: defaults.maxCommits, admits: everything, onWarning, signal };
    const written = options.history
      ? await historyPairs(root, 'train', { ...common, range: cutCommit, maxAdditions: historyLimit(mined.pairs) })
      : [];
    const maxAdditions = options.maxHeldOutPairs ?? defaults.maxHeldOutPairs;
    const next = await historyPairs(root, 'held-out', { ...common, range: `${cutCommit}..${commit}`, maxAdditions });
    const training: TrainingText[] = [
      ...mined.taken.map(({ path, fingerprints }) => ({ fingerprints, text: () => mined.read(path) ?? '' })),
      ...written.map(trainingTextOf),
    ];
    const leaked = await leakedMiddles(
      next.map(({ middle }) => middle),
      training,
      new Pauses(signal),
    );
    const heldOut = next.filter((_, i) => !leaked.has(i));
    let pairs: Pair[] = [...mined.pairs, ...written, ...heldOut];
    const history = clock.lap();
    if (options.contextChars)
      pairs = await addContexts(pairs, mined.taken, mined.read, mined.language, options.contextChars, signal);
    const context = clock.lap();
    requireEnough(folder, mined.files, mined.taken, pairs);
    pairs.sort(byPlace);
    return {
      repository: basename(root),
      root,
      firstCommit,
      commit,
      files: mined.files,
      pairs,
      digest: digestOf(pairs),
      warnings:
        heldOut.length < enoughToJudge
          ? [...warnings, `Only ${heldOut.length} held-out pairs since ${cutCommit.slice(0, 10)}: too few to judge.`]
          : warnings,
      statistics: {
        ...totals(mined.taken),
        drawn: mined.drawn + written.length + next.length,
        repeated: mined.repeated,
        heldOutBefore: next.length,
        heldOutAfter: heldOut.length,
        cachedFiles: 0,
        milliseconds: { list, ...mined.milliseconds, history, context },
      },
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Writes the sources of a commit's tree under plain numbers into `scratch`. By `cat-file`, not by a checkout: that would run
 * the filter programs that a repository's config names, and note a work tree in the user's repository.
 */
async function writeTree(
  root: string,
  commit: string,
  scratch: string,
  onWarning: (sentence: string) => void,
  signal: AbortSignal | undefined,
): Promise<Candidate[]> {
  const output = await git(root, ['ls-tree', '-r', '-z', '--long', '--full-tree', '--end-of-options', commit], signal);
  if (!output)
    throw new MiningError(
      'git-failed',
      `git could not list the files of ${commit}: run git fsck to see what is wrong.`,
    );
  const candidates: Candidate[] = [];
  const wanted: { path: string; blob: string }[] = [];
  for (const record of records(output)) {
    // <mode> blob <id> <size>\t<path>; the size of one that is not here is BAD
    const [, mode = '', id = '', length = '', path = ''] =
      /^(\d+) \w+ ([0-9a-f]+) +(\d+|-|BAD)\t(.*)$/s.exec(record) ?? [];
    const bytes = Number(length) || 0;
    const reason = mode === '120000' ? 'symbolic link' : mode === '160000' ? 'submodule' : reasonOf(path, bytes);
    if (reason !== null) candidates.push({ kind: 'left-out', path, bytes, reason });
    else wanted.push({ path, blob: id });
  }
  // In pieces, so that a tree's text is never in memory as a whole.
  for (let at = 0; at < wanted.length; at += 200) {
    const piece = wanted.slice(at, at + 200);
    const blobs = await readBlobs(root, [...new Set(piece.map(({ blob }) => blob))], signal);
    for (const [i, { path, blob }] of piece.entries()) {
      const content = blobs.get(blob);
      const language = languageOf(path);
      if (!content) candidates.push({ kind: 'left-out', path, bytes: 0, reason: notHere });
      if (!content || language === null) continue;
      const fullPath = join(scratch, String(at + i));
      await writeFile(fullPath, content);
      candidates.push({ kind: 'open', path, fullPath, language, stat: lstatSync(fullPath) });
    }
  }
  const missing = candidates.filter(
    (candidate) => candidate.kind === 'left-out' && candidate.reason === notHere,
  ).length;
  if (missing > 0) onWarning(partialCloneWarning(`files of ${commit.slice(0, 10)}`, missing));
  return candidates.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const notHere = 'not in this partial clone';

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

/** The cut that is taken when none is named. @throws {MiningError} `git-failed` where there are too few commits, or none. */
export function recentCut(folder: string, signal?: AbortSignal): Promise<string> {
  return findCut(folder, undefined, signal);
}
