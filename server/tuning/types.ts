/** What a tune is asked to do. */
import type { BaseType, DeviceChoice } from '../engine/types.ts';

export interface TuneOptions {
  /** Folder to tune on. */
  readonly folder: string;
  readonly modelPath: string;
  readonly baseType: BaseType;
  readonly rank?: number;
  readonly alpha?: number;
  /** Blocks, the last ones, that get an adapter; 0: all. */
  readonly adaptedBlocks?: number;
  readonly learningRate?: number;
  /** Upper bound of training time. */
  readonly maxMinutes?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly device?: DeviceChoice;
  readonly name?: string;
  /** Goes on from this version (an id, a name, or `active`), on the files that changed since. */
  readonly continueFrom?: string;
  /** Goes on from the active version on what is new since, with a replay of older code, in a quarter of the usual training. */
  readonly keepUp?: boolean;
  /** Also held out: what the newest commits added. Training text is then the tree before them. */
  readonly byTime?: boolean;
  /** Also learns next edits, a quarter of all that is learned, where the base can be asked for them. */
  readonly edits?: boolean;
  /** Trains even where the time is too short to help. */
  readonly anyway?: boolean;
  /** Activates whatever the gate says; recorded. */
  readonly force?: boolean;
}
