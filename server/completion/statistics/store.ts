/** Counts per day, and how a person leans, in one small file of the user's data folder. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { NO_LATENCIES } from '../../protocol/latencies.ts';
import { addCounts, type DayCounts, NO_COUNTS, ZEROS } from '../../protocol/statistics.ts';
import { withLock } from '../../storage/lock.ts';
import { readBounded } from '../../storage/readBounded.ts';
import { writeAside } from '../../storage/writeAside.ts';
import { type LeanState, MOST_LEAN, moved, type Outcome, PRIOR, UNKNOWN } from './lean.ts';

const count = z.number().nonnegative();
const dayCounts = z.object({
  ...(Object.fromEntries(Object.keys(ZEROS).map((key) => [key, count.default(0)])) as Record<
    keyof typeof ZEROS,
    z.ZodDefault<typeof count>
  >),
  // Another number of buckets is another version's: its days lose their percentiles, nothing else.
  latencies: z
    .array(count)
    .length(NO_LATENCIES.length)
    .catch([...NO_LATENCIES]),
});
const lean = z.object({
  logOdds: z.number().min(-MOST_LEAN).max(MOST_LEAN),
  weight: z.number().min(PRIOR),
});
const fileSchema = z.object({
  days: z.record(z.string().regex(/^\d{4}-\d\d-\d\d$/), dayCounts),
  leans: z.object({ base: lean, adapter: lean }).catch(UNKNOWN),
});

interface Contents {
  readonly days: Map<string, DayCounts>;
  readonly leans: LeanState;
}

/** Older days say little about now. */
const MOST_DAYS = 90;
const WRITE_AFTER_MS = 10_000;
const MOST_BYTES = 2 ** 20;

export class StatisticsStore {
  readonly #path: string;
  readonly #today: () => string;
  /** Not yet in the file, which other windows write to as well. */
  #pending: { readonly day: string; readonly counts: Partial<DayCounts> }[] = [];
  #outcomes: Outcome[] = [];
  #timer: NodeJS.Timeout | null = null;

  /** `today` as YYYY-MM-DD. */
  constructor(path: string, today: () => string) {
    this.#path = path;
    this.#today = today;
  }

  add(counts: Partial<DayCounts>): void {
    this.#pending.push({ day: this.#today(), counts });
    this.#flushLater();
  }

  /** Moves the lean of its writer. */
  came(outcome: Outcome): void {
    this.#outcomes.push(outcome);
    this.#flushLater();
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), WRITE_AFTER_MS).unref();
  }

  /** Counts by day, oldest first. */
  async days(): Promise<ReadonlyMap<string, DayCounts>> {
    return this.#withPending(await this.#read()).days;
  }

  async leans(): Promise<LeanState> {
    return this.#withPending(await this.#read()).leans;
  }

  #withPending({ days, leans }: Contents): Contents {
    for (const { day, counts } of this.#pending) days.set(day, addCounts(days.get(day) ?? NO_COUNTS, counts));
    return {
      days: new Map([...days].sort(([a], [b]) => (a < b ? -1 : 1)).slice(-MOST_DAYS)),
      leans: this.#outcomes.reduce(moved, leans),
    };
  }

  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#pending.length + this.#outcomes.length === 0) return;
    await mkdir(dirname(this.#path), { recursive: true });
    // From reading to writing alone among all windows: whoever reads in between would lose what another wrote.
    await withLock(`${this.#path}.lock`, 'counting suggestions', async () => {
      const inFile = await this.#read();
      // What is added while it is written waits for the next time.
      const [taken, came] = [this.#pending.length, this.#outcomes.length];
      const { days, leans } = this.#withPending(inFile);
      await writeAside(this.#path, `${JSON.stringify({ leans, days: Object.fromEntries(days) }, null, 2)}\n`);
      this.#pending = this.#pending.slice(taken);
      this.#outcomes = this.#outcomes.slice(came);
    });
  }

  /** A file that is missing or damaged starts the counts anew: they are worth less than a working editor. */
  async #read(): Promise<Contents> {
    try {
      const { days, leans } = fileSchema.parse(JSON.parse(await readBounded(this.#path, MOST_BYTES)));
      return { days: new Map(Object.entries(days)), leans };
    } catch {
      return { days: new Map(), leans: UNKNOWN };
    }
  }
}
