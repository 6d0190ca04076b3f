/** Scores of samples that are asked for bit by bit: whoever is waited for comes in between. */
import { batches } from './requests.ts';
import type { Score, ScoreSample } from './types.ts';

/** Tokens of one message. */
const MESSAGE_TOKENS = 2048;

/** A sample's score is a sum over its tokens, so that one that was put aside goes on where it was. */
export class Scoring {
  readonly scores: Score[] = [];
  readonly #samples: readonly ScoreSample[];
  /** Of the first sample that has no score yet. */
  #begun: Score | null = null;

  constructor(samples: readonly ScoreSample[]) {
    this.#samples = samples;
  }

  /** What to ask for next; null when all is scored. */
  next(): ScoreSample[] | null {
    const [batch] = batches(this.#samples.slice(this.scores.length), MESSAGE_TOKENS);
    const first = batch?.[0];
    if (batch === undefined || first === undefined) return null;
    if (this.#begun === null) return batch;
    return [{ ...first, lossFrom: firstLoss(first) + this.#begun.tokens }, ...batch.slice(1)];
  }

  /** Scores of the first samples that were asked for; the last may be of a part of its tokens. */
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

/** Nothing tells what a text begins with. */
function firstLoss({ lossFrom }: ScoreSample): number {
  return Math.max(lossFrom, 1);
}

function sum(a: Score, b: Score): Score {
  return { nll: a.nll + b.nll, tokens: a.tokens + b.tokens, top1: a.top1 + b.top1 };
}
