/**
 * The tunes of one server. Each runs in a process of its own, the command line's, so that it outlives the window; runs started elsewhere
 * are followed just the same.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pausable } from '../engine/brake.ts';
import { storeLocation } from '../git/storeLocation.ts';
import type { TuneAnswer } from '../protocol/index.ts';
import { isRunning, type TuneProgress, type TuneResult } from '../protocol/tune.ts';
import { startProblem } from '../system/notStarted.ts';
import { type KnownRun, RunBoard } from './runBoard.ts';
import { type RunEvents, RunFollower } from './runFollower.ts';
import { newRunId } from './runId.ts';
import type { PauseReason, ToRun } from './runMessages.ts';
import { argumentsOf, first, type RunOptions } from './runOptions.ts';
import { endOf, type Started, startRun } from './startedRun.ts';

/** A run that was interrupted. */
export interface ContinueOptions {
  readonly runId: string;
  readonly folder: string;
  readonly pauseOnBattery: boolean;
}

/** Submits a job folder that was packed, listed and agreed to. */
export interface ClusterRunOptions {
  readonly runId: string;
  readonly folder: string;
  readonly submission: string;
  readonly address: string;
}

/** A follower's events, with the run that a result or a failure belongs to; null where that is not known. */
export interface RunsEvents extends Omit<RunEvents, 'onFailure' | 'onResult' | 'onGone'> {
  onResult(result: TuneResult, run: TuneProgress | null): void;
  onFailure(message: string, run: TuneProgress | null): void;
  /** A run was found that can go on. */
  onInterrupted(run: TuneProgress): void;
  /** A run was found that failed while no window followed it. */
  onUnseenFailure(run: TuneProgress): void;
}

/** How long to wait for a stopped run to end. */
const MOST_WAIT_MS = 5000;

export class Runs implements Pausable {
  readonly #events: RunsEvents;
  readonly #nowMs: () => number;
  readonly #followers = new Map<string, RunFollower>();
  #folders: readonly string[] = [];
  /** The run started here, until it ends. */
  #started: Started | null = null;
  /** Every run reported, started here or not. */
  readonly #board = new RunBoard();
  #held = false;
  #typing = false;
  #disposed = false;

  constructor(events: RunsEvents, nowMs: () => number) {
    this.#events = events;
    this.#nowMs = nowMs;
  }

  /** Follows the runs of these folders, and of no others except the one started here. */
  async setFolders(folders: readonly string[]): Promise<void> {
    this.#folders = folders;
    const located = folders.map(async (folder) => [folder, await storeLocation(folder)] as const);
    // A folder that git refuses has no store, hence no run.
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
    return this.#launch(runId, options.folder, argumentsOf(runId, options), options.background ?? false);
  }

  /** Goes on with the interrupted run of the folder's repository. */
  continueRun({ runId, folder, pauseOnBattery }: ContinueOptions): TuneAnswer {
    return this.#launch(runId, folder, ['tune', folder, '--resume', ...(pauseOnBattery ? ['--pause-on-battery'] : [])]);
  }

  /** Shows no longer what was interrupted and is discarded. */
  forget(runId: string): void {
    this.#board.forget(runId);
  }

  /** Submits it and follows it in the same way. */
  startOnCluster({ runId, folder, submission, address }: ClusterRunOptions): TuneAnswer {
    const agreed = ['--yes', '--trust-address'];
    return this.#launch(runId, folder, ['cluster', 'submit', '--packed', submission, '--address', address, ...agreed]);
  }

  #launch(runId: string, folder: string, args: readonly string[], background = false): TuneAnswer {
    const [going] = this.#board.going();
    if (this.#started !== null || going !== undefined) {
      const other = this.#started?.progress.folder ?? going?.progress.folder;
      return {
        kind: 'refused',
        message: `A tune of ${other} is already running. Stop it first with "Repotune: Stop Tuning", or wait for it.`,
      };
    }
    const startedAtMs = this.#nowMs();
    const progress = { ...first(runId, folder, startedAtMs), ...(background ? { background } : {}) };
    const started = startRun(
      args,
      progress,
      (one, error) => this.#ended(one, startProblem(error) ?? error.message),
      (one, words) => this.#ended(one, words),
    );
    this.#started = started;
    this.#progress(started.progress, null, null);
    void storeLocation(folder).then(
      (dir) => {
        started.store = dir;
        return this.#follow(dir);
      },
      // The run fails in the same way, and reports it as it ends.
      () => {},
    );
    return { kind: 'started', runId };
  }

  /** The run shown by a window that works on `folder`. */
  shown(folder: string | null): KnownRun | null {
    return this.#board.shown(folder);
  }

  /** The running one of the folder's repository. */
  goingIn(folder: string): TuneProgress | null {
    return this.#board.goingIn(folder)?.progress ?? null;
  }

  /** Stops the named run, or all. Answers whether any was running; resolves when the one started here has ended. */
  async stop(runId?: string): Promise<boolean> {
    const going = this.#board.going(runId);
    await Promise.all(going.map((run) => this.#stop(run, false)));
    return going.length > 0;
  }

  async #stop({ progress, store }: KnownRun, toMakeWay: boolean): Promise<void> {
    const started = this.#started?.progress.runId === progress.runId ? this.#started : null;
    const ended = started && new Promise((resolve) => started.child.once('close', resolve));
    if (started !== null) {
      started.madeWay = toMakeWay && !started.stopped;
      started.stopped = true;
    }
    // The other signal is the end of a session, after which a run can go on.
    if (!this.#tell(store, stopping(toMakeWay))) started?.child.kill('SIGINT');
    if (ended !== null) await ended;
  }

  /** The user's own pause, of the named run or of all running ones. */
  setPaused(paused: boolean, runId?: string): void {
    for (const { store } of this.#board.going(runId)) this.#tell(store, { kind: 'pause', paused });
  }

  isComputing(): boolean {
    return this.#board.going().length > 0;
  }

  pause(): void {
    this.#held = true;
    this.#holdAll();
  }

  resume(): void {
    this.#held = false;
    this.#holdAll();
  }

  /** Leaves the runs running. */
  dispose(): void {
    this.#disposed = true;
    for (const follower of this.#followers.values()) follower.dispose();
    this.#followers.clear();
  }

  /**
   * Unrequested runs are held while somebody types. One that is still mining computes in more processes than can be held, so it is stopped;
   * it has nothing to lose yet.
   */
  setTyping(typing: boolean): void {
    if (typing === this.#typing) return;
    this.#typing = typing;
    for (const { store } of this.#inBackground()) this.#holdAsIs(store);
  }

  /** Makes way for what the user asks for: resolves when no unrequested run is left, or on timeout. */
  async endBackground(): Promise<void> {
    await Promise.all(this.#inBackground().map((run) => this.#stop(run, true)));
    for (const until = this.#nowMs() + MOST_WAIT_MS; this.#inBackground().length > 0 && this.#nowMs() < until; )
      await sleep(50);
  }

  #inBackground(): KnownRun[] {
    return this.#board.going().filter(({ progress }) => progress.background ?? false);
  }

  /** All of them: they share the cores. */
  #holdAll(): void {
    for (const store of this.#followers.keys()) this.#holdAsIs(store);
  }

  #holdAsIs(store: string | null): void {
    const run = store === null ? undefined : this.#board.lastOf(store)?.progress;
    const typing = this.#typing && run !== undefined && isRunning(run) && (run.background ?? false);
    if (typing && run.stage === 'mining') this.#tell(store, stopping(true));
    else this.#tell(store, { kind: 'hold', held: this.#held || typing });
  }

  /** Whether the message was sent. */
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
        if (this.#held || this.#typing) this.#holdAsIs(dir);
      },
      onResult: (result) => {
        const shown = { ...result, folder: this.#board.home(dir, result.folder) };
        this.#events.onResult(shown, this.#board.lastOf(dir)?.progress ?? null);
      },
      onFailure: (message) => {
        if (this.#started?.store === dir) this.#started.stopped = true;
        this.#events.onFailure(message, this.#board.lastOf(dir)?.progress ?? null);
      },
      onGone: () => void this.#lookForEnded(dir),
    });
    this.#followers.set(dir, follower);
    await follower.start();
    void this.#lookForEnded(dir);
  }

  /** Shows the run of this store that was interrupted and can go on, or that failed and nobody saw it, if there is one. */
  async #lookForEnded(dir: string): Promise<void> {
    // A window that is closed tells nothing, and leaves it to the next.
    if (!this.#followers.has(dir)) return;
    const { endedIn } = await import('./interrupted.ts');
    const last = (): TuneProgress | null => this.#board.lastOf(dir)?.progress ?? null;
    const before = last();
    const found = await endedIn(dir, before, (folder) => this.#board.home(dir, folder)).catch(() => null);
    const isOver = before === null || !isRunning(before);
    if (found === null || !isOver || last() !== before || before?.resumable || !this.#followers.has(dir)) return;
    this.#progress(found.shown, null, dir);
    if (found.unseen !== null) this.#events.onUnseenFailure(found.unseen);
    else if (found.shown.stage === 'stopped') this.#events.onInterrupted(found.shown);
  }

  #progress(progress: TuneProgress, paused: PauseReason | null, store: string | null): void {
    this.#board.heard(progress, paused, store);
    this.#events.onProgress(progress, paused);
  }

  /** The process has exited. It reported over the socket what it could; before it had one, it wrote its reason to stderr. */
  #ended(started: Started, words: string): void {
    if (this.#started !== started) return;
    this.#started = null;
    const [run] = this.#board.going(started.progress.runId);
    // Whoever follows it tells how it ended, perhaps in a moment.
    if (run === undefined || run.store !== null) return;
    const ended = endOf(started, run.progress, words);
    this.#progress(ended, null, null);
    if (ended.stage === 'failed') this.#events.onFailure(ended.message, run.progress);
  }
}

function stopping(toMakeWay: boolean): ToRun {
  return { kind: 'stop', ...(toMakeWay && { toMakeWay }) };
}
