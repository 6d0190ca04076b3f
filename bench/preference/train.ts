/** Trains an arm's adapter: steps starting from the one that suggested, each example weighted by its current worth. */
import { Random } from '../../server/common/random.ts';
import { loadAddon } from '../../server/engine/native.ts';
import { openTrainer } from '../../server/engine/trainer.ts';
import { rateAt } from '../../server/engine/training/schedule.ts';
import type { Schedule } from '../../server/engine/training/trainJob.ts';
import type { Trainer, TrainerConfig, TrainRow } from '../../server/engine/types.ts';
import { ktoWeight, lambdasFor, referencePointOf, type Valuation } from './kto.ts';
import type { Lesson } from './laidOut.ts';

export interface ArmTraining {
  /** Configuration of the initial adapter as it serves: its alpha, and the base as the serving engine has it. */
  readonly trainer: TrainerConfig;
  readonly from: string;
  /** Where the new adapter is written. */
  readonly to: string;
  readonly lessons: readonly Lesson[];
  /** Tokens learned in total, without those only scored. */
  readonly tokens: number;
  readonly tokensPerStep: number;
  readonly schedule: Pick<Schedule, 'learningRate' | 'warmupSteps' | 'finalShare'>;
  readonly beta: number;
  readonly seed: number;
  say(text: string): void;
}

export interface Outcome {
  readonly tokens: number;
  readonly steps: number;
  readonly seconds: number;
  /** Mean increase in the examples' log probability, in nats per text; null if there are none. */
  readonly acceptedRatio: number | null;
  readonly rejectedRatio: number | null;
}

export async function trainArm(training: ArmTraining): Promise<Outcome> {
  const { trainer: config, from, to, lessons, tokens, tokensPerStep, schedule, seed, say } = training;
  const startedMs = performance.now();
  const trainer = await openTrainer(loadAddon(), config);
  try {
    await trainer.importAdapter(from);
    const scored = await Scored.before(trainer, lessons);
    const lambda = lambdasFor(scored.of('accepted').length, scored.of('rejected').length);
    const batches = batchesOf(lessons, tokensPerStep, seed);
    let [steps, learned] = [0, 0];
    while (learned < tokens) {
      const batch = batches.next().value;
      const referencePoint = referencePointOf(await scored.mismatchedRatios(batch));
      const rows = await weighed(batch, scored, { beta: training.beta, referencePoint, lambda });
      const lossOver = batch.reduce((sum, { textTokens }) => sum + textTokens, 0);
      const { loss } = await trainer.step(rows, rateAt(steps, learned / tokens, schedule), lossOver);
      learned += batch.reduce((sum, { row }) => sum + row.tokens.length, 0);
      steps++;
      if (steps % 10 === 0)
        say(`step ${steps}, ${learned} of ${tokens} tokens, loss ${loss.toFixed(3)}, z0 ${referencePoint.toFixed(2)}`);
    }
    await trainer.exportAdapter(to);
    const mean = async (wish: 'accepted' | 'rejected'): Promise<number | null> => {
      const ratios = await scored.ratios(scored.of(wish));
      return ratios.length === 0 ? null : ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    };
    const [acceptedRatio, rejectedRatio] = [await mean('accepted'), await mean('rejected')];
    return { tokens: learned, steps, seconds: (performance.now() - startedMs) / 1000, acceptedRatio, rejectedRatio };
  } finally {
    trainer.dispose();
  }
}

async function weighed(batch: readonly Lesson[], scored: Scored, valuation: Valuation): Promise<TrainRow[]> {
  const rows: TrainRow[] = [];
  for (const lesson of batch) {
    if (lesson.kto === null) {
      rows.push(lesson.row);
      continue;
    }
    const [ratio] = await scored.ratios([lesson]);
    const weight = ktoWeight({ wish: lesson.kto.wish, ratio: ratio! }, valuation);
    rows.push({ ...lesson.row, lossWeights: lesson.row.lossWeights.map((one) => weight * one) });
  }
  return rows;
}

type Before = ReadonlyMap<Lesson, { readonly own: number; readonly mismatched: number }>;

/** Log probabilities of the judged texts, against those of the initial adapter. */
class Scored {
  readonly #trainer: Trainer;
  readonly #before: Before;

  private constructor(trainer: Trainer, before: Before) {
    this.#trainer = trainer;
    this.#before = before;
  }

  /** To be called before the first step. */
  static async before(trainer: Trainer, lessons: readonly Lesson[]): Promise<Scored> {
    const before = new Map<Lesson, { own: number; mismatched: number }>();
    for (const lesson of lessons) {
      if (lesson.kto === null) continue;
      const own = await nllOf(trainer, lesson.row);
      before.set(lesson, { own, mismatched: await nllOf(trainer, lesson.kto.mismatched) });
    }
    return new Scored(trainer, before);
  }

  of(wish: 'accepted' | 'rejected'): Lesson[] {
    return [...this.#before.keys()].filter(({ kto }) => kto!.wish === wish);
  }

  async ratios(lessons: readonly Lesson[]): Promise<number[]> {
    const ratios: number[] = [];
    for (const lesson of lessons) ratios.push(this.#before.get(lesson)!.own - (await nllOf(this.#trainer, lesson.row)));
    return ratios;
  }

  async mismatchedRatios(batch: readonly Lesson[]): Promise<number[]> {
    const ratios: number[] = [];
    for (const lesson of batch) {
      if (lesson.kto === null) continue;
      const before = this.#before.get(lesson)!.mismatched;
      ratios.push(before - (await nllOf(this.#trainer, lesson.kto.mismatched)));
    }
    return ratios;
  }
}

async function nllOf(trainer: Trainer, row: TrainRow): Promise<number> {
  return (await trainer.evaluate([row])).nll;
}

/** All lessons, reshuffled each time; each batch holds about `tokensPerStep`, at least one lesson. */
function* batchesOf(lessons: readonly Lesson[], tokensPerStep: number, seed: number): Generator<Lesson[], never> {
  let batch: Lesson[] = [];
  let tokens = 0;
  for (let epoch = 0; ; epoch++) {
    for (const lesson of new Random(seed, 'preference', epoch).shuffle(lessons)) {
      batch.push(lesson);
      tokens += lesson.row.tokens.length;
      if (tokens < tokensPerStep) continue;
      yield batch;
      [batch, tokens] = [[], 0];
    }
  }
}
