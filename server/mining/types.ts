/** What mining produces. Pure data: no file system, no editor. */

export type Language = string;

export type PairKind = string;

export type Split = 'train' | 'held-out';

/** A place in a real file where a completion could have been asked for, and what stood there. */
export interface Pair {
  /** Relative to the repository's root, '/' separated. */
  readonly path: string;
  readonly language: Language;
  readonly kind: PairKind;
  readonly split: Split;
  /** Commit id the text is of; '' without git. */
  readonly commit: string;
  /** Byte range of the middle in the file. */
  readonly startByte: number;
  readonly endByte: number;
  /** Whole text before, the middle, whole text after: the prompt builder cuts the windows. Line ends are '\n'. */
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
  /** Any folder; inside a git work tree only what lies below it is mined. */
  readonly folder: string;
  /** Changes which pairs are drawn, never which files are held out. */
  readonly seed?: number;
  /** Upper bounds; what is over is dropped evenly. */
  readonly maxTrainPairs?: number;
  readonly maxHeldOutPairs?: number;
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
}

export interface MineProgress {
  readonly stage: 'list' | 'read' | 'parse' | 'select';
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
}
