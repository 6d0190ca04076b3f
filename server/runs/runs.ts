/**
 * The tunes of one server. Each runs in a process of its own, the command line's, so that it outlives the window; those that
 * were started elsewhere are followed all the same.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Pausable } from '../engine/brake.ts';
import type { DeviceChoice } from '../engine/types.ts';
import { storeLocation } from '../git/storeLocation.ts';
import type { Settings, TuneAnswer } from '../protocol/index.ts';
import type { TuneProgress } from '../protocol/tune.ts';
import { scriptPath } from '../storage/paths.ts';
import { lastSentence } from '../versions/commandLine.ts';
import { type KnownRun, RunBoard } from './runBoard.ts';
import { type RunEvents, RunFollower } from './runFollower.ts';
import { newRunId } from './runId.ts';
import type { PauseReason, ToRun } from './runMessages.ts';

export interface RunOptions {
  readonly folder: string;
  readonly modelPath: string;
  readonly baseType: Settings['model']['baseType'];
  readonly rank: number;
  readonly maxMinutes: number;
  readonly device: DeviceChoice;
  readonly pauseOnBattery: boolean;
  /** Also where the time is too short to help. */
  readonly anyway?: boolean;
  /** A version to go on from, on what has changed since. */
  readonly continueFrom?: string;
  /** Goes on from the active version on what was committed since, a quarter as long. */
  readonly keepUp?: boolean;
}

/** A run of a submission that was packed, listed and agreed to. */
export interface ClusterRunOptions {
  readonly runId: string;
  readonly folder: string;
  readonly submission: string;
  readonly address: string;
}

/** As a follower's, with the folder a failure is about; null where that is not known. */
export interface RunsEvents extends Omit<RunEvents, 'onFailure'> {
  onFailure(message: string, folder: string | null): void;
}

interface Started {
  readonly child: ChildProcess;
  readonly progress: TuneProgress;
  /** null until it is known. */
  store: string | null;
  stopped: boolean;
}

/** Last words of the process that are kept: one message. */
const STDERR_CHARS = 4000;

export class Runs implements Pausable {
  readonly #events: RunsEvents;
  readonly #nowMs: () => number;
  readonly #followers = new Map<string, RunFollower>();
  #folders: readonly string[] = [];
  /** Ours, from its start until it ends. */
  #started: Started | null = null;
  /** Every run that was heard of, ours or not. */
  readonly #board = new RunBoard();
  #held = false;
  #disposed = false;

  constructor(events: RunsEvents, nowMs: () => number) {
    this.#events = events;
    this.#nowMs = nowMs;
  }

  /** Follows the runs of these folders, and of no others but the one that was started here. */
  async setFolders(folders: readonly string[]): Promise<void> {
    this.#folders = folders;
    const located = folders.map(async (folder) => [folder, await storeLocation(folder)] as const);
    // A folder that git refuses has no store, and so no run.
    const settled = await Promise.allSettled(located);
    const stores = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (this.#folders !== folders || this.#disposed) return;
    const wanted = new Set(stores.map(([, dir]) => dir));
    const ours = this.#started?.store ?? null;
    if (ours !== null) wanted.add(ours);
    this.#board.setStores(new Map(stores), wanted);
    for (const [dir, follower] of this.#followers) {
      if (wanted.has(dir)) continue;
      follower.dispose();
      this.#followers.delete(dir);
    }
    await Promise.all([...wanted].map((dir) => this.#follow(dir)));
  }

  /** Starts a run in the background. */
  start(options: RunOptions): TuneAnswer {
    const runId = newRunId(this.#nowMs());
    return this.#launch(runId, options.folder, argumentsOf(runId, options));
  }

  /** Sends it and follows it, likewise. */
  startOnCluster({ runId, folder, submission, address }: ClusterRunOptions): TuneAnswer {
    const agreed = ['--yes', '--trust-address'];
    return this.#launch(runId, folder, ['cluster', 'submit', '--packed', submission, '--address', address, ...agreed]);
  }

  #launch(runId: string, folder: string, args: readonly string[]): TuneAnswer {
    const [going] = this.#board.going();
    if (this.#started !== null || going !== undefined) {
      const other = this.#started?.progress.folder ?? going?.progress.folder;
      return { kind: 'refused', message: `A tune of ${other} is already running. Stop it first, or wait for it.` };
    }
    const startedAtMs = this.#nowMs();
    const child = spawn(process.execPath, [scriptPath('cli'), ...args], {
      // A group of its own: what ends the server does not end the run.
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    child.unref();
    const started: Started = {
      child,
      progress: first(runId, folder, startedAtMs),
      store: null,
      stopped: false,
    };
    this.#started = started;
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-STDERR_CHARS);
    });
    child.once('error', (error) => this.#ended(started, error.message));
    child.once('close', () => this.#ended(started, words));
    this.#progress(started.progress, null, null);
    void storeLocation(folder).then(
      (dir) => {
        started.store = dir;
        return this.#follow(dir);
      },
      // The run comes to the same, and says so as it ends.
      () => {},
    );
    return { kind: 'started', runId };
  }

  /** What a window shows that works on `folder`. */
  shown(folder: string | null): KnownRun | null {
    return this.#board.shown(folder);
  }

  /** The named run, or all that go on. Whether something was running; resolves when what was started here has ended. */
  async stop(runId?: string): Promise<boolean> {
    const going = this.#board.going(runId);
    await Promise.all(going.map((run) => this.#stop(run)));
    return going.length > 0;
  }

  async #stop({ progress, store }: KnownRun): Promise<void> {
    const started = this.#started?.progress.runId === progress.runId ? this.#started : null;
    const ended = started && new Promise((resolve) => started.child.once('close', resolve));
    if (started !== null) started.stopped = true;
    if (!this.#tell(store, { kind: 'stop' })) started?.child.kill('SIGTERM');
    if (ended !== null) await ended;
  }

  /** The user's own pause, of the named run or of all that go on. */
  setPaused(paused: boolean, runId?: string): void {
    for (const { store } of this.#board.going(runId)) this.#tell(store, { kind: 'pause', paused });
  }

  isComputing(): boolean {
    return this.#board.going().length > 0;
  }

  pause(): void {
    this.#held = true;
    this.#hold(true);
  }

  resume(): void {
    this.#held = false;
    this.#hold(false);
  }

  /** The runs go on. */
  dispose(): void {
    this.#disposed = true;
    for (const follower of this.#followers.values()) follower.dispose();
    this.#followers.clear();
  }

  /** All of them: they are on the same cores. */
  #hold(held: boolean): void {
    for (const store of this.#followers.keys()) this.#tell(store, { kind: 'hold', held });
  }

  /** Whether anybody was told. */
  #tell(store: string | null, message: ToRun): boolean {
    const follower = store === null ? undefined : this.#followers.get(store);
    if (!follower?.connected) return false;
    follower.send(message);
    return true;
  }

  async #follow(dir: string): Promise<void> {
    if (this.#disposed) return;
    const known = this.#followers.get(dir);
    if (known) return known.look();
    const follower = new RunFollower(dir, {
      onProgress: (progress, paused) => {
        this.#progress({ ...progress, folder: this.#board.home(dir, progress.folder) }, paused, dir);
        if (this.#held) follower.send({ kind: 'hold', held: true });
      },
      onResult: (result) => this.#events.onResult({ ...result, folder: this.#board.home(dir, result.folder) }),
      onFailure: (message) => {
        if (this.#started?.store === dir) this.#started.stopped = true;
        this.#events.onFailure(message, this.#board.lastOf(dir)?.progress.folder ?? null);
      },
    });
    this.#followers.set(dir, follower);
    await follower.start();
  }

  #progress(progress: TuneProgress, paused: PauseReason | null, store: string | null): void {
    this.#board.heard(progress, paused, store);
    this.#events.onProgress(progress, paused);
  }

  /** Our process is gone. What it could say over the socket it has said there; before it had one, it wrote its reason. */
  #ended(started: Started, words: string): void {
    if (this.#started !== started) return;
    this.#started = null;
    const [run] = this.#board.going(started.progress.runId);
    if (run === undefined) return;
    const { progress: last, store } = run;
    if (started.stopped || started.child.exitCode === 130) {
      this.#progress(
        { ...last, stage: 'stopped', message: 'Stopped. Nothing was changed.', etaSeconds: null },
        null,
        store,
      );
      return;
    }
    const message = lastSentence(words) || `The run ended with exit code ${started.child.exitCode}.`;
    this.#progress({ ...last, stage: 'failed', message, etaSeconds: null }, null, store);
    this.#events.onFailure(message, last.folder);
  }
}

function argumentsOf(runId: string, options: RunOptions): string[] {
  return [
    'tune',
    options.folder,
    ...['--run-id', runId],
    ...['--model', options.modelPath],
    ...['--base-type', options.baseType],
    ...['--rank', String(options.rank)],
    ...['--minutes', String(options.maxMinutes)],
    ...['--device', options.device],
    ...(options.pauseOnBattery ? ['--pause-on-battery'] : []),
    ...(options.anyway ? ['--anyway'] : []),
    ...(options.continueFrom === undefined ? [] : ['--continue', options.continueFrom]),
    ...(options.keepUp ? ['--keep-up'] : []),
  ];
}

/** Shown until the process says more. */
function first(runId: string, folder: string, startedAtMs: number): TuneProgress {
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
