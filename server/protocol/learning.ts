/** What was learned from a repository and when, the results, and the user's choices about learning. */
import type { InFolder } from './folders.ts';

/** A training pair as code, with its loss under the adapter that a run continued from (or the base) and under the new one. */
export interface Lesson {
  readonly path: string;
  readonly line: number;
  /** The end of the text before it. */
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
      /** On held-out files; null if not measured. */
      readonly lossBase: number | null;
      readonly lossTuned: number | null;
    }
  | { readonly kind: 'gate'; readonly name: string; readonly passed: boolean; readonly reason: string }
  /** `name`: null for the base alone. */
  | { readonly kind: 'serves'; readonly name: string | null; readonly why: 'activated' | 'rolled back' | 'turned off' }
);

export interface LearningWeek {
  /** Date of its Monday, YYYY-MM-DD. */
  readonly monday: string;
  readonly commits: number;
  readonly tunes: number;
  /** In all repositories of this machine. */
  readonly offered: number;
  readonly accepted: number;
  /** Characters of accepted suggestions still there after five minutes, and how many were checked. */
  readonly kept: number;
  readonly checked: number;
}

export interface LearningRecord {
  readonly paused: boolean;
  /** Paths, from the repository's root, of files no longer learned from. */
  readonly forgotten: readonly string[];
  readonly recorded: RecordedEdits;
  /** Lines of accepted suggestions that still stand: a hash of each is stored. */
  readonly standing: number;
  /** Newest first. */
  readonly events: readonly LearningEvent[];
  /** Newest first, including empty ones. */
  readonly weeks: readonly LearningWeek[];
  /** What the newest version learned most; null if unknown. */
  readonly learned: { readonly name: string; readonly createdAtMs: number; readonly lessons: readonly Lesson[] } | null;
}

/** Edits recorded to learn from. */
export interface RecordedEdits {
  /** Whether recording is on, according to the settings. */
  readonly on: boolean;
  readonly edits: number;
  readonly files: number;
  /** Time of the oldest; null without any. */
  readonly sinceMs: number | null;
}

export interface ForgetRecordedParams extends InFolder {
  /** Only the edits; without it, also the record of lines that stand. */
  readonly only?: 'edits';
}

export interface PauseLearningParams extends InFolder {
  readonly paused: boolean;
}

/** `path`: absolute, or from the repository's root. */
export interface OfLearnedFile extends InFolder {
  readonly path: string;
}
