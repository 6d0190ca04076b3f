/** When to read ahead: while nothing is asked, around the last request's place, where the cursor rests, or in a file just opened. */
import { codeOf } from '../engine/errorCodes.ts';
import type { CompletionTarget, Serving } from './generate.ts';
import { type Leave, ReadyAdapters, readAround, readAt, readBeginning } from './readAhead.ts';

export interface ReaderDependencies {
  /** Whether there is time and power for unrequested work. */
  isWelcome(): boolean;
  nowMs(): number;
  onError(error: unknown): void;
}

interface Wish {
  /** False: it ended early. */
  readonly read: (leave: Leave) => Promise<boolean>;
  /** Of no use after the next key, whose answer says what is left to read. */
  readonly untilKey: boolean;
}

/** Somebody who wrote elsewhere a moment ago will return there: a file only looked at must not evict what was read for it. */
const BUSY_MS = 10_000;
/** A cursor put elsewhere says more. */
export const BUSY_BEFORE_REST_MS = 2000;

export class Reader {
  readonly #dependencies: ReaderDependencies;
  #reading: AbortController | null = null;
  /** What to read next; resumed after a key until it is done. */
  #wanted: Wish | null = null;
  /** Reads the beginning of the file opened last; null once it is read. */
  #opened: { readonly text: string; readonly read: Wish['read'] } | null = null;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  readonly #ready = new ReadyAdapters();

  constructor(dependencies: ReaderDependencies) {
    this.#dependencies = dependencies;
  }

  /** An answer came from a shortened prompt; `goOn` starts reading the rest. */
  want(target: CompletionTarget, serving: Serving, freshTokens: number): void {
    this.#wanted = { read: (leave) => readAround(target, serving, freshTokens, leave), untilKey: false };
  }

  async opened(target: CompletionTarget, serving: Serving, freshTokens: number): Promise<void> {
    if (this.#idleMs < BUSY_MS) return;
    const read: Wish['read'] = (leave) => readBeginning(target, serving, freshTokens, this.#ready, leave);
    this.#opened = { text: target.text, read };
    this.#wanted = { read: (leave) => this.#readOpened(leave), untilKey: false };
    await this.goOn();
  }

  /** How long until somebody who typed counts as having left, if no key comes until then; 0 by now. */
  get leavesInMs(): number {
    return Math.max(0, BUSY_BEFORE_REST_MS - this.#idleMs);
  }

  /** Whether a place where the cursor rests would be read now. */
  get maySeeRest(): boolean {
    return this.leavesInMs === 0 && this.#dependencies.isWelcome();
  }

  /** The cursor rests at a place where nothing was asked. */
  async rested(target: CompletionTarget, serving: Serving, freshTokens: number): Promise<void> {
    if (!this.maySeeRest) return;
    this.#reading?.abort();
    this.#reading = null;
    const read = async (leave: Leave): Promise<boolean> => {
      if (!(await readAt(target, serving, freshTokens, this.#ready, leave))) return false;
      return this.#opened?.text !== target.text || (await this.#readOpened(leave));
    };
    this.#wanted = { read, untilKey: true };
    await this.goOn();
  }

  async #readOpened(leave: Leave): Promise<boolean> {
    const opened = this.#opened;
    const done = opened === null || (await opened.read(leave));
    if (done && this.#opened === opened) this.#opened = null;
    return done;
  }

  /** Since the last key. */
  get #idleMs(): number {
    return this.#dependencies.nowMs() - this.#askedAtMs;
  }

  /** A request is made with this adapter, which is ready from then on. */
  asked(serving: Serving): void {
    this.#ready.asked(serving);
  }

  /** A key came. */
  stop(): void {
    this.#askedAtMs = this.#dependencies.nowMs();
    this.#reading?.abort();
    this.#reading = null;
    if (this.#wanted?.untilKey) this.#wanted = null;
  }

  /** What was to be read is no longer of use. */
  forget(): void {
    this.stop();
    this.#wanted = null;
    this.#opened = null;
  }

  /** The engine is idle. */
  async goOn(): Promise<void> {
    const wanted = this.#wanted;
    const { isWelcome, onError } = this.#dependencies;
    if (wanted === null || this.#reading !== null || !isWelcome()) return;
    const mine = new AbortController();
    this.#reading = mine;
    try {
      const done = await wanted.read({ signal: mine.signal, isWelcome });
      if (done && this.#wanted === wanted) this.#wanted = null;
    } catch (error) {
      // Whoever aborted it may have closed the engine, too.
      if (mine.signal.aborted) return;
      this.#wanted = null;
      // Another base or device was chosen since: what was to be read was for the engine before.
      if (codeOf(error) !== 'closed') onError(error);
    } finally {
      if (this.#reading === mine) this.#reading = null;
    }
  }
}
