/**
 * How fast a model reads and writes on this machine, and how much of a prompt can be read in time. Measured once, when the model is
 * first used here, kept from one start to the next, and corrected by every answer: a machine that is busy gets shorter prompts.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { CompleteResult, CompletionEngine, ModelInfo } from '../engine/types.ts';
import { writeAside } from '../storage/writeAside.ts';

export interface Pace {
  /** Of a reading, however short: on a CPU, weights are unpacked once for all its tokens. */
  readonly startMs: number;
  /** A token. */
  readonly readMs: number;
  /** A token. */
  readonly writeMs: number;
}

/** A suggestion after a jump must be there by then; somebody who types on has not got far. */
export const FIRST_SUGGESTION_MS = 1300;
/** A line. */
const WRITTEN_TOKENS = 16;
/** With less context a model guesses even the language: better late than that. */
export const LEAST_TOKENS = 48;
const NEWEST_WEIGHT = 0.3;
/** How many times slower than expected, at most, one answer says that the machine is: it may have slept, or read the model from disk again. */
const MOST_SLOWER = 4;
/** Fewer are multiplied by other kernels (`least_rows` in native/inference/accelerator.cc), at twice the time a token. */
const LEAST_READ = 32;
const LEAST_WRITTEN = 4;
const WRITE_AFTER_MS = 10_000;
/** Model files come and go. */
const MOST_KEPT = 32;

/** Read once: it reads system files, too slow for every key. */
const processors = cpus();

/** Tokens that can be evaluated before an answer of `writtenTokens` is due; by default a line, as the first suggestion. */
export function tokensInTime(
  { startMs, readMs, writeMs }: Pace,
  { dueMs, writtenTokens } = { dueMs: FIRST_SUGGESTION_MS, writtenTokens: WRITTEN_TOKENS },
): number {
  return Math.max(LEAST_TOKENS, Math.floor((dueMs - startMs - writtenTokens * writeMs) / readMs));
}

const pace = z.object({
  startMs: z.number().nonnegative(),
  readMs: z.number().positive(),
  writeMs: z.number().positive(),
});
const paces = z.record(z.string(), pace);

type Timed = Pick<CompleteResult, 'evaluatedTokens' | 'promptMs' | 'generatedTokens' | 'generateMs'>;

export class Paces {
  readonly #path: string | null;
  #known: Promise<Map<string, Pace>> | null = null;
  /** Every key asks, also while a model is being measured. */
  #measuring: { readonly engine: CompletionEngine; readonly key: string; readonly pace: Promise<Pace> } | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** `path`: where they are stored; null: nowhere. */
  constructor(path: string | null) {
    this.#path = path;
  }

  /** Measures a model that has not been timed on this machine: takes about as long as a first suggestion. */
  async of(engine: CompletionEngine, model: ModelInfo): Promise<Pace> {
    const key = keyOf(model);
    const known = (await this.#all()).get(key);
    if (known !== undefined) return known;
    if (this.#measuring?.engine !== engine || this.#measuring.key !== key)
      this.#measuring = { engine, key, pace: this.#measured(engine, key) };
    return await this.#measuring.pace;
  }

  async #measured(engine: CompletionEngine, key: string): Promise<Pace> {
    try {
      const measured = await measure(engine);
      (await this.#all()).set(key, measured);
      this.#keepSoon();
      return measured;
    } finally {
      if (this.#measuring?.engine === engine) this.#measuring = null;
    }
  }

  /** Corrects the pace by the timings of an answer. */
  async learn(model: ModelInfo, timed: Timed): Promise<void> {
    const all = await this.#all();
    const before = all.get(keyOf(model));
    if (before === undefined) return;
    const { startMs, readMs, writeMs } = before;
    const expectedMs = startMs + readMs * timed.evaluatedTokens;
    // One time says how busy the machine is, and not how much of it is the start's.
    const slower = Math.min(MOST_SLOWER, timed.promptMs / expectedMs);
    const slowdown = timed.evaluatedTokens < LEAST_READ ? 1 : 1 + NEWEST_WEIGHT * (slower - 1);
    const each = timed.generateMs / timed.generatedTokens;
    const written = timed.generatedTokens < LEAST_WRITTEN ? writeMs : Math.min(MOST_SLOWER * writeMs, each);
    all.delete(keyOf(model));
    all.set(keyOf(model), {
      startMs: startMs * slowdown,
      readMs: atLeast(readMs * slowdown),
      writeMs: atLeast(writeMs + NEWEST_WEIGHT * (written - writeMs)),
    });
    this.#keepSoon();
  }

  async flush(): Promise<void> {
    if (this.#timer === null || this.#path === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    // Another window may have timed another model meanwhile.
    const all = new Map([...(await this.#read()), ...(await this.#all())]);
    const latest = [...all].slice(-MOST_KEPT);
    await mkdir(dirname(this.#path), { recursive: true });
    await writeAside(this.#path, `${JSON.stringify(Object.fromEntries(latest), null, 2)}\n`);
  }

  #keepSoon(): void {
    this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), WRITE_AFTER_MS).unref();
  }

  #all(): Promise<Map<string, Pace>> {
    this.#known ??= this.#read();
    return this.#known;
  }

  /** A missing or damaged file costs one measurement. */
  async #read(): Promise<Map<string, Pace>> {
    try {
      return new Map(Object.entries(paces.parse(JSON.parse(await readFile(this.#path ?? '', 'utf8')))));
    } catch {
      return new Map();
    }
  }
}

function keyOf({ path, sizeBytes, device }: ModelInfo): string {
  return JSON.stringify([path, sizeBytes, device ?? 'CPU', processors[0]?.model ?? '', processors.length]);
}

const WARMING = 'def area(width, height):\n';
const LINES = '    total = width * height + border[index].size(1, "px")\n    if total > limit: return None\n';
/** Of two lengths, neither too short to count, with nothing in common that could be in the cache. */
const SHORT = `${LINES.repeat(2)}def `;
const LONG = `class Border:\n${LINES.repeat(7)}def `;

/** The first request brings the weights into memory. What two readings differ by is the cost of tokens, the rest is the start's. */
async function measure(engine: CompletionEngine): Promise<Pace> {
  const ask = (text: string, maxTokens: number) =>
    engine.complete({ prompt: [{ text }], heal: '', maxTokens, stop: [], adapter: null, speculate: false });
  await ask(WARMING, 1);
  const short = await ask(SHORT, 8);
  // A model that slow is given as little to read as there may be, whatever a longer reading would say.
  const long = short.promptMs > FIRST_SUGGESTION_MS / 2 ? short : await ask(LONG, 1);
  const perToken = long.promptMs / Math.max(1, long.evaluatedTokens);
  const between = (long.promptMs - short.promptMs) / Math.max(1, long.evaluatedTokens - short.evaluatedTokens);
  // Where the machine was busy with something else meanwhile, the two say nothing.
  const readMs = between > perToken / 4 && between < perToken ? between : perToken;
  const startMs = long.promptMs - readMs * long.evaluatedTokens;
  // The first token comes from reading the prompt.
  const { generatedTokens, generateMs } = short;
  const writeMs = generatedTokens > 1 ? generateMs / (generatedTokens - 1) : 4 * readMs;
  return { startMs: Math.max(0, startMs), readMs: atLeast(readMs), writeMs: atLeast(writeMs) };
}

function atLeast(ms: number): number {
  return Math.max(1e-4, ms);
}
