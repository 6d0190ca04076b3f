/**
 * Whether the work of a search grows with its text and no faster. CPU time is compared with that of plain passes over texts in the
 * same process, and with its own at an eighth of the length: neither depends on how fast the machine is or what else it does.
 */
type Search = (text: string) => unknown;

/** The longest that mining reads, UTF-16 units. */
const longest = 512 * 1024;
const factor = 8;
/** A search that is far too slow shows it at once, and is not asked for more. */
const first = [1024, 8 * 1024];
/** A search may cost so many plain passes over its text, of which ordinary source costs about fifteen. */
const mostPasses = 1_000;
/** And what so long a text costs, whatever its length: code runs slowly the first times. */
const alwaysUnits = 32_000;
/** Below so many passes, time says nothing of growth. */
const leastPasses = 20;
/** Linear work is 8 times as long at 8 times the length, quadratic work 64 times. */
const mostGrowth = 24;
/** Other work on the machine only ever adds time: a search is too slow that is so in each of some tries. */
const mostTries = 5;

/** What was spent so far, in milliseconds, and what one plain pass takes for each UTF-16 unit, which `again` measures anew. */
export interface Meter {
  spentMs(): number;
  readonly msPerUnit: number;
  again?(): void;
}

/** Why `search` takes too long with texts that `fill` writes to any length; null where it does not. */
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
    // What takes longer is disturbed more: where it seemed too long, as much time is looked at of both.
    const runs = tries === 0 ? 1 : factor;
    let shorterMs = 0;
    for (let run = 0; run < runs; run++) shorterMs += (await shorter.again()) / runs;
    const longerMs = await longer.again();
    return slowness(shorter) ?? slowness(longer) ?? growth(shorterMs, longerMs, meter);
  });
}

/** What `excess` says after each of some tries. */
async function lasting(meter: Meter, excess: (tries: number) => Promise<string | null>): Promise<string | null> {
  let why: string | null = null;
  for (let tries = 0; tries < mostTries; tries++) {
    // Who shares the processor by now slows plain passes too.
    if (tries > 0) meter.again?.();
    why = await excess(tries);
    if (why === null) return null;
  }
  return why;
}

/** The least time of some runs, in milliseconds. */
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

  /** What this run took. */
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

/** Of this thread alone: what collects garbage and compiles beside it is slowed by others' work, not by the text. */
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

/** The system counts a thread's time in ticks of up to 10 ms: what is timed has to last for some of them. */
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
  // The sum is used, so that no compiler leaves the passes out.
  return (sum === 0.5 ? 0 : least) / text.length;
}
