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
/** Other work on the machine only ever adds time: the least of some tries counts. */
const mostTries = 5;

/** Why `search` takes too long with texts that `fill` writes to any length; null where it does not. */
export async function excessOf(search: Search, fill: (length: number) => string): Promise<string | null> {
  for (const length of first) {
    const timed = new Timed(search, fill(length));
    const excess = await lasting([timed], () => slowness(timed));
    if (excess !== null) return excess;
  }
  const [shorter, longer] = [new Timed(search, fill(longest / factor)), new Timed(search, fill(longest))];
  return lasting([shorter, longer], () => slowness(shorter) ?? slowness(longer) ?? growth(shorter, longer));
}

/** What `excess` says after each of some tries. */
async function lasting(all: readonly Timed[], excess: () => string | null): Promise<string | null> {
  let why: string | null = null;
  for (let tries = 0; tries < mostTries; tries++) {
    for (const timed of all) await timed.again();
    why = excess();
    if (why === null) return null;
  }
  return why;
}

/** The least CPU time of some runs, in milliseconds. */
class Timed {
  ms = Number.POSITIVE_INFINITY;
  readonly text: string;
  readonly #search: Search;

  constructor(search: Search, text: string) {
    this.#search = search;
    this.text = text;
  }

  async again(): Promise<void> {
    const started = process.cpuUsage();
    await this.#search(this.text);
    const { user, system } = process.cpuUsage(started);
    this.ms = Math.min(this.ms, (user + system) / 1000);
  }
}

function slowness({ ms, text: { length } }: Timed): string | null {
  const most = passMs(length + alwaysUnits) * mostPasses;
  return ms <= most ? null : `${length} characters take ${said(ms)}, and ${mostPasses} passes ${said(most)}`;
}

function growth(shorter: Timed, longer: Timed): string | null {
  if (longer.ms < passMs(longest) * leastPasses || longer.ms <= shorter.ms * mostGrowth) return null;
  return `${shorter.text.length} characters take ${said(shorter.ms)}, and ${factor} times as many ${said(longer.ms)}`;
}

function said(ms: number): string {
  return `${ms.toFixed(2)} ms of CPU`;
}

/** What one plain pass takes, in milliseconds. */
function passMs(length: number): number {
  msPerUnit ??= calibrated();
  return length * msPerUnit;
}

let msPerUnit: number | undefined;

function calibrated(): number {
  const text = 'const row = table.find(id); // by its id\n'.repeat(50_000);
  let least = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let tries = 0; tries < 10; tries++) {
    const started = process.cpuUsage();
    for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
    const { user, system } = process.cpuUsage(started);
    least = Math.min(least, user + system);
  }
  // The sum is used, so that no compiler leaves the passes out.
  return (sum === 0.5 ? 0 : least) / 1000 / text.length;
}
