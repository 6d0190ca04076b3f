/**
 * Checks that a search takes linear time. CPU time is compared with that of plain passes over texts in the same process, and with its own
 * at an eighth of the length: neither depends on the machine's speed or load.
 */
type Search = (text: string) => unknown;

/** The longest text that mining reads, UTF-16 units. */
const longest = 512 * 1024;
const factor = 8;
/** A search that is far too slow shows it here, and is not run on longer texts. */
const first = [1024, 8 * 1024];
/** Allowed cost of a search in plain passes over its text; ordinary source costs about fifteen. */
const mostPasses = 1_000;
/** Plus the cost of a text of this length: code is slow in its first runs. */
const alwaysUnits = 32_000;
/** With fewer passes, time says nothing about growth. */
const leastPasses = 20;
/** At 8 times the length, linear work takes 8 times as long, quadratic work 64 times. */
const mostGrowth = 24;
/** Other load only ever adds time: a search is too slow if it is in every one of several tries. */
const mostTries = 5;

/** Time spent so far, in milliseconds, and the time of a plain pass per UTF-16 unit, which `again` remeasures. */
export interface Meter {
  spentMs(): number;
  readonly msPerUnit: number;
  again?(): void;
}

/** Why `search` takes too long on texts that `fill` makes in any length; null if it does not. */
export async function excessOf(
  search: Search,
  fill: (length: number) => string,
  meter: Meter = thread,
): Promise<string | null> {
  for (const length of first) {
    const timed = new Timed(search, fill(length), meter);
    const excess = await lasting(meter, async () => {
      await timed.again();
      return slowness(timed);
    });
    if (excess !== null) return excess;
  }
  const [shorter, longer] = [new Timed(search, fill(longest / factor), meter), new Timed(search, fill(longest), meter)];
  return await lasting(meter, async (tries) => {
    // Longer runs are disturbed more: after a failed try, compare the same amount of time for both.
    const runs = tries === 0 ? 1 : factor;
    let shorterMs = 0;
    for (let run = 0; run < runs; run++) shorterMs += (await shorter.again()) / runs;
    const longerMs = await longer.again();
    return slowness(shorter) ?? slowness(longer) ?? growth(shorterMs, longerMs, meter);
  });
}

/** The result of `excess` if it lasts over several tries. */
async function lasting(meter: Meter, excess: (tries: number) => Promise<string | null>): Promise<string | null> {
  let why: string | null = null;
  for (let tries = 0; tries < mostTries; tries++) {
    // Other load by now slows plain passes too.
    if (tries > 0) meter.again?.();
    why = await excess(tries);
    if (why === null) return null;
  }
  return why;
}

/** The least time of several runs, in milliseconds. */
class Timed {
  ms = Number.POSITIVE_INFINITY;
  readonly text: string;
  readonly meter: Meter;
  readonly #search: Search;

  constructor(search: Search, text: string, meter: Meter) {
    this.#search = search;
    this.text = text;
    this.meter = meter;
  }

  /** Time of this run. */
  async again(): Promise<number> {
    const before = this.meter.spentMs();
    await this.#search(this.text);
    const ms = this.meter.spentMs() - before;
    this.ms = Math.min(this.ms, ms);
    return ms;
  }
}

function slowness({ ms, text: { length }, meter }: Timed): string | null {
  const most = (length + alwaysUnits) * meter.msPerUnit * mostPasses;
  return ms <= most ? null : `${length} characters take ${said(ms)}, and ${mostPasses} passes ${said(most)}`;
}

function growth(shorterMs: number, longerMs: number, { msPerUnit }: Meter): string | null {
  if (longerMs < longest * msPerUnit * leastPasses || longerMs <= shorterMs * mostGrowth) return null;
  return `${longest / factor} characters take ${said(shorterMs)}, and ${factor} times as many ${said(longerMs)}`;
}

function said(ms: number): string {
  return `${ms.toFixed(2)} ms of CPU`;
}

/** Of this thread alone: garbage collection and compilation on other threads are slowed by other load, not by the text. */
const thread: Meter = {
  spentMs() {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  },
  get msPerUnit() {
    calibratedMs ??= calibrated();
    return calibratedMs;
  },
  again() {
    calibratedMs = calibrated();
  },
};

let calibratedMs: number | undefined;

/** The system counts a thread's time in ticks of up to 10 ms: timed work must last for several. */
const leastTimedMs = 50;

function calibrated(): number {
  const text = 'const row = table.find(id); // by its id\n'.repeat(50_000);
  let least = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let tries = 0; tries < 5; tries++) {
    const before = thread.spentMs();
    let passes = 0;
    let ms = 0;
    for (; ms < leastTimedMs; passes++) {
      for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
      ms = thread.spentMs() - before;
    }
    least = Math.min(least, ms / passes);
  }
  // Use the sum, so that no compiler removes the passes.
  return (sum === 0.5 ? 0 : least) / text.length;
}
