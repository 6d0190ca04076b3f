/**
 * What the loop steers by: the loss on the same held-out rows every time. Two evaluations differ in the weights alone, not in the text (a
 * paired difference), so a few thousand tokens show which is better.
 */
import type { Trainer, TrainRow } from '../types.ts';

/** Rows timed for the machine's speed: the first one pays for page faults. */
const TIMED_ROWS = 2;
/** If the result is bad news, the machine may just be busy: up to so many rows make sure. */
const MOST_TIMED_ROWS = 8;

type RowLoss = Awaited<ReturnType<Trainer['evaluate']>>;

export interface Timing {
  readonly secondsPerToken: number;
  /** [timed rows] */
  readonly losses: readonly RowLoss[];
}

export class Steering {
  readonly #trainer: Pick<Trainer, 'evaluate'>;
  #rows: readonly TrainRow[];

  constructor(trainer: Pick<Trainer, 'evaluate'>, rows: readonly TrainRow[]) {
    this.#trainer = trainer;
    this.#rows = rows;
  }

  get tokens(): number {
    return tokensOf(this.#rows);
  }

  /** Keeps only the first rows: those that come closest to so many tokens, at least one. */
  limit(tokens: number): void {
    let taken = 0;
    this.#rows = this.#rows.filter((row, i) => {
      taken += row.tokens.length;
      return i === 0 || taken - row.tokens.length / 2 <= tokens;
    });
  }

  /** In nats per token. `known`: losses of the first rows at the same weights; those beyond the limit are ignored. */
  async loss(scale: number, known: readonly RowLoss[] = []): Promise<number> {
    const rest = this.#rows.slice(known.length);
    const parts = known.slice(0, this.#rows.length);
    if (rest.length > 0) parts.push(await this.#trainer.evaluate(rest, scale));
    const sum = (of: keyof RowLoss): number => parts.reduce((total, part) => total + part[of], 0);
    return sum('nll') / sum('lossTokens');
  }

  /**
   * Time of a forward pass, from the fastest of the first rows, whose losses are returned for `loss`. `enough`: whether this speed needs no
   * further rows.
   */
  async time(nowMs: () => number, enough: (secondsPerToken: number) => boolean): Promise<Timing> {
    const losses: RowLoss[] = [];
    let secondsPerToken = Number.POSITIVE_INFINITY;
    for (const row of this.#rows.slice(0, MOST_TIMED_ROWS)) {
      if (losses.length >= TIMED_ROWS && enough(secondsPerToken)) break;
      const startedMs = nowMs();
      losses.push(await this.#trainer.evaluate([row], 1));
      secondsPerToken = Math.min(secondsPerToken, (nowMs() - startedMs) / 1000 / row.tokens.length);
    }
    return { secondsPerToken, losses };
  }
}

function tokensOf(rows: readonly TrainRow[]): number {
  return rows.reduce((sum, { tokens }) => sum + tokens.length, 0);
}
