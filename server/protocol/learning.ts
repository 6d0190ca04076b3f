/** What was learned from a repository when, what came of it, and what its user said of learning. */
import type { InFolder } from './folders.ts';

/** A training pair as code, with its loss under the adapter that a run went on from (or the base) and under what it made. */
export interface Lesson {
  readonly path: string;
  readonly line: number;
  /** The end of what stands before it. */
  readonly before: string;
  readonly text: string;
  /** Nats a token. */
  readonly lossBefore: number;
  readonly lossAfter: number;
}

export type LearningEvent = { readonly atMs: number } & (
  | { readonly kind: 'commits'; readonly count: number }
  | {
      readonly kind: 'tune';
      readonly adapterId: string;
      readonly name: string;
      readonly pairs: number;
      /** On held-out files; null where it was not measured. */
      readonly lossBase: number | null;
      readonly lossTuned: number | null;
    }
  | { readonly kind: 'gate'; readonly name: string; readonly passed: boolean; readonly reason: string }
  /** `name`: null for the base alone. */
  | { readonly kind: 'serves'; readonly name: string | null; readonly why: 'activated' | 'rolled back' | 'turned off' }
);

export interface LearningWeek {
  /** Its Monday, YYYY-MM-DD. */
  readonly monday: string;
  readonly commits: number;
  readonly tunes: number;
  /** In all repositories of this machine. */
  readonly offered: number;
  readonly accepted: number;
  /** Characters of accepted suggestions that were still there after five minutes, of so many that were looked at. */
  readonly kept: number;
  readonly checked: number;
}

export interface LearningRecord {
  readonly paused: boolean;
  /** Files that are not learned from any more, from the repository's root. */
  readonly forgotten: readonly string[];
  readonly recorded: RecordedEdits;
  /** Lines of accepted suggestions that still stand: a hash of each is kept. */
  readonly standing: number;
  /** Newest first. */
  readonly events: readonly LearningEvent[];
  /** Newest first; those without anything are there too. */
  readonly weeks: readonly LearningWeek[];
  /** What the newest version learned most; null where that is not known. */
  readonly learned: { readonly name: string; readonly createdAtMs: number; readonly lessons: readonly Lesson[] } | null;
}

/** Edits that are kept to learn from. */
export interface RecordedEdits {
  /** Whether more are recorded, as far as the settings say. */
  readonly on: boolean;
  readonly edits: number;
  readonly files: number;
  /** When the oldest was made; null without any. */
  readonly sinceMs: number | null;
}

export interface ForgetRecordedParams extends InFolder {
  /** The edits alone; without it, also what is known of lines that stand. */
  readonly only?: 'edits';
}

export interface PauseLearningParams extends InFolder {
  readonly paused: boolean;
}

/** `path`: absolute, or from the repository's root. */
export interface OfLearnedFile extends InFolder {
  readonly path: string;
}
