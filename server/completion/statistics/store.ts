/** Counts per day and the person's leans, in one small file in the user's data folder. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { dayAt } from '../../common/calendar.ts';
import { type Cleared, clearedOf } from '../../common/cleared.ts';
import { NO_LATENCIES } from '../../protocol/latencies.ts';
import { addCounts, type DayCounts, NO_COUNTS, ZEROS } from '../../protocol/statistics.ts';
import { readKept } from '../../storage/keptFile.ts';
import { withLock } from '../../storage/lock.ts';
import { writeAside } from '../../storage/writeAside.ts';
import { type LeanState, MOST_LEAN, moved, type Outcome, PRIOR, UNKNOWN } from './lean.ts';

const count = z.number().nonnegative();
const dayCounts = z.object({
  ...(Object.fromEntries(Object.keys(ZEROS).map((key) => [key, count.default(0)])) as Record<
    keyof typeof ZEROS,
    z.ZodDefault<typeof count>
  >),
  // Another version's number of buckets: its days lose their percentiles, nothing else.
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
  days: z.record(z.iso.date(), dayCounts),
  leans: z.object({ base: lean, adapter: lean }).catch(UNKNOWN),
  clearedAtMs: count.catch(0),
});

interface Contents {
  readonly days: Map<string, DayCounts>;
  readonly leans: LeanState;
  /** When they were last cleared, for windows that still hold earlier counts; 0 for never. */
  readonly clearedAtMs: number;
}

/** Older days say little about now. */
const MOST_DAYS = 90;
const WRITE_AFTER_MS = 10_000;
const MOST_BYTES = 2 ** 20;

/** Not yet in the file, which other windows also write. `ofMs`: when the suggestion was offered. */
type Pending =
  | { readonly ofMs: number; readonly counts: Partial<DayCounts> }
  | { readonly ofMs: number; readonly outcome: Outcome };

export class StatisticsStore {
  readonly #path: string;
  readonly #nowMs: () => number;
  #pending: Pending[] = [];
  #timer: NodeJS.Timeout | null = null;

  /** `nowMs`: since the epoch, as other processes see it. */
  constructor(path: string, nowMs: () => number) {
    this.#path = path;
    this.#nowMs = nowMs;
  }

  /** Counts for a suggestion offered at `ofMs`: they belong to that day, and a later clear removes them. */
  add(counts: Partial<DayCounts>, ofMs: number): void {
    this.#pending.push({ ofMs, counts });
    this.#flushLater();
  }

  /** Updates the lean of its writer. */
  came(outcome: Outcome, ofMs: number): void {
    this.#pending.push({ ofMs, outcome });
    this.#flushLater();
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), WRITE_AFTER_MS).unref();
  }

  /** Counts by day, oldest first. */
  async days(): Promise<ReadonlyMap<string, DayCounts>> {
    return (await this.#known()).days;
  }

  async leans(): Promise<LeanState> {
    return (await this.#known()).leans;
  }

  #withPending({ days, leans: inFile, clearedAtMs }: Contents): Contents {
    let leans = inFile;
    // A clear in the future comes from a clock that was ahead.
    const since = clearedAtMs > this.#nowMs() ? 0 : clearedAtMs;
    for (const one of this.#pending) {
      if (one.ofMs <= since) continue;
      if ('outcome' in one) leans = moved(leans, one.outcome);
      else days.set(dayAt(one.ofMs), addCounts(days.get(dayAt(one.ofMs)) ?? NO_COUNTS, one.counts));
    }
    const newest = [...days].sort(([a], [b]) => (a < b ? -1 : 1)).slice(-MOST_DAYS);
    return { days: new Map(newest), leans, clearedAtMs };
  }

  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#pending.length === 0) return;
    await this.#alone('counting suggestions', async () => {
      const inFile = await this.#read();
      // What is added during the write waits for the next one.
      const taken = this.#pending.length;
      await this.#write(this.#withPending(inFile));
      this.#pending = this.#pending.slice(taken);
    });
  }

  /** Deletes the counts and the leans. The file keeps the time, so that other windows drop unwritten counts of earlier offers. */
  async clear(): Promise<Cleared> {
    return await this.#alone('clearing statistics', async () => {
      const { days } = this.#withPending(await this.#read());
      const clearedAtMs = this.#nowMs();
      await this.#write({ days: new Map(), leans: UNKNOWN, clearedAtMs });
      this.#pending = this.#pending.filter(({ ofMs }) => ofMs > clearedAtMs);
      return clearedOf([...days.values()]);
    });
  }

  /** Reads and writes under a lock across windows: a read in between would lose what another wrote. */
  async #alone<T>(purpose: string, work: () => Promise<T>): Promise<T> {
    await mkdir(dirname(this.#path), { recursive: true });
    return await withLock(`${this.#path}.lock`, purpose, work);
  }

  async #write({ days, leans, clearedAtMs }: Contents): Promise<void> {
    const contents = { clearedAtMs, leans, days: Object.fromEntries(days) };
    await writeAside(this.#path, `${JSON.stringify(contents, null, 2)}\n`);
  }

  /** With a missing or damaged file the counts start over: they are worth less than a working editor. @throws as `readKept` */
  async #read(): Promise<Contents> {
    const file = await readKept(this.#path, MOST_BYTES, fileSchema);
    if (file === null) return NOTHING();
    const { days, ...rest } = file;
    return { days: new Map(Object.entries(days)), ...rest };
  }

  /** For display: nothing if the file cannot be read for now. */
  async #known(): Promise<Contents> {
    return this.#withPending(await this.#read().catch(NOTHING));
  }
}

const NOTHING = (): Contents => ({ days: new Map(), leans: UNKNOWN, clearedAtMs: 0 });
