/** Scores samples in small batches, so that urgent work can run in between. */
import { batches } from './requests.ts';
import type { Score, ScoreSample } from './types.ts';

/** Tokens of one message. */
const MESSAGE_TOKENS = 2048;

/** A sample's score is a sum over its tokens, so an interrupted one resumes where it stopped. */
export class Scoring {
  readonly scores: Score[] = [];
  readonly #samples: readonly ScoreSample[];
  /** Partial score of the first unfinished sample. */
  #begun: Score | null = null;

  constructor(samples: readonly ScoreSample[]) {
    this.#samples = samples;
  }

  /** The next batch; null when all samples are scored. */
  next(): ScoreSample[] | null {
    const [batch] = batches(this.#samples.slice(this.scores.length), MESSAGE_TOKENS);
    const first = batch?.[0];
    if (batch === undefined || first === undefined) return null;
    if (this.#begun === null) return batch;
    return [{ ...first, lossFrom: firstLoss(first) + this.#begun.tokens }, ...batch.slice(1)];
  }

  /** Adds scores of the first samples of the batch; the last may cover part of its tokens. */
  add(scores: readonly Score[]): void {
    for (const score of scores) {
      const sample = this.#samples[this.scores.length];
      if (sample === undefined) return;
      const whole = this.#begun === null ? score : sum(this.#begun, score);
      const isWhole = whole.tokens >= Math.min(sample.lossTo, sample.tokens.length) - firstLoss(sample);
      if (isWhole) this.scores.push(whole);
      this.#begun = isWhole ? null : whole;
    }
  }
}

/** Nothing predicts the first token. */
function firstLoss({ lossFrom }: ScoreSample): number {
  return Math.max(lossFrom, 1);
}

function sum(a: Score, b: Score): Score {
  return { nll: a.nll + b.nll, tokens: a.tokens + b.tokens, top1: a.top1 + b.top1 };
}
