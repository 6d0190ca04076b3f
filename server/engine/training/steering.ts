/**
 * What the loop steers by: the loss on the same held-out rows every time. Two evaluations differ in the weights alone, not in the text (a
 * paired difference), so a few thousand tokens show which is better.
 */
import type { Trainer, TrainRow } from '../types.ts';
import type { ScaledLoss } from './adapterScale.ts';

/** Rows timed for the machine's speed: the first one pays for page faults. */
const TIMED_ROWS = 2;
/** If the result is bad news, the machine may just be busy: up to so many rows make sure. */
const MOST_TIMED_ROWS = 8;

/**
 * Held-out tokens whose change counts as half of the change of all. Measured with a base of 0.5 B parameters: with it, glances at 1000, 2000
 * and 4000 tokens are as near to the loss of all as any share lets them be, at 1000 nearly twice as near as without.
 */
const HALF_SURE_TOKENS = 1200;

type RowLoss = Awaited<ReturnType<Trainer['evaluate']>>;

export interface Timing {
  readonly secondsPerToken: number;
  /** [timed rows] */
  readonly losses: readonly RowLoss[];
}

export interface Anchor extends ScaledLoss {
  /** Of the rows that a glance is at; null without glances. */
  readonly few: number | null;
}

export class Steering {
  readonly #trainer: Pick<Trainer, 'evaluate'>;
  #rows: readonly TrainRow[];
  /** How many of them, the first, a glance is at. */
  #few = 0;
  /** Their loss by scale, at the current weights as far as that was measured. */
  readonly #ofFew = new Map<number, number>();
  #anchor: Anchor | null;

  constructor(trainer: Pick<Trainer, 'evaluate'>, rows: readonly TrainRow[], anchor: Anchor | null = null) {
    this.#trainer = trainer;
    this.#rows = rows;
    this.#anchor = anchor;
  }

  /** The last evaluation, from which {@link glance} goes on. */
  get anchor(): Anchor | null {
    return this.#anchor;
  }

  get tokens(): number {
    return tokensOf(this.#rows);
  }

  /** Keeps only the first rows: those that come closest to so many tokens, at least one. Of them, `ofGlance` likewise; 0: none. */
  limit(tokens: number, ofGlance: number): void {
    this.#rows = closest(this.#rows, tokens);
    this.#few = ofGlance > 0 ? closest(this.#rows, ofGlance).length : 0;
  }

  /** In nats per token. `known`: losses of the first rows at the same weights; those beyond the limit are ignored. */
  async loss(scale: number, known: readonly RowLoss[] = []): Promise<number> {
    const few = await this.#parts(0, this.#few, scale, known);
    if (few.length > 0) this.#ofFew.set(scale, lossOf(few));
    return lossOf([...few, ...(await this.#parts(this.#few, this.#rows.length, scale, known))]);
  }

  /** An evaluation has found this loss, at the scale that it chose. */
  evaluated({ scale, loss }: ScaledLoss): void {
    this.#anchor = { scale, loss, few: this.#ofFew.get(scale) ?? null };
    this.#ofFew.clear();
  }

  /**
   * Estimates the loss from that of the first rows: since the last evaluation, at its scale, all changed as these did, the less surely the
   * fewer they are (a ratio estimator, Cochran 1977, 6.1, whose logarithm is shrunk; James and Stein 1961). So a curve seldom falls below
   * what the next evaluation finds.
   */
  async glance(): Promise<number> {
    const { scale, loss, few } = this.#anchor!;
    const change = lossOf(await this.#parts(0, this.#few, scale, [])) / few!;
    const tokens = tokensOf(this.#rows.slice(0, this.#few));
    return loss * change ** (this.#few === this.#rows.length ? 1 : tokens / (tokens + HALF_SURE_TOKENS));
  }

  /** Losses of the rows from one to another. */
  async #parts(from: number, to: number, scale: number, known: readonly RowLoss[]): Promise<RowLoss[]> {
    const parts = known.slice(from, to);
    const rest = this.#rows.slice(from + parts.length, to);
    return rest.length === 0 ? parts : [...parts, await this.#trainer.evaluate(rest, scale)];
  }

  /**
   * Time of a forward pass, from the fastest of the first rows, whose losses are returned for `loss` at this `scale`. `enough`: whether this
   * speed needs no further rows.
   */
  async time(scale: number, nowMs: () => number, enough: (secondsPerToken: number) => boolean): Promise<Timing> {
    const losses: RowLoss[] = [];
    let secondsPerToken = Number.POSITIVE_INFINITY;
    for (const row of this.#rows.slice(0, MOST_TIMED_ROWS)) {
      if (losses.length >= TIMED_ROWS && enough(secondsPerToken)) break;
      const startedMs = nowMs();
      losses.push(await this.#trainer.evaluate([row], scale));
      secondsPerToken = Math.min(secondsPerToken, (nowMs() - startedMs) / 1000 / row.tokens.length);
    }
    return { secondsPerToken, losses };
  }
}

function lossOf(parts: readonly RowLoss[]): number {
  const sum = (of: keyof RowLoss): number => parts.reduce((total, part) => total + part[of], 0);
  return sum('nll') / sum('lossTokens');
}

function closest(rows: readonly TrainRow[], tokens: number): TrainRow[] {
  let taken = 0;
  return rows.filter((row, i) => {
    taken += row.tokens.length;
    return i === 0 || taken - row.tokens.length / 2 <= tokens;
  });
}

function tokensOf(rows: readonly TrainRow[]): number {
  return rows.reduce((sum, { tokens }) => sum + tokens.length, 0);
}
