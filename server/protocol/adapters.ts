/** Messages about a folder's adapters. */
import type { InFolder } from './folders.ts';
import type { Manifest } from './manifest.ts';

/** One version: by its id, a unique prefix of that, or its name. */
export interface OfAdapter extends InFolder {
  readonly adapterId: string;
}

export interface AdapterSummary {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly commit: string;
  readonly active: boolean;
  /** Name of its base, if that is not the one in use: it does not serve then, even if it is active. */
  readonly otherBase?: string;
  readonly standing: AdapterStanding;
  readonly heldOutLossBase: number | null;
  readonly heldOutLossTuned: number | null;
}

/** `activate`: it serves from then on if it passes. */
export interface EvaluateParams extends OfAdapter {
  readonly activate?: boolean;
}

/** Result of measuring a version on this clone's held-out files. */
export interface EvaluateAnswer {
  readonly adapterId: string;
  readonly passed: boolean;
  readonly activated: boolean;
  /** One sentence for the user. */
  readonly reason: string;
}

export interface EvaluateProgress {
  readonly adapterId: string;
  readonly message: string;
}

/** A version's standing here: the gate's verdict on this clone's held-out files. */
interface AdapterStanding {
  /**
   * `unmeasured`: comes from elsewhere and may not serve before `evaluate`. `unmeasurable`: imported, so that `evaluate` would refuse it; the
   * user can accept it as it is. `unjudged`: made here without a verdict.
   */
  readonly kind: 'passed' | 'failed' | 'unmeasured' | 'unmeasurable' | 'unjudged';
  /** One sentence for the user; '' if there is nothing to say. */
  readonly reason: string;
}

export interface RenameParams extends OfAdapter {
  readonly name: string;
}

/** Two versions. In the report `tuned` is the first, `active` the second. */
export interface CompareParams extends InFolder {
  readonly first: string;
  readonly second: string;
}

/** `target`: a .gguf file, or a folder for PEFT. `merged`: base and adapter as one model. */
export interface ExportParams extends OfAdapter {
  readonly target: string;
  readonly merged: boolean;
}

/** `source`: a .gguf file, or a PEFT folder. */
export interface ImportParams extends InFolder {
  readonly source: string;
  readonly name: string;
}

/** A part of the repository. */
export interface RoutePlace {
  /** As in .gitignore, relative to the repository's root. */
  readonly glob?: string;
  /** LSP language id. */
  readonly language?: string;
}

/** Which adapter completes in a part of the repository instead of the active one; the first matching route applies. */
export interface RouteParams extends RoutePlace {
  /** null: the base alone. */
  readonly adapter: string | null;
}

export interface RoutesAnswer {
  readonly routes: readonly RouteParams[];
}

/** The routes of a folder's repository. */
export interface FolderRoutes extends RoutesAnswer {
  /** Path of the folder from the repository's root, '' for the root itself. */
  readonly within: string;
}

/** A version, or one it was continued from. */
export type LineageEntry =
  | { readonly kind: 'stored'; readonly name: string; readonly manifest: Manifest }
  | { readonly kind: 'deleted'; readonly id: string };
