/** The endless stream of training batches, shuffled and packed anew every epoch; two numbers give the position. */

import { Random } from '../../common/random.ts';
import type { TrainRow } from '../types.ts';
import { packRows, toTrainRow } from './packing.ts';
import type { Sequence } from './sequences.ts';

/** Position in the stream; all that a checkpoint needs. */
export interface DataCursor {
  readonly epoch: number;
  readonly row: number;
}

export interface BatchOptions {
  readonly maxTokens: number;
  readonly tokensPerStep: number;
  readonly promptWeight: number;
  readonly promptEvery: number;
  readonly seed: number;
}

/** Tokens of a step's rows are never more. */
export function mostTokensOf({ maxTokens, tokensPerStep }: Pick<BatchOptions, 'maxTokens' | 'tokensPerStep'>): number {
  return Math.max(maxTokens, tokensPerStep + Math.ceil(maxTokens / 2));
}

export class BatchStream {
  readonly #sequences: readonly Sequence[];
  readonly #options: BatchOptions;
  #rows: Sequence[][] = [];
  #epoch: number;
  #row: number;

  constructor(sequences: readonly Sequence[], options: BatchOptions, start: DataCursor = { epoch: 0, row: 0 }) {
    if (sequences.length === 0) throw new Error('There is nothing to train on.');
    this.#sequences = sequences;
    this.#options = options;
    this.#epoch = start.epoch;
    this.#row = start.row;
    this.#pack();
  }

  get cursor(): DataCursor {
    return { epoch: this.#epoch, row: this.#row };
  }

  /** Rows of one step: the number that comes closest to `tokensPerStep`, at least one; {@link mostTokensOf} tokens at most. */
  next(): TrainRow[] {
    const rows: TrainRow[] = [];
    let tokens = 0;
    while (rows.length === 0 || tokens + this.#options.maxTokens / 2 < this.#options.tokensPerStep) {
      if (this.#row >= this.#rows.length) {
        this.#epoch++;
        this.#row = 0;
        this.#pack();
      }
      const row = this.#toTrainRow(this.#row++);
      tokens += row.tokens.length;
      rows.push(row);
    }
    return rows;
  }

  /** Prompt tokens drawn anew every epoch, reproducibly for a resumed run. */
  #toTrainRow(index: number): TrainRow {
    const { seed, promptWeight, promptEvery } = this.#options;
    const random = new Random(seed, this.#epoch, 'prompt', index);
    return toTrainRow(this.#rows[index]!, promptWeight, promptEvery, (below) => random.below(below));
  }

  #pack(): void {
    const random = new Random(this.#options.seed, this.#epoch);
    this.#rows = random.shuffle(packRows(random.shuffle(this.#sequences), this.#options.maxTokens));
  }
}
