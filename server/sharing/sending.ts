/**
 * Pushes, and watches what moves: a remote whose hook sleeps would hold up all sharing, and one that only talks moves nothing either. git
 * tells how much of its pack it has handed over.
 */
import { ShareError } from './errors.ts';
import { STILL_SECONDS } from './limits.ts';
import type { PrivateRepository } from './privateRepository.ts';

/** A person who looks on wonders by then. */
const TELL_SECONDS = 8;
const LOOK_MS = 250;

/** The remote's own lines begin with `remote: `. */
const WRITTEN = /^Writing objects: .*?, ([\d.]+) (bytes|KiB|MiB|GiB)/;
const BYTES: Readonly<Record<string, number>> = { bytes: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const MOST_LINE = 200;

/** What is known of one push from git's words about it. */
export class Sending {
  sentBytes = 0;
  readonly #begunMs: number;
  #movedMs: number;
  #line = '';

  constructor(nowMs: number) {
    this.#begunMs = nowMs;
    this.#movedMs = nowMs;
  }

  /** Takes the next piece of git's stderr. Answers whether more has been sent. */
  heard(words: string, nowMs: number): boolean {
    const lines = `${this.#line}${words}`.split(/[\r\n]/);
    this.#line = lines.pop()!.slice(0, MOST_LINE);
    const before = this.sentBytes;
    for (const line of lines) {
      const [, count, unit = ''] = WRITTEN.exec(line) ?? [];
      if (count !== undefined) this.sentBytes = Math.max(this.sentBytes, Math.round(Number(count) * BYTES[unit]!));
    }
    if (this.sentBytes === before) return false;
    this.#movedMs = nowMs;
    return true;
  }

  stillSeconds(nowMs: number): number {
    return (nowMs - this.#movedMs) / 1000;
  }

  /**
   * How long nothing may move. Buffers between git and a slow network take megabytes at once, which are still on their way when nothing is
   * left to hand over: as long again as all before.
   */
  get mostSeconds(): number {
    return STILL_SECONDS + (this.#movedMs - this.#begunMs) / 1000;
  }
}

/** `git push` with these arguments. @throws {ShareError} if nothing has moved for minutes */
export async function send(
  repository: PrivateRepository,
  args: readonly string[],
  onSent: (bytes: number) => void,
): Promise<void> {
  const stop = new AbortController();
  const sending = new Sending(performance.now());
  let tellSeconds = TELL_SECONDS;
  const watch = setInterval(() => {
    const still = sending.stillSeconds(performance.now());
    if (still < TELL_SECONDS) tellSeconds = TELL_SECONDS;
    if (still >= tellSeconds) {
      repository.onWait(
        `The remote has taken no data for ${Math.round(still)} seconds. Waiting for ${Math.round(sending.mostSeconds)} at most.`,
      );
      tellSeconds *= 2;
    }
    if (still > sending.mostSeconds) stop.abort();
  }, LOOK_MS);
  const hear = (words: string): void => {
    if (sending.heard(words, performance.now())) onSent(sending.sentBytes);
  };
  try {
    await repository.abortable(stop.signal).runHeard(hear, 'push', '--progress', ...args);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new ShareError(
      'unreachable',
      `The remote has taken no data for ${Math.round(sending.mostSeconds)} seconds, so the upload was given up. Check the network and try again, or ask whoever runs the remote what it waits for. What has arrived there is not sent again.`,
      { cause: error },
    );
  } finally {
    clearInterval(watch);
  }
}
