/**
 * Notices an engine process that will never answer: it hangs in a GPU's driver or in a native call. Silence alone does not show it, since a
 * slow machine is silent too. So a call that is silent for long is asked to stop where it is, which a working process does after one
 * operation of the model, and goes on from there. One that does not even stop hangs.
 */
const TICK_MS = 1000;
/** A longer gap between two ticks: the machine slept, or gave us no processor, and then probably the engine none either. */
const MOST_TICK_MS = 2 * TICK_MS;
/** The process of a weeks-old window must still be found to hang. */
const MOST_SLOWNESS = 16;

export interface WatchOptions {
  /** How long the call may be silent. Asked at every tick. */
  readonly patienceMs: () => number;
  /** Asks the call to stop where it is; absent if it cannot. */
  readonly interrupt?: () => void;
}

export class Watchdog {
  readonly #onHung: (silentMs: number) => void;
  readonly #nowMs: () => number;
  readonly #watches = new Set<Watch>();
  #timer: NodeJS.Timeout | null = null;
  #tickedMs = 0;
  #held = false;
  /** Doubled by every call that was answered after all: it was only slow. */
  #slowness = 1;

  /** `onHung` gets how long the process has been silent, the time in which it was asked to stop included. */
  constructor(onHung: (silentMs: number) => void, nowMs: () => number = () => performance.now()) {
    this.#onHung = onHung;
    this.#nowMs = nowMs;
  }

  watch(options: WatchOptions): Watch {
    const watch = new Watch(options, (onlySlow) => {
      this.#watches.delete(watch);
      if (onlySlow) this.#slowness = Math.min(2 * this.#slowness, MOST_SLOWNESS);
      if (this.#watches.size === 0) this.#stopTicking();
    });
    this.#watches.add(watch);
    this.#tickedMs = this.#timer === null ? this.#nowMs() : this.#tickedMs;
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
    return watch;
  }

  /** The process is suspended by us: its silence means nothing. */
  hold(held: boolean): void {
    this.#held = held;
  }

  #tick(): void {
    const nowMs = this.#nowMs();
    const passedMs = Math.min(nowMs - this.#tickedMs, MOST_TICK_MS);
    this.#tickedMs = nowMs;
    // In a debugger an engine stands still for as long as somebody looks at it.
    if (this.#held || process.env['REPOTUNE_INSPECT_ENGINE'] === '1') return;
    for (const watch of [...this.#watches]) {
      const silentMs = watch.hangsAfter(passedMs, this.#slowness);
      if (silentMs === null) continue;
      this.#watches.clear();
      this.#stopTicking();
      this.#onHung(silentMs);
      return;
    }
  }

  #stopTicking(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}

/** One call that is being waited for. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #onEnd: (onlySlow: boolean) => void;
  /** Since the last sign of life, and since it was asked to stop. */
  #silentMs = 0;
  #silentBeforeMs = 0;
  #stopping = false;
  #asked = false;

  constructor(options: WatchOptions, onEnd: (onlySlow: boolean) => void) {
    this.#options = options;
    this.#onEnd = onEnd;
  }

  /** It said something. */
  heard(): void {
    this.#silentMs = 0;
    this.#silentBeforeMs = 0;
  }

  /** Somebody asked it to stop. */
  stopping(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#silentBeforeMs = this.#silentMs;
    this.#silentMs = 0;
  }

  answered(): void {
    this.#onEnd(this.#asked);
  }

  /** It will not be answered. */
  abandon(): void {
    this.#onEnd(false);
  }

  /** How long it has been silent, if that means that the process hangs. */
  hangsAfter(passedMs: number, slowness: number): number | null {
    this.#silentMs += passedMs;
    if (this.#silentMs < this.#options.patienceMs() * slowness) return null;
    const { interrupt } = this.#options;
    if (this.#stopping || interrupt === undefined) return this.#silentBeforeMs + this.#silentMs;
    this.#asked = true;
    this.stopping();
    interrupt();
    return null;
  }
}
