/** Base, tuned and active adapter on the same held-out tokens, by the serving engine. */
import type { AdapterRef, CompletionEngine, ModelInfo, ScoreSample } from '../engine/types.ts';
import type { Dataset, Pair } from '../mining/types.ts';
import { randomFrom } from '../tuning/shuffle.ts';
import type { SampleCompletion } from '../tuning/types.ts';
import { bootstrapRatio, type Interval } from './bootstrap.ts';
import { type HeldOutLoss, heldOutLoss } from './heldOutLoss.ts';
import { sampleCompletion } from './sample.ts';

export interface EvaluationInput {
  readonly serving: { readonly engine: CompletionEngine; readonly model: ModelInfo };
  readonly dataset: Pick<Dataset, 'repository'>;
  readonly prepared: { readonly heldOut: readonly Pair[]; readonly samples: readonly ScoreSample[] };
  readonly tuned: AdapterRef;
  readonly active: AdapterRef | null;
}

export interface Evaluation {
  readonly base: HeldOutLoss;
  readonly tuned: HeldOutLoss;
  readonly overBase: Interval;
  readonly overActive: Interval | null;
  readonly sample: SampleCompletion | null;
  /** For report.json. */
  readonly report: unknown;
}

export async function evaluateTune(
  { serving, dataset, prepared, tuned, active }: EvaluationInput,
  onMessage: (message: string) => void,
  signal: AbortSignal,
): Promise<Evaluation> {
  const { engine } = serving;
  const score = (name: string, adapter: AdapterRef | null): Promise<HeldOutLoss> =>
    heldOutLoss(
      engine,
      prepared.samples,
      adapter,
      (done, total) => onMessage(`Scoring ${name}: ${done} of ${total} held-out pairs`),
      signal,
    );
  const base = await score('the base', null);
  const after = await score('the new adapter', tuned);
  const before = active && (await score('the active adapter', active));
  const overBase = difference(after, base);
  const overActive = before && difference(after, before);
  const sample = await sampleCompletion(serving, dataset.repository, prepared.heldOut, tuned, signal);
  const report = {
    format: 1,
    heldOut: {
      byFile: {
        pairs: prepared.samples.length,
        tokens: base.tokens,
        base: figures(base),
        tuned: figures(after),
        active: before && figures(before),
      },
    },
    overBase,
    overActive,
    sample,
  };
  return { base, tuned: after, overBase, overActive, sample, report };
}

function difference(a: HeldOutLoss, b: HeldOutLoss): Interval {
  return bootstrapRatio(
    a.nlls.map((nll, i) => nll - b.nlls[i]!),
    a.counts,
    randomFrom(1, 0xb007),
  );
}

function figures({ loss, top1 }: HeldOutLoss): { readonly loss: number; readonly top1: number } {
  return { loss, top1 };
}
