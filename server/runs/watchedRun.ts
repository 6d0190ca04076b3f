/** A run that others can watch, pause and stop: see `runMessages.ts`. */

import { Brake, type Pausable } from '../engine/brake.ts';
import type { TuneEngine } from '../engine/training/trainJob.ts';
import type { CompletionEngine, DeviceChoice, ModelInfo } from '../engine/types.ts';
import type { TuneProgress, TuneResult } from '../protocol/tune.ts';
import { messageFor } from '../storage/fileErrors.ts';
import { AwakeClock, BUSY_TICK_MS } from '../system/awakeClock.ts';
import { isEndOfSession } from '../system/endOfSession.ts';
import { PausableClock } from '../system/pausableClock.ts';
import { runsOnBattery } from '../system/power.ts';
import { ProgressTracker } from '../tuning/progress.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { braked } from './braked.ts';
import { runTune, type TuneDependencies } from './pipeline.ts';
import { type RefitResult, refit } from './refit.ts';
import type { Interrupted } from './resumeRecord.ts';
import { RunHost } from './runHost.ts';

export interface WatchedRunDependencies {
  serving(
    modelPath: string,
    device: DeviceChoice,
  ): Promise<{ readonly engine: CompletionEngine & Pausable; readonly model: ModelInfo }>;
  createTuneEngine(): TuneEngine;
  nowMs(): number;
  readonly toolVersion: string;
  readonly pauseOnBattery: boolean;
  /** Started without being asked for: shown quietly, and ended when no window follows it. */
  readonly background?: boolean;
  /** The run was interrupted, and goes on. */
  readonly resume?: Interrupted | null;
  onProgress(progress: TuneProgress): void;
}

export type WatchedOutcome<Result = TuneResult> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'stopped' };

const BATTERY_EVERY_MS = 15_000;

/** Rejects as `runTune` does; a stop requested over the socket is an outcome. */
export async function watchedRun(
  runId: string,
  options: TuneOptions,
  dependencies: WatchedRunDependencies,
  signal: AbortSignal,
): Promise<WatchedOutcome> {
  const tune: Work<TuneResult> = (...how) => runTune(runId, options, ...how);
  return await watched(runId, options, tune, (host, result) => host.result(result), dependencies, signal);
}

/** The same for `refit`: its followers are shown that it ended, and no figures, as nothing is measured. */
export async function watchedRefit(
  runId: string,
  wanted: string,
  options: TuneOptions,
  dependencies: WatchedRunDependencies,
  signal: AbortSignal,
): Promise<WatchedOutcome<RefitResult>> {
  const again: Work<RefitResult> = (...how) => refit(runId, wanted, options, ...how);
  return await watched(runId, options, again, () => {}, dependencies, signal);
}

type Work<Result> = (dependencies: TuneDependencies, progress: ProgressTracker, signal: AbortSignal) => Promise<Result>;

async function watched<Result>(
  runId: string,
  options: TuneOptions,
  work: Work<Result>,
  tellResult: (host: RunHost, result: Result) => void,
  dependencies: WatchedRunDependencies,
  signal: AbortSignal,
): Promise<WatchedOutcome<Result>> {
  const { nowMs, toolVersion, onProgress, createTuneEngine, background = false, resume = null } = dependencies;
  const brake = new Brake();
  // Mining computes in this thread.
  const awake = new AwakeClock(undefined, BUSY_TICK_MS);
  const clock = new PausableClock(() => awake.nowMs());
  brake.attach(clock);
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  // A process that is held cannot answer, and so could not end.
  either.addEventListener('abort', () => brake.release(), { once: true });
  let host: RunHost | null = null;
  let batteryTimer: NodeJS.Timeout | null = null;
  let madeWay = false;
  const shown = (snapshot: TuneProgress): TuneProgress => ({
    ...snapshot,
    ...(background && { background }),
    ...(madeWay && snapshot.stage === 'stopped' && { madeWay }),
  });
  const progress = new ProgressTracker(runId, options.folder, nowMs, (snapshot) => {
    onProgress(snapshot);
    host?.progress(shown(snapshot));
  });
  const askBattery = async (): Promise<void> => host?.pause('battery', await runsOnBattery());
  try {
    const result = await work(
      {
        serving: async (modelPath, device) => {
          const loaded = await dependencies.serving(modelPath, device);
          brake.attach(loaded.engine);
          return loaded;
        },
        createTuneEngine: () => braked(createTuneEngine(), brake),
        nowMs,
        workedMs: () => clock.nowMs(),
        toolVersion,
        background,
        resume,
        onLocked: async (storeDir) => {
          const stop = (toMakeWay: boolean): void => {
            // What stopped it first is why.
            if (!either.aborted) madeWay = toMakeWay;
            stopped.abort();
          };
          host = await RunHost.open(storeDir, brake, stop, {
            needsFollower: background,
            run: shown(progress.current),
          });
          if (!dependencies.pauseOnBattery) return;
          await askBattery();
          batteryTimer = setInterval(() => void askBattery(), BATTERY_EVERY_MS).unref();
        },
        onUnlocking: async () => opened(host)?.unlist(),
      },
      progress,
      either,
    );
    const last = opened(host);
    if (last !== null) tellResult(last, result);
    return { kind: 'done', result };
  } catch (error) {
    if (either.aborted) {
      progress.stage('stopped', 'Stopped. Nothing was changed.');
      if (!signal.aborted) return { kind: 'stopped' };
    } else {
      const message = messageFor(error);
      progress.stage('failed', message);
      opened(host)?.failure(message);
    }
    throw error;
  } finally {
    if (batteryTimer !== null) clearInterval(batteryTimer);
    awake.dispose();
    await opened(host)?.close(isEndOfSession(either));
  }
}

/** TypeScript does not see that a callback assigns it. */
function opened(host: RunHost | null): RunHost | null {
  return host;
}
