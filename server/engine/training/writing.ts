import { constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../common/messageOf.ts';
import { fileProblem } from '../../storage/fileErrors.ts';
import { allowed } from '../../system/allowed.ts';
import { codeOf } from '../errorCodes.ts';
import { EngineError } from '../errors.ts';

/** For a disk that is full when training ends: how long there may be made room, and how often that is tried. */
const ROOM_MINUTES = 10;
const TRY_EVERY_MS = 5000;

/** What a run writes. A disk that is full or read-only now may not be later, and until then the weights are in memory. */
export class Writing {
  readonly #folder: string;
  readonly #mayWrite: (path: string) => boolean;
  readonly #tell: (message: string) => void;
  readonly #wait: (ms: number) => Promise<unknown>;
  #failing = false;

  /** `folder`: where all is written. */
  constructor(
    folder: string,
    tell: (message: string) => void,
    wait: (ms: number) => Promise<unknown> = sleep,
    mayWrite = (path: string): boolean => allowed(path, constants.W_OK),
  ) {
    this.#folder = folder;
    this.#mayWrite = mayWrite;
    this.#tell = tell;
    this.#wait = wait;
  }

  /** What `write` returns; null if the disk refused it, which is told once, and left to the next time. Rejects with any other error. */
  async attempt<T>(write: () => Promise<T>): Promise<T | null> {
    try {
      const result = await write();
      this.#failing = false;
      return result;
    } catch (error) {
      await this.#requireFolder();
      if (!isOfDisk(error)) throw error;
      if (!this.#failing) {
        const { what, advice } = this.#problem(error);
        this.#tell(`${what} Training goes on, and writes again later: ${advice} before it ends.`);
      }
      this.#failing = true;
      return null;
    }
  }

  /** As `write`, which is what all the training was for: a disk that refuses it is given time. */
  async finish<T>(write: () => Promise<T>): Promise<T> {
    for (let waitedMs = 0; ; waitedMs += TRY_EVERY_MS) {
      try {
        return await write();
      } catch (error) {
        await this.#requireFolder();
        if (!isOfDisk(error)) throw error;
        if (waitedMs >= ROOM_MINUTES * 60_000) throw this.#isDenied(error) ? this.#denied(error) : error;
        const { what, advice } = this.#problem(error);
        if (waitedMs === 0) this.#tell(`${what} It is tried again for ${ROOM_MINUTES} minutes: ${advice}.`);
        await this.#wait(TRY_EVERY_MS);
      }
    }
  }

  #problem(error: unknown): { readonly what: string; readonly advice: string } {
    return this.#isDenied(error)
      ? { what: this.#denied(error).message, advice: 'make it writable' }
      : { what: messageOf(error), advice: 'make room' };
  }

  /** The addon says only that it could not write. */
  #isDenied(error: unknown): boolean {
    return fileProblem(error)?.kind === 'denied' || !this.#mayWrite(this.#folder);
  }

  #denied(cause: unknown): EngineError {
    return new EngineError('write-failed', `${this.#folder} cannot be written any more: it has become read-only.`, {
      cause,
    });
  }

  /** While the run holds its lock there, no disk is taken away in an orderly way: somebody deleted or moved the repository. */
  async #requireFolder(): Promise<void> {
    const isGone = await stat(this.#folder).then(
      () => false,
      ({ code }: NodeJS.ErrnoException) => code === 'ENOENT',
    );
    if (!isGone) return;
    const message = `The folder that the run writes to, ${this.#folder}, was moved or deleted meanwhile. Start the tune again where its repository is now.`;
    throw new EngineError('file-unreadable', message);
  }
}

function isOfDisk(error: unknown): boolean {
  return codeOf(error) === 'write-failed' || fileProblem(error) !== null;
}
