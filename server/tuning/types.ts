/** What a tune is asked to do. */
import type { BaseType, DeviceChoice } from '../engine/types.ts';
import type { Preset } from '../protocol/preview.ts';

export interface TuneOptions {
  /** Folder to tune on. */
  readonly folder: string;
  readonly modelPath: string;
  readonly baseType: BaseType;
  /** Rank and minutes where they are not given. */
  readonly size?: Preset;
  readonly rank?: number;
  readonly alpha?: number;
  /** How many blocks, counted from the last, get an adapter; 0: all. */
  readonly adaptedBlocks?: number;
  readonly learningRate?: number;
  /** Upper bound on the whole run. By default as suits the base. */
  readonly maxMinutes?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly device?: DeviceChoice;
  readonly name?: string;
  /** Continues from this version (an id, a name, or `active`), on the files that changed since. */
  readonly continueFrom?: string;
  /** Continues from the active version on what is new since, with a replay of older code, in a quarter of the usual training time. */
  readonly keepUp?: boolean;
  /** Also holds out what the newest commits added. The training text is then the tree before them. */
  readonly byTime?: boolean;
  /** Also learns next edits, a quarter of all tokens learned, if the base can be prompted for them. */
  readonly edits?: boolean;
  /** Trains even if the time is too short to help. */
  readonly anyway?: boolean;
  /** Activates the version whatever the gate says; recorded. */
  readonly force?: boolean;
}
