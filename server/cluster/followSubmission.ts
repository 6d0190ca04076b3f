/** Follows a submission to its end: the job on the cluster, and each repository's adapter as it arrives. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AdapterStore } from '../adapters/store.ts';
import { messageOf } from '../common/messageOf.ts';
import { Brake, type Pausable } from '../engine/brake.ts';
import type { CompletionEngine, ModelInfo } from '../engine/types.ts';
import type { MeasuredOn } from '../evaluation/evaluateTune.ts';
import { storeLocation } from '../git/storeLocation.ts';
import type { TuneProgress, TuneResult } from '../protocol/tune.ts';
import { inRun } from '../runs/runFolder.ts';
import { RunHost } from '../runs/runHost.ts';
import { versionOfRun } from '../runs/versionOfRun.ts';
import { messageFor } from '../storage/fileErrors.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { isEndOfSession } from '../system/endOfSession.ts';
import { ProgressTracker } from '../tuning/progress.ts';
import { ClusterTune } from './clusterTune.ts';
import { ClusterError } from './errors.ts';
import { type FollowOptions, followJob, type JobEnd } from './followJob.ts';
import type { JobEvent } from './jobEvents.ts';
import type { RayJobs } from './rayJobs.ts';
import { readAdapters, readLog } from './readResults.ts';
import { noteAdapter, readSubmission, type Submission, type SubmittedRepository } from './submission.ts';
import { takeIn } from './takeIn.ts';

/** Where a submission's adapters come from. */
export type AdapterSource =
  | { readonly kind: 'cluster'; readonly jobs: RayJobs; readonly follow?: FollowOptions }
  /** A job run by other means left its log, or a folder with `N/adapter` for each repository. */
  | { readonly kind: 'log' | 'folder'; readonly path: string };

export interface FollowDependencies {
  readonly source: AdapterSource;
  /** The base; adapters are not merged into it. */
  serving(modelPath: string): Promise<{ readonly engine: CompletionEngine & Pausable; readonly model: ModelInfo }>;
  nowMs(): number;
  readonly toolVersion: string;
  onProgress(progress: TuneProgress): void;
  /** A version passed and serves: it may be published. A rejection becomes a warning. */
  onActivated(result: TuneResult): Promise<void>;
  /** Defaults to `MEASURED_ON`. */
  readonly measuredOn?: MeasuredOn;
}

export type RepositoryOutcome = { readonly folder: string } & (
  | { readonly kind: 'done'; readonly result: TuneResult; readonly lost: number; readonly warning: string | null }
  | { readonly kind: 'already'; readonly adapterId: string }
  | { readonly kind: 'failed'; readonly message: string }
);

const STOP_MS = 15_000;

/**
 * `folder`: the submission's. When stopped, the job is stopped, too, and this rejects with the signal's reason; with a message if that
 * failed.
 */
export async function followSubmission(
  folder: string,
  dependencies: FollowDependencies,
  signal: AbortSignal,
): Promise<RepositoryOutcome[]> {
  const submission = await withStored(folder, await readSubmission(folder));
  await requireModel(submission);
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  const following = new Following(folder, submission, dependencies, either, () => stopped.abort());
  try {
    return await following.run();
  } catch (error) {
    const { source } = dependencies;
    const problem = either.aborted && source.kind === 'cluster' ? await stopJob(source.jobs, submission.id) : null;
    if (problem === null) throw error;
    throw new ClusterError(
      problem.problem,
      `${problem.message} The job may go on there. To stop it, run on the command line: repotune cluster stop ${submission.id}`,
      { cause: error },
    );
  }
}

/** Asks the cluster to stop it. @returns why it may still be running; null if the cluster accepted */
export async function stopJob(jobs: RayJobs, id: string): Promise<ClusterError | null> {
  try {
    await jobs.stop(id, AbortSignal.timeout(STOP_MS));
    return null;
  } catch (error) {
    return error instanceof ClusterError
      ? error
      : new ClusterError('no-answer', `${jobs.address} did not answer.`, { cause: error });
  }
}

async function requireModel({ modelPath, modelSha256 }: Submission): Promise<void> {
  const now = await sha256OfModel(modelPath).catch(() => null);
  if (now !== modelSha256)
    throw new ClusterError(
      'wrong-base',
      `${modelPath} is missing or has changed since the rows were made, so the adapters cannot be measured. Put it back and follow the submission again.`,
    );
}

/** With the adapters noted that are stored: a kill, or a full disk, may have come between the two. */
async function withStored(folder: string, submission: Submission): Promise<Submission> {
  let now = submission;
  for (const one of submission.repositories) {
    if (one.adapterId !== null) continue;
    // A folder that is out of reach is told where its adapter is taken in.
    const store = await storeLocation(one.folder).catch(() => null);
    const stored = store && (await versionOfRun(store, one.runId));
    if (stored) now = await noteAdapter(folder, one.number, stored.id);
  }
  return now;
}

class Following {
  readonly #folder: string;
  readonly #submission: Submission;
  readonly #dependencies: FollowDependencies;
  readonly #signal: AbortSignal;
  readonly #stop: () => void;
  readonly #tunes = new Map<number, ClusterTune>();
  /** Measurements run one at a time. */
  #measuring: Promise<unknown> = Promise.resolve();

  constructor(
    folder: string,
    submission: Submission,
    dependencies: FollowDependencies,
    signal: AbortSignal,
    stop: () => void,
  ) {
    this.#folder = folder;
    this.#submission = submission;
    this.#dependencies = dependencies;
    this.#signal = signal;
    this.#stop = stop;
  }

  async run(): Promise<RepositoryOutcome[]> {
    const outcomes = this.#submission.repositories.map((repository) => this.#repository(repository));
    const over = new AbortController();
    const job = this.#job(AbortSignal.any([this.#signal, over.signal])).then(
      (end) => {
        for (const tune of this.#tunes.values()) tune.jobEnded(end);
      },
      (error: unknown) => {
        for (const tune of this.#tunes.values()) tune.failed(error);
      },
    );
    const settled = await Promise.all(outcomes);
    // Nobody listens any more, e.g. since another process tunes the repository: the job goes on.
    over.abort();
    await job;
    this.#signal.throwIfAborted();
    return settled;
  }

  /** The job's reports, to its end. */
  async #job(signal: AbortSignal): Promise<JobEnd> {
    const { source } = this.#dependencies;
    const heard = (event: JobEvent): void => {
      if ('repository' in event) this.#tunes.get(event.repository)?.heard(event);
    };
    if (source.kind === 'cluster')
      return await followJob(source.jobs, this.#submission.id, heard, signal, source.follow);
    return await (source.kind === 'log' ? readLog : readAdapters)(source.path, this.#submission.repositories, heard);
  }

  async #repository(repository: SubmittedRepository): Promise<RepositoryOutcome> {
    const { folder, adapterId } = repository;
    if (adapterId !== null) return { folder, kind: 'already', adapterId };
    const { modelPath, address } = this.#submission;
    const { nowMs, onProgress } = this.#dependencies;
    const host = address === null ? 'the cluster' : new URL(address).host;
    let runHost: RunHost | null = null;
    const progress = new ProgressTracker(
      repository.runId,
      folder,
      nowMs,
      (snapshot) => {
        onProgress(snapshot);
        runHost?.progress(snapshot);
      },
      host,
    );
    progress.stage('loading', `Waiting for ${host}`);
    const tune = new ClusterTune(repository, this.#submission.base, host, progress);
    this.#tunes.set(repository.number, tune);
    const brake = new Brake();
    this.#signal.addEventListener('abort', () => brake.release(), { once: true });
    const open = async (storeDir: string): Promise<void> => {
      runHost = await RunHost.open(storeDir, brake, this.#stop, { pausable: false, run: progress.current });
      // It may have gone on meanwhile.
      opened(runHost)?.progress(progress.current);
    };
    try {
      const { result, lost, warning } = await inRun(
        repository.runId,
        { folder, modelPath, baseType: 'as-is' },
        { onLocked: open, onUnlocking: async () => opened(runHost)?.unlist() },
        (store, runDir) => this.#tuned(repository, tune, store, runDir, brake, progress),
      );
      opened(runHost)?.result(result);
      return { folder, kind: 'done', result, lost, warning: (await this.#activated(result)) ?? warning };
    } catch (error) {
      if (this.#signal.aborted) {
        progress.stage('stopped', 'Stopped. Nothing was changed.');
        return { folder, kind: 'failed', message: 'Stopped.' };
      }
      const message = tune.isExplained ? messageFor(error) : this.#withRetry(messageFor(error));
      progress.stage('failed', message);
      opened(runHost)?.failure(message);
      return { folder, kind: 'failed', message };
    } finally {
      await opened(runHost)?.close(isEndOfSession(this.#signal));
    }
  }

  async #tuned(
    repository: SubmittedRepository,
    tune: ClusterTune,
    store: AdapterStore,
    runDir: string,
    brake: Brake,
    progress: ProgressTracker,
  ): Promise<Omit<Extract<RepositoryOutcome, { kind: 'done' }>, 'folder' | 'kind'>> {
    const { received, steps, seconds, device, lost } = await tune.trained;
    const fetched = join(runDir, 'fetched');
    await received.write(fetched);
    const { serving, nowMs, toolVersion, measuredOn } = this.#dependencies;
    const measured = this.#measuring.then(() =>
      takeIn(
        { submission: this.#submission, repository, fetched, trained: { steps, seconds }, device, store, runDir },
        {
          serving: async (modelPath) => {
            const loaded = await serving(modelPath);
            brake.attach(loaded.engine);
            return loaded;
          },
          nowMs,
          toolVersion,
          ...(measuredOn === undefined ? {} : { measuredOn }),
        },
        progress,
        this.#signal,
      ),
    );
    this.#measuring = measured.catch(() => {});
    const result = await measured;
    const { id } = this.#submission;
    const noted = noteAdapter(this.#folder, repository.number, result.adapterId).then(
      () => null,
      (error: unknown) => {
        // `cluster stop` elsewhere deletes the submission while an adapter that arrived before is measured here.
        if (!existsSync(this.#folder))
          return `${id} was stopped or deleted elsewhere. ${result.adapterId} had come before and is kept.`;
        throw error;
      },
    );
    return { result, lost, warning: await noted };
  }

  /** What fails on this machine does not end the job, whose log keeps the adapter. */
  #withRetry(message: string): string {
    if (this.#dependencies.source.kind !== 'cluster') return message;
    const sentence = message.replace(/(?<![.!?])$/, '.');
    return `${sentence} To fetch the adapter later, run on the command line: repotune cluster follow ${this.#submission.id}`;
  }

  /** What failed after the activation, for a person; null if nothing did. */
  async #activated(result: TuneResult): Promise<string | null> {
    if (!result.activated) return null;
    try {
      await this.#dependencies.onActivated(result);
      return null;
    } catch (error) {
      return `It was not published: ${messageOf(error)}`;
    }
  }
}

/** TypeScript does not see that a callback assigns it. */
function opened(host: RunHost | null): RunHost | null {
  return host;
}
