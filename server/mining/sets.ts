/** The sets of one pass: what is learned, what is held out by file, and what newer commits added. */
import { basename } from 'node:path';
import type { Repository } from '../git/repository.ts';
import { withScratch } from '../storage/scratch.ts';
import { Admission, reasonsOf } from './admission.ts';
import { byPlace, digestOf, historyLimit, least, requireEnough, totals } from './assembling.ts';
import { MiningCache } from './cache.ts';
import { addContexts } from './contexts.ts';
import { Clock, type Drawn, defaults, drawPairs, readTree, type Tree, trainingTexts, withChanged } from './core.ts';
import { MiningError } from './errors.ts';
import { type MinedFile, middleFields } from './fileMiner.ts';
import { historyPairs } from './historyPairs.ts';
import type { PathRule } from './ignore.ts';
import { olderTree } from './olderTree.ts';
import { withoutLeaked } from './pairLeakage.ts';
import { namesSince, type Renames } from './renames.ts';
import { duplicateReasons } from './select.ts';
import type { Listing } from './sources.ts';
import { heldOutFraction, heldOutPosition, splitFiles } from './split.ts';
import type { Dataset, MineOptions, MineProgress, Pair, Split } from './types.ts';

export interface MinedSets {
  /** Training pairs, and those held out by file. */
  readonly dataset: Dataset;
  /** Held out by time: what commits after the cut added. null without a cut, or if that is too little. */
  readonly byTime: Dataset | null;
  /** The commit whose tree is learned from; '' without commits. */
  readonly learnedTo: string;
}

/** The working tree, listed and read. */
export interface Listed {
  readonly options: MineOptions;
  readonly folder: string;
  readonly repository: Repository | null;
  readonly listing: Listing;
  readonly tree: Tree;
  readonly listMs: number;
  readonly onProgress: (progress: MineProgress) => void;
  readonly signal: AbortSignal | undefined;
}

export async function mineSets(now: Listed, cut: string | null): Promise<MinedSets> {
  const splits = splitFiles(
    now.repository?.firstCommit ?? '',
    now.tree.taken.map(({ path, middles }) => ({ path, middles: middles.length / middleFields })),
  );
  const sets = new Sets(now, splits);
  const both = cut === null ? null : await sets.aroundCut(cut);
  if (both !== null) return both;
  const dataset = await sets.ofNow();
  return { dataset, byTime: null, learnedTo: dataset.commit };
}

/** A tree to learn from. */
interface Learned {
  readonly tree: Tree;
  readonly files: readonly MinedFile[];
  readonly drawn: Drawn;
  /** Additions of the commits in `range` to files that are learned. */
  readonly written: readonly Pair[];
  readonly writtenMs: number;
}

class Sets {
  readonly #now: Listed;
  readonly #splits: ReadonlyMap<string, Split>;
  /** Paths left out now, for any reason. */
  readonly #leftOut: ReadonlySet<string>;

  readonly #admission: Admission;
  /** Later names of files, once there is a cut: files are held out by their current names. */
  #renames: Renames = new Map();
  readonly #warnings: string[] = [];
  readonly #warn = (sentence: string): void => void this.#warnings.push(sentence);

  constructor(now: Listed, splits: ReadonlyMap<string, Split>) {
    this.#now = now;
    this.#admission = new Admission(now.folder, now.listing, reasonsOf(now.tree.files), now.signal);
    this.#splits = splits;
    this.#leftOut = new Set(now.tree.files.flatMap(({ path, verdict }) => (verdict === 'left-out' ? [path] : [])));
  }

  /** Learns everything that is not held out by file. */
  async ofNow(): Promise<Dataset> {
    const { tree } = this.#now;
    const files = tree.taken.filter(({ path }) => this.#splits.get(path) === 'train');
    // A file that is held out now was so under the same path then; deleted or left-out ones do not count.
    return await this.#dataset(await this.#learn(tree, files, 'HEAD', (path) => this.#splits.get(path) === 'train'));
  }

  /** null if too little would be learned or held out. */
  async aroundCut(cut: string): Promise<MinedSets | null> {
    try {
      return await withScratch('cut', (scratch) => this.#readAround(cut, scratch));
    } catch (error) {
      if (error instanceof MiningError && (error.problem === 'too-little-code' || error.problem === 'git-failed'))
        return null;
      throw error;
    }
  }

  async #readAround(cut: string, scratch: string): Promise<MinedSets | null> {
    const { listing, tree, options, onProgress, signal } = this.#now;
    const older = await olderTree(this.#admission, listing, cut, scratch, this.#warn, signal);
    const then = await readTree({
      mine: options,
      listing: older.listing,
      commit: cut,
      // Files of an older commit are not cached.
      cache: MiningCache.open(null),
      like: { tree, same: older.same },
      onProgress,
      signal,
    });
    // If git cannot tell, neither tree includes deleted files.
    this.#renames = (await this.#admission.renames()) ?? this.#renames;
    const learnable = then.taken.filter(({ path }) => this.#isLearned(path));
    // Files since copied or moved to a name that is held out.
    const doubles = duplicateReasons([...this.#heldOutNow(), ...learnable]);
    const files = learnable.filter(({ path }) => !doubles.has(path));
    const isWritten = (path: string): boolean =>
      this.#isLearned(path) && !this.#leftOut.has(path) && !doubles.has(path);
    const learned = await this.#learn(then, files, cut, isWritten);
    const dataset = await this.#dataset(learned);
    const byTime = await this.#addedSince(cut, learned, dataset);
    return byTime && { dataset, byTime, learnedTo: cut };
  }

  #ruleAt(commit: string): (paths: readonly string[]) => Promise<PathRule> {
    return (paths) => this.#admission.ruleFor(paths, commit);
  }

  /** For deleted files, by the same rule, and by what they became. */
  #isLearned(path: string): boolean {
    const names = this.#splits.has(path) ? [path] : [path, ...namesSince(this.#renames, path)];
    return names.every((name) => this.#splits.get(name) !== 'held-out' && !this.#isOnScale(name));
  }

  #isOnScale(path: string): boolean {
    return heldOutPosition(this.#now.repository?.firstCommit ?? '', path) < heldOutFraction;
  }

  #heldOutNow(): readonly MinedFile[] {
    return this.#now.tree.taken.filter(({ path }) => this.#splits.get(path) === 'held-out');
  }

  async #learn(
    tree: Tree,
    files: readonly MinedFile[],
    range: string,
    admits: (path: string) => boolean,
  ): Promise<Learned> {
    const { options, repository, listing, tree: now, signal } = this.#now;
    const heldOut = { tree: now, files: this.#heldOutNow() };
    const drawn = await drawPairs({ train: { tree, files }, heldOut }, options, signal);
    const clock = new Clock();
    const maxAdditions = historyLimit(drawn.pairs);
    const written =
      options.history && repository !== null && repository.commit !== ''
        ? await historyPairs(listing.root, 'train', {
            range,
            maxCommits: defaults.maxCommits,
            maxAdditions,
            admits,
            ruleFor: this.#ruleAt(range),
            onWarning: this.#warn,
            signal,
          })
        : [];
    return { tree, files, drawn, written, writtenMs: clock.lap() };
  }

  async #dataset({ tree, files, drawn, written, writtenMs }: Learned): Promise<Dataset> {
    const { folder, repository, listing, tree: now, listMs, onProgress, signal } = this.#now;
    const clock = new Clock();
    const heldOut = drawn.pairs.filter(({ split }) => split === 'held-out');
    const honest = await withoutLeaked(heldOut, [], written, signal);
    let pairs = [...drawn.pairs.filter(({ split }) => split === 'train'), ...honest, ...written];
    const history = writtenMs + clock.lap();
    pairs = await this.#withContexts(pairs, tree, files);
    const context = clock.lap();
    const verdicts = withChanged(now.files, drawn.changed);
    const warnings = [...listing.warnings, ...this.#warnings];
    requireEnough(folder, verdicts, now.taken, pairs, warnings);
    pairs.sort(byPlace);
    const total = now.taken.length;
    onProgress({ stage: 'select', filesDone: total, filesTotal: total, bytesDone: 0 });
    return {
      repository: basename(listing.root),
      root: listing.root,
      firstCommit: repository?.firstCommit ?? '',
      commit: repository?.commit ?? '',
      files: verdicts,
      pairs,
      digest: digestOf(pairs),
      warnings,
      statistics: {
        ...totals(now.taken),
        drawn: drawn.drawn,
        repeated: drawn.repeated,
        heldOutBefore: drawn.heldOutBefore,
        heldOutAfter: drawn.heldOutAfter - (heldOut.length - honest.length),
        cachedFiles: now.cachedFiles,
        milliseconds: {
          list: listMs,
          files: now.milliseconds + (tree === now ? 0 : tree.milliseconds),
          select: drawn.milliseconds,
          history,
          context,
        },
      },
    };
  }

  /** What commits after the cut added anywhere and the training text lacks; null if too little. */
  async #addedSince(cut: string, { tree, files, written }: Learned, dataset: Dataset): Promise<Dataset | null> {
    const { options, listing, signal } = this.#now;
    const added = await historyPairs(listing.root, 'held-out', {
      range: `${cut}..${dataset.commit}`,
      maxCommits: defaults.maxCommits,
      maxAdditions: options.maxHeldOutPairs ?? defaults.maxHeldOutPairs,
      admits: (path) => !this.#leftOut.has(path),
      ruleFor: this.#ruleAt(cut),
      onWarning: this.#warn,
      signal,
    });
    const honest = await withoutLeaked(added, trainingTexts({ tree, files }), written, signal);
    if (honest.length < least.heldOutPairs) return null;
    const pairs = (await this.#withContexts(honest, tree, files)).toSorted(byPlace);
    const statistics = { ...dataset.statistics, heldOutBefore: added.length, heldOutAfter: honest.length };
    return { ...dataset, pairs, digest: digestOf(pairs), statistics };
  }

  async #withContexts(pairs: readonly Pair[], tree: Tree, files: readonly MinedFile[]): Promise<Pair[]> {
    const { contextChars } = this.#now.options;
    if (!contextChars) return [...pairs];
    return await addContexts(pairs, files, tree.read, contextChars, this.#now.signal);
  }
}
