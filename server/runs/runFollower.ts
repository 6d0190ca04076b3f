/** Finds a folder's run, wherever it was started, and follows it to its end. */
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import { isRunning, type TuneProgress, type TuneResult } from '../protocol/tune.ts';
import { isBeating, ownPath } from '../storage/lock.ts';
import { readBounded } from '../storage/readBounded.ts';
import { tuneLockOf } from './leftovers.ts';
import { fromRun, lines, type PauseReason, runFile, runFileName, runRecord, type ToRun } from './runMessages.ts';
import { asKilled } from './unseenEnd.ts';

const MOST_RECORD_BYTES = 16 * 1024;
/** Polling interval where nothing can be watched: the folder does not exist yet, or the system's watch limit is reached. */
const LOOK_AGAIN_MS = 2000;

export interface RunEvents {
  onProgress(progress: TuneProgress, paused: PauseReason | null): void;
  onResult(result: TuneResult): void;
  /** One message for the user. */
  onFailure(message: string): void;
  /** The connection to a run has ended, after all that was told. */
  onGone?(): void;
}

export class RunFollower {
  readonly #storeDir: string;
  readonly #events: RunEvents;
  readonly #lookAgainMs: number;
  #watchers: FSWatcher[] = [];
  #again: NodeJS.Timeout | undefined;
  #socket: Socket | null = null;
  #looking = false;
  #asked = false;
  #disposed = false;

  constructor(storeDir: string, events: RunEvents, lookAgainMs = LOOK_AGAIN_MS) {
    this.#storeDir = storeDir;
    this.#events = events;
    this.#lookAgainMs = lookAgainMs;
  }

  /** Whether a run is being followed now. */
  get connected(): boolean {
    return this.#socket !== null;
  }

  /** Looks for a run now and whenever one begins. */
  async start(): Promise<void> {
    this.#watch();
    await this.look();
  }

  /** Connects to this folder's run, if there is one that is not followed yet. */
  async look(): Promise<void> {
    this.#asked = true;
    if (this.#looking) return;
    this.#looking = true;
    try {
      // Loops so that a run that begins while another's record is being read is found too.
      while (this.#asked && this.#socket === null && !this.#disposed) {
        this.#asked = false;
        const address = await readAddress(this.#storeDir);
        if (address !== null && !this.#disposed) await this.#connect(address);
      }
    } finally {
      this.#looking = false;
    }
  }

  send(message: ToRun): void {
    this.#socket?.write(`${JSON.stringify(message)}\n`);
  }

  dispose(): void {
    this.#disposed = true;
    this.#unwatch();
    this.#socket?.destroy();
    this.#socket = null;
  }

  /** If the store does not exist yet, its parent tells when it appears. Where neither can be watched, tries again later. */
  #watch(): void {
    this.#unwatch();
    if (this.#disposed) return;
    const again = (): void => {
      this.#watch();
      void this.look();
    };
    const on = (folder: string, name: string, found: () => void): boolean => {
      try {
        const watcher = watch(folder, { persistent: false }, (_, changed) => {
          if (changed === null || changed === name) found();
          // The folder itself was moved or deleted: whatever has its name now is another.
          else if (changed === basename(folder)) again();
        });
        watcher.on('error', () => this.#tryAgain(again));
        this.#watchers.push(watcher);
        return true;
      } catch {
        return false;
      }
    };
    if (on(this.#storeDir, runFileName, () => void this.look())) return;
    if (!on(dirname(this.#storeDir), basename(this.#storeDir), again)) this.#tryAgain(again);
  }

  #tryAgain(again: () => void): void {
    this.#unwatch();
    if (!this.#disposed) this.#again = setTimeout(again, this.#lookAgainMs).unref();
  }

  #unwatch(): void {
    clearTimeout(this.#again);
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  #connect(address: string): Promise<void> {
    return new Promise((resolve) => {
      let last: TuneProgress | null = null;
      let ended = false;
      const socket = connect(address);
      const receive = lines(fromRun, (message) => {
        if (message.kind === 'progress') {
          last = message.progress;
          // Not every run that is done has a result to tell.
          ended ||= !isRunning(message.progress);
          this.#events.onProgress(message.progress, message.paused);
        } else {
          ended = true;
          if (message.kind === 'result') this.#events.onResult(message.result);
          else this.#events.onFailure(message.message);
        }
      });
      socket.setEncoding('utf8').on('data', receive);
      socket.on('connect', () => {
        if (this.#disposed) {
          socket.destroy();
          return;
        }
        this.#socket = socket;
        this.send({ kind: 'follow' });
        resolve();
      });
      // A killed run leaves its record behind, with nobody listening.
      socket.on('error', () => socket.destroy());
      socket.on('close', async () => {
        resolve();
        if (this.#socket !== socket) return;
        const killed = ended || last === null ? null : await this.#leftOf(last);
        if (this.#disposed) return;
        this.#socket = null;
        if (killed !== null) {
          this.#events.onProgress(killed, null);
          this.#events.onFailure(killed.message);
        }
        this.#events.onGone?.();
        // Another may have begun before this connection ended.
        void this.look();
      });
    });
  }

  async #leftOf(killed: TuneProgress): Promise<TuneProgress> {
    const { versionOfRun } = await import('./versionOfRun.ts');
    return asKilled(killed, await versionOfRun(this.#storeDir, killed.runId));
  }
}

/** null without a run. A record copied from elsewhere (a copied .git) must not connect us to another store's socket. */
async function readAddress(storeDir: string): Promise<string | null> {
  try {
    const { address, store } = runRecord.parse(JSON.parse(await readBounded(runFile(storeDir), MOST_RECORD_BYTES)));
    // Either moved during a run, or copied: then the run is the original's.
    if (store !== (await ownPath(storeDir)) && !(await isBeating(tuneLockOf(storeDir)))) return null;
    if (process.platform === 'win32') return /^\\\\\.\\pipe\\repotune-run-[\w-]+$/.test(address) ? address : null;
    const { uid } = await stat(dirname(address));
    return /\/repotune-run-\w+\/socket$/.test(address) && uid === process.getuid?.() ? address : null;
  } catch {
    return null;
  }
}
