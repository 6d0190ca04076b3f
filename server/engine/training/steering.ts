/**
 * What the loop steers by: the loss on the same held-out rows at every look. Two looks differ by the weights alone, not by the text
 * (a paired difference), so a few thousand tokens tell which is better.
 */
import type { Trainer, TrainRow } from '../types.ts';

/** Rows that tell how fast this machine is: the first pays for pages that are touched for the first time. */
const TIMED_ROWS = 2;

interface Part {
  readonly rows: number;
  readonly nll: number;
  readonly lossTokens: number;
}

export interface Timing extends Part {
  readonly secondsPerToken: number;
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

  /** Goes on with the first rows alone, up to so many tokens, and one at least. */
  limit(tokens: number): void {
    let taken = 0;
    this.#rows = this.#rows.filter((row, i) => {
      taken += row.tokens.length;
      return i === 0 || taken <= tokens;
    });
  }

  /** Nats a token. `known`: of the first rows, at the same weights. */
  async loss(scale: number, known: Part = { rows: 0, nll: 0, lossTokens: 0 }): Promise<number> {
    const rows = this.#rows.slice(known.rows);
    const rest = rows.length === 0 ? { nll: 0, lossTokens: 0 } : await this.#trainer.evaluate(rows, scale);
    return (known.nll + rest.nll) / (known.lossTokens + rest.lossTokens);
  }

  /** How long a forward pass takes, by the first rows; what they say of the loss is kept for `loss`. */
  async time(nowMs: () => number): Promise<Timing> {
    let [nll, lossTokens, secondsPerToken] = [0, 0, Number.POSITIVE_INFINITY];
    const rows = this.#rows.slice(0, TIMED_ROWS);
    for (const row of rows) {
      const startedMs = nowMs();
      const found = await this.#trainer.evaluate([row], 1);
      secondsPerToken = Math.min(secondsPerToken, (nowMs() - startedMs) / 1000 / row.tokens.length);
      nll += found.nll;
      lossTokens += found.lossTokens;
    }
    return { rows: rows.length, nll, lossTokens, secondsPerToken };
  }
}

function tokensOf(rows: readonly TrainRow[]): number {
  return rows.reduce((sum, { tokens }) => sum + tokens.length, 0);
}
