import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../common/messageOf.ts';
import { fileProblem } from '../../storage/fileErrors.ts';
import { codeOf } from '../errorCodes.ts';
import { EngineError } from '../errors.ts';

/** For a disk that is full when training ends: how long there may be made room, and how often that is tried. */
const ROOM_MINUTES = 10;
const TRY_EVERY_MS = 5000;

/** What a run writes. A disk that is full now may have room later, and until then the weights are in memory. */
export class Writing {
  readonly #folder: string;
  readonly #tell: (message: string) => void;
  readonly #wait: (ms: number) => Promise<unknown>;
  #failing = false;

  /** `folder`: where all is written. */
  constructor(folder: string, tell: (message: string) => void, wait: (ms: number) => Promise<unknown> = sleep) {
    this.#folder = folder;
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
      if (!this.#failing)
        this.#tell(`${messageOf(error)} Training goes on, and writes again later: make room before it ends.`);
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
        if (!isOfDisk(error) || waitedMs >= ROOM_MINUTES * 60_000) throw error;
        if (waitedMs === 0) this.#tell(`${messageOf(error)} Make room: it is tried again for ${ROOM_MINUTES} minutes.`);
        await this.#wait(TRY_EVERY_MS);
      }
    }
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
