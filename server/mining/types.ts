/** What mining produces. Pure data: no file system, no editor. */

type Language = string;

type PairKind = string;

export type Split = 'train' | 'held-out';

/** A place in a real file where a completion could have been requested, and the text there. */
export interface Pair {
  /** Relative to the repository's root, '/' separated. */
  readonly path: string;
  readonly language: Language;
  readonly kind: PairKind;
  readonly split: Split;
  /** Commit id of the text; '' without git. */
  readonly commit: string;
  /** Byte range of the middle in the file (line ends counted as one byte); of the file as written for kind `history`. */
  readonly startByte: number;
  readonly endByte: number;
  /** All text before (from the last line with a secret), the middle, all text after: the prompt builder cuts the windows. */
  readonly prefix: string;
  readonly middle: string;
  readonly suffix: string;
  /** Cross-file context exactly as completion would have built it; '' for none. */
  readonly context: string;
}

/** Every file of the repository gets one. */
export interface FileVerdict {
  readonly path: string;
  readonly language: Language | null;
  readonly bytes: number;
  readonly verdict: 'taken' | 'left-out';
  /** Why it was left out, e.g. `generated`, `minified`, `binary`, `too large`. */
  readonly reason?: string;
}

export interface MineOptions {
  /** Any folder; inside a git work tree only files below it are mined. */
  readonly folder: string;
  /** Changes which pairs are drawn, never which files are held out. */
  readonly seed?: number;
  /** Upper bounds; any surplus is dropped evenly. */
  readonly maxTrainPairs?: number;
  readonly maxHeldOutPairs?: number;
  /** Pair kinds of the mix table to draw; all if absent. */
  readonly kinds?: readonly string[];
  /** Pairs from recent commits; at most a quarter of the training pairs. */
  readonly history?: boolean;
  /** Length of the cross-file context, UTF-16 units; 0 for none. */
  readonly contextChars?: number;
  /**
   * `file`: held out are the files that a hash of (first commit, path) picks. `time`: training text is the tree as of the cut
   * commit, held out is what newer commits added. Without `cut`, the newest tenth of the last 1000 commits is held out.
   */
  readonly split?: { readonly by: 'file' } | { readonly by: 'time'; readonly cut?: string };
  /** Most parser processes, 0 for none; if absent, a small job is mined in this process. */
  readonly processes?: number;
  /** Where results per file are kept between runs; beside git's own files if absent, nowhere if null. */
  readonly cachePath?: string | null;
}

/** Statistics for `--report`. */
interface MiningStatistics {
  readonly lines: number;
  readonly bytes: number;
  /** Middles drawn from files, before any selection. */
  readonly drawn: number;
  /** Middles with the same text as an earlier one, counted once. */
  readonly repeated: number;
  /** Lines of the mined files that are not learned, because of a possible secret. */
  readonly secretLines: number;
  /** Held-out pairs before and after those that training has seen were dropped. */
  readonly heldOutBefore: number;
  readonly heldOutAfter: number;
  /** Files whose result came from the cache. */
  readonly cachedFiles: number;
  readonly milliseconds: Readonly<Record<'list' | 'files' | 'select' | 'history' | 'context', number>>;
}

export interface Dataset {
  readonly repository: string;
  /** Absolute: the top of the work tree, or the folder itself without git. `path`s are relative to it. */
  readonly root: string;
  /** '' without git. */
  readonly firstCommit: string;
  readonly commit: string;
  readonly files: readonly FileVerdict[];
  /** Ordered by path and position. */
  readonly pairs: readonly Pair[];
  /** sha256 over everything that training sees: same commit and options, same digest. */
  readonly digest: string;
  /** What a user should know about this dataset, one sentence each. */
  readonly warnings: readonly string[];
  readonly statistics: MiningStatistics;
}

export interface MineProgress {
  readonly stage: 'list' | 'parse' | 'select';
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal?: number;
}
