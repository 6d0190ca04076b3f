/**
 * What the loop steers by: the loss on the same held-out rows at every look. Two looks differ by the weights alone, not by the text
 * (a paired difference), so a few thousand tokens tell which is better.
 */
import type { Trainer, TrainRow } from '../types.ts';

/** Rows that tell how fast this machine is: the first pays for pages that are touched for the first time. */
const TIMED_ROWS = 2;
/** Where the answer is bad news, the machine may be doing something else just now: so many rows make sure. */
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

  /** Goes on with the first rows alone: those that come closest to so many tokens, and one at least. */
  limit(tokens: number): void {
    let taken = 0;
    this.#rows = this.#rows.filter((row, i) => {
      taken += row.tokens.length;
      return i === 0 || taken - row.tokens.length / 2 <= tokens;
    });
  }

  /** Nats a token. `known`: the losses of the first rows at the same weights; any beyond the limit do not count. */
  async loss(scale: number, known: readonly RowLoss[] = []): Promise<number> {
    const rest = this.#rows.slice(known.length);
    const parts = known.slice(0, this.#rows.length);
    if (rest.length > 0) parts.push(await this.#trainer.evaluate(rest, scale));
    const sum = (of: keyof RowLoss): number => parts.reduce((total, part) => total + part[of], 0);
    return sum('nll') / sum('lossTokens');
  }

  /**
   * How long a forward pass takes, by the fastest of the first rows; what they say of the loss is kept for `loss`. `enough`: whether
   * such a speed needs no second look.
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
