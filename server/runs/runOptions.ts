/** How the command line requests a run, and what is shown of it until it reports itself. */
import type { DeviceChoice } from '../engine/types.ts';
import type { Preset, Settings } from '../protocol/index.ts';
import type { TuneProgress } from '../protocol/tune.ts';

export interface RunOptions {
  readonly folder: string;
  readonly modelPath: string;
  readonly baseType: Settings['model']['baseType'];
  /** Rank and minutes where those are not given. */
  readonly size?: Preset;
  readonly rank?: number;
  readonly maxMinutes?: number;
  readonly device: DeviceChoice;
  readonly pauseOnBattery: boolean;
  /** Even if the time is too short to help. */
  readonly anyway?: boolean;
  /** A version to continue from, on what has changed since. */
  readonly continueFrom?: string;
  /** Continues from the active version on what was committed since, for a quarter of the time. */
  readonly keepUp?: boolean;
  /** Also learns next edits, if the base can be prompted for them. */
  readonly edits?: boolean;
  /** Started without being asked for: at the lowest priority, quietly, and not while somebody types. */
  readonly background?: boolean;
}

export function argumentsOf(runId: string, options: RunOptions): string[] {
  return [
    'tune',
    options.folder,
    ...['--run-id', runId],
    ...['--model', options.modelPath],
    ...['--base-type', options.baseType],
    ...(options.size === undefined ? [] : ['--size', options.size]),
    ...(options.rank === undefined ? [] : ['--rank', String(options.rank)]),
    ...(options.maxMinutes === undefined ? [] : ['--minutes', String(options.maxMinutes)]),
    ...['--device', options.device],
    ...(options.pauseOnBattery ? ['--pause-on-battery'] : []),
    ...(options.anyway ? ['--anyway'] : []),
    ...(options.continueFrom === undefined ? [] : ['--continue', options.continueFrom]),
    ...(options.keepUp ? ['--keep-up'] : []),
    ...(options.edits ? ['--edits'] : []),
    ...(options.background ? ['--background'] : []),
  ];
}

/** Shown until the process reports progress. */
export function first(runId: string, folder: string, startedAtMs: number): TuneProgress {
  return {
    runId,
    folder,
    stage: 'mining',
    message: 'Starting',
    step: 0,
    steps: 0,
    curve: [],
    learningRate: 0,
    tokensPerSecond: 0,
    rssBytes: 0,
    startedAtMs,
    etaSeconds: null,
  };
}
