/**
 * The tunes of one server. Each runs in a process of its own, the command line's, so that it outlives the window; those that
 * were started elsewhere are followed all the same.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { storeLocation } from '../adapters/location.ts';
import type { DeviceChoice } from '../engine/types.ts';
import { scriptPath } from '../paths.ts';
import type { Settings, TuneAnswer } from '../protocol.ts';
import type { Pausable } from './brake.ts';
import { type RunEvents, RunFollower } from './runFollower.ts';
import { newRunId } from './runId.ts';
import type { PauseReason, ToRun } from './runMessages.ts';
import type { TuneProgress } from './types.ts';

export interface RunOptions {
  readonly folder: string;
  readonly modelPath: string;
  readonly baseType: Settings['model']['baseType'];
  readonly rank: number;
  readonly maxMinutes: number;
  readonly device: DeviceChoice;
  readonly pauseOnBattery: boolean;
  /** A version to go on from, on what has changed since. */
  readonly continueFrom?: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly progress: TuneProgress;
  stopped: boolean;
}

/** Last words of the process that are kept: one message. */
const STDERR_CHARS = 4000;

export class Runs implements Pausable {
  readonly #events: RunEvents;
  readonly #nowMs: () => number;
  readonly #followers = new Map<string, RunFollower>();
  #folders: readonly string[] = [];
  /** Ours, from its start until it ends. */
  #started: Started | null = null;
  /** The run in progress, ours or not. */
  #current: TuneProgress | null = null;
  #held = false;
  #disposed = false;

  constructor(events: RunEvents, nowMs: () => number) {
    this.#events = events;
    this.#nowMs = nowMs;
  }

  /** Follows the runs of these folders, and of no others. */
  async setFolders(folders: readonly string[]): Promise<void> {
    this.#folders = folders;
    const wanted = new Set(await Promise.all(folders.map((folder) => storeLocation(folder))));
    if (this.#folders !== folders || this.#disposed) return;
    for (const [dir, follower] of this.#followers) {
      if (wanted.has(dir)) continue;
      follower.dispose();
      this.#followers.delete(dir);
    }
    await Promise.all([...wanted].map((dir) => this.#follow(dir)));
  }

  /** Starts a run in the background. */
  start(options: RunOptions): TuneAnswer {
    if (this.#started !== null || this.#current !== null) {
      const folder = this.#started?.progress.folder ?? this.#current?.folder;
      return { kind: 'refused', message: `A tune of ${folder} is already running. Stop it first, or wait for it.` };
    }
    const startedAtMs = this.#nowMs();
    const runId = newRunId(startedAtMs);
    const child = spawn(process.execPath, [scriptPath('cli'), ...argumentsOf(runId, options)], {
      // A group of its own: what ends the server does not end the run.
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    child.unref();
    const started: Started = { child, progress: first(runId, options.folder, startedAtMs), stopped: false };
    this.#started = started;
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-STDERR_CHARS);
    });
    child.once('error', (error) => this.#ended(started, error.message));
    child.once('close', () => this.#ended(started, words));
    this.#progress(started.progress, null);
    void storeLocation(options.folder).then((dir) => this.#follow(dir));
    return { kind: 'started', runId };
  }

  /** Whether something was running; resolves when it has ended. */
  async stop(): Promise<boolean> {
    const started = this.#started;
    if (started === null && this.#current === null) return false;
    const ended = started && new Promise((resolve) => started.child.once('close', resolve));
    if (started !== null) started.stopped = true;
    if (!this.#tell({ kind: 'stop' })) started?.child.kill('SIGTERM');
    if (ended !== null) await ended;
    return true;
  }

  /** The user's own pause. */
  setPaused(paused: boolean): void {
    this.#tell({ kind: 'pause', paused });
  }

  pause(): void {
    this.#held = true;
    this.#tell({ kind: 'hold', held: true });
  }

  resume(): void {
    this.#held = false;
    this.#tell({ kind: 'hold', held: false });
  }

  /** The runs go on. */
  dispose(): void {
    this.#disposed = true;
    for (const follower of this.#followers.values()) follower.dispose();
    this.#followers.clear();
  }

  /** Whether anybody was told. */
  #tell(message: ToRun): boolean {
    const connected = [...this.#followers.values()].filter((follower) => follower.connected);
    for (const follower of connected) follower.send(message);
    return connected.length > 0;
  }

  async #follow(dir: string): Promise<void> {
    if (this.#disposed) return;
    const known = this.#followers.get(dir);
    if (known) return known.look();
    const follower = new RunFollower(dir, {
      onProgress: (progress, paused) => {
        this.#progress(progress, paused);
        if (this.#held) follower.send({ kind: 'hold', held: true });
      },
      onResult: (result) => {
        this.#current = null;
        this.#events.onResult(result);
      },
      onFailure: (message) => {
        this.#current = null;
        if (this.#started !== null) this.#started.stopped = true;
        this.#events.onFailure(message);
      },
    });
    this.#followers.set(dir, follower);
    await follower.start();
  }

  #progress(progress: TuneProgress, paused: PauseReason | null): void {
    const over = progress.stage === 'done' || progress.stage === 'failed' || progress.stage === 'stopped';
    this.#current = over ? null : progress;
    this.#events.onProgress(progress, paused);
  }

  /** Our process is gone. What it could say over the socket it has said there; before it had one, it wrote its reason. */
  #ended(started: Started, words: string): void {
    if (this.#started !== started) return;
    this.#started = null;
    if (this.#current?.runId !== started.progress.runId) return;
    const last = this.#current;
    if (started.stopped || started.child.exitCode === 130) {
      this.#progress({ ...last, stage: 'stopped', message: 'Stopped. Nothing was changed.', etaSeconds: null }, null);
      return;
    }
    const reason = /^repotune(?: tune)?: (.+)$/m.exec(words)?.[1] ?? words.trim().split('\n').at(-1);
    const message = reason || `The run ended with exit code ${started.child.exitCode}.`;
    this.#progress({ ...last, stage: 'failed', message, etaSeconds: null }, null);
    this.#events.onFailure(message);
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
    ...(options.continueFrom === undefined ? [] : ['--continue', options.continueFrom]),
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
