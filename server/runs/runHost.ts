/** The run's end of the socket: reports progress to everyone connected, and lets them stop, pause and hold it. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Brake } from '../engine/brake.ts';
import type { TuneProgress, TuneResult } from '../protocol/tune.ts';
import { ownPath } from '../storage/lock.ts';
import { type ScratchFolder, scratchFolder } from '../storage/scratch.ts';
import { writeAside } from '../storage/writeAside.ts';
import { type FromRun, lines, type PauseReason, runFile, toRun } from './runMessages.ts';
import { KeptEnd } from './unseenEnd.ts';

/** Time for a window to find the run that it has started, or to reconnect after a reload. */
const ALONE_MS = 15_000;
/** A follower that does not read is dropped rather than buffered without limit. */
const MOST_UNREAD_BYTES = 4 * 2 ** 20;
/** Time for followers to read the last message: one that is suspended would never let the run's process end. */
const GOODBYE_MS = 5000;

interface RunHostOptions {
  readonly pausable?: boolean;
  readonly needsFollower?: boolean;
  readonly run?: TuneProgress;
}

export class RunHost {
  readonly #server: Server;
  readonly #storeDir: string;
  /** The folder that contains the socket; null for a pipe. */
  readonly #folder: ScratchFolder | null;
  readonly #brake: Brake;
  readonly #stop: (toMakeWay: boolean) => void;
  readonly #pausable: boolean;
  readonly #needsFollower: boolean;
  readonly #connected = new Set<Socket>();
  /** Those that have written: on Windows every user of the machine may read a pipe, but only its owner may write to it. */
  readonly #followers = new Set<Socket>();
  #alone: NodeJS.Timeout | null = null;
  readonly #paused = new Set<PauseReason>();
  #progress: TuneProgress | null = null;
  #end: KeptEnd | null = null;

  /**
   * Opens the socket and records its address: in a temporary folder, as its path must be short; a pipe on Windows. The caller must hold the
   * folder's tune lock. `pausable`: whether a user's pause stops anything; on a cluster it does not. `needsFollower`: the run ends when
   * nobody has followed it for a while, since nobody could hold it then. `run`: as it begins; if it fails with nobody following, that is kept
   * until a window tells it.
   */
  static async open(
    storeDir: string,
    brake: Brake,
    stop: (toMakeWay: boolean) => void,
    { pausable = true, needsFollower = false, run }: RunHostOptions = {},
  ): Promise<RunHost> {
    const folder = process.platform === 'win32' ? null : await scratchFolder('run');
    const address = folder === null ? `\\\\.\\pipe\\repotune-run-${randomUUID()}` : join(folder.dir, 'socket');
    const host = new RunHost(storeDir, folder, brake, stop, pausable, needsFollower);
    try {
      await new Promise<void>((resolve, reject) => {
        // It stays: a later error, when no file can be opened any more, costs a follower and not the run.
        host.#server.on('error', reject);
        host.#server.listen(address, resolve);
      });
      await writeAside(
        runFile(storeDir),
        JSON.stringify({ pid: process.pid, address, store: await ownPath(storeDir) }),
      );
    } catch (error) {
      // A listening socket would keep the process alive.
      host.#server.close();
      await folder?.remove();
      throw error;
    }
    if (run === undefined) return host;
    host.progress(run);
    // Nobody waits for the end of a run that nobody asked for.
    if (!needsFollower) host.#end = await KeptEnd.begin(storeDir, run).catch(() => null);
    return host;
  }

  private constructor(
    storeDir: string,
    folder: ScratchFolder | null,
    brake: Brake,
    stop: (toMakeWay: boolean) => void,
    pausable: boolean,
    needsFollower: boolean,
  ) {
    this.#storeDir = storeDir;
    this.#folder = folder;
    this.#brake = brake;
    this.#stop = stop;
    this.#pausable = pausable;
    this.#needsFollower = needsFollower;
    this.#countFollowers();
    this.#server = createServer((socket) => this.#accept(socket));
  }

  progress(progress: TuneProgress): void {
    this.#progress = progress;
    this.#tell();
  }

  result(result: TuneResult): void {
    this.#send({ kind: 'result', result });
  }

  failure(message: string): void {
    this.#send({ kind: 'failure', message });
  }

  pause(reason: PauseReason, on: boolean): void {
    if (!this.#pausable || on === this.#paused.has(reason)) return;
    if (on) this.#paused.add(reason);
    else this.#paused.delete(reason);
    this.#brake.set(reason, on);
    this.#tell();
  }

  /** Removes the record of its address. To be called while the tune lock is held: afterwards the record may be another run's. */
  async unlist(): Promise<void> {
    // One left behind is harmless: nobody answers at its address.
    await rm(runFile(this.#storeDir), { force: true }).catch(() => {});
  }

  /** Call after the last message: waits until it has been sent. `sessionEnded`: the run has not, of itself. */
  async close(sessionEnded = false): Promise<void> {
    await this.#settleEnd(sessionEnded).catch(() => {});
    if (this.#alone !== null) clearTimeout(this.#alone);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#connected) socket.end();
    const enough = setTimeout(() => {
      for (const socket of this.#connected) socket.destroy();
    }, GOODBYE_MS);
    await closed;
    clearTimeout(enough);
    await this.#folder?.remove();
  }

  async #settleEnd(sessionEnded: boolean): Promise<void> {
    const [end, last] = [this.#end, this.#progress];
    this.#end = null;
    // A terminal says it as well. At a session's end, those who follow end too.
    const isSeen = this.#followers.size > 0 || process.stderr.isTTY;
    if (sessionEnded) await end?.leave();
    else if (last?.stage === 'failed' && !isSeen) await end?.keep(last);
    else await end?.forget();
  }

  #accept(socket: Socket): void {
    this.#connected.add(socket);
    const receive = lines(toRun, (message) => {
      if (!this.#followers.has(socket)) this.#follow(socket);
      if (message.kind === 'stop') this.#stop(message.toMakeWay ?? false);
      else if (message.kind === 'pause') this.pause('user', message.paused);
      else if (message.kind === 'hold') this.#brake.set(socket, message.held);
    });
    socket.setEncoding('utf8').on('data', receive);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#connected.delete(socket);
      this.#followers.delete(socket);
      this.#brake.set(socket, false);
      this.#countFollowers();
    });
  }

  #follow(socket: Socket): void {
    this.#followers.add(socket);
    this.#countFollowers();
    this.#tell([socket]);
  }

  #countFollowers(): void {
    if (this.#alone !== null) clearTimeout(this.#alone);
    const isAlone = this.#needsFollower && this.#followers.size === 0;
    this.#alone = isAlone ? setTimeout(() => this.#stop(false), ALONE_MS) : null;
    this.#alone?.unref();
  }

  #tell(sockets: Iterable<Socket> = this.#followers): void {
    if (this.#progress === null) return;
    const [paused = null] = this.#paused;
    this.#send({ kind: 'progress', progress: this.#progress, paused }, sockets);
  }

  #send(message: FromRun, sockets: Iterable<Socket> = this.#followers): void {
    const text = `${JSON.stringify(message)}\n`;
    for (const socket of sockets) {
      if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy();
      else socket.write(text);
    }
  }
}
