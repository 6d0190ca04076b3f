/** Base, tuned and active adapter on the same held-out tokens and places, by the serving engine, apart from the trainer. */
import type { AdapterRef, ScoreSample } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import type { Report } from '../protocol/report.ts';
import type { SampleCompletion } from '../protocol/tune.ts';
import { type Examined, HeldOutExamination } from './heldOutSet.ts';
import type { Serving } from './places.ts';
import { VERBATIM_TOKENS, VerbatimProbe } from './verbatim.ts';

export interface HeldOutPairs {
  readonly pairs: readonly Pair[];
  readonly samples: readonly ScoreSample[];
}

export interface EvaluationInput {
  readonly serving: Serving;
  readonly repoName: string;
  readonly byFile: HeldOutPairs;
  readonly byTime: HeldOutPairs | null;
  /** Time for all examinations of one model. */
  readonly secondsPerModel: number;
  readonly nowMs: () => number;
}

export interface Candidate {
  readonly tuned: AdapterRef;
  readonly active: AdapterRef | null;
  /** What it was trained on; null where that is not at hand. */
  readonly learned: readonly Pair[] | null;
}

const EXAMPLES = 12;
const PLACES = 24;
const LEAST_SAMPLES = 24;
const VERBATIM_PLACES = 8;
/** Of the time for one model: continuing training files freely, for the base and for the adapter. */
const VERBATIM_SHARE = 0.15;

interface Pass {
  readonly byFile: Examined;
  readonly byTime: Examined | null;
}

/**
 * The base is examined before anything is trained: it sets how many samples this machine can score in the time there is, and
 * so how long training may take.
 */
export class TuneEvaluation {
  readonly #input: EvaluationInput;
  readonly #byFile: HeldOutExamination;
  readonly #byTime: HeldOutExamination | null;
  readonly #base: Pass;
  /** What one more model costs. */
  readonly secondsPerModel: number;
  /** How fast the engine scores: an upper bound of how fast it could be trained. */
  readonly tokensPerSecond: number;
  /** By adapter and scale: one that several are compared with is examined once. */
  readonly #passes = new Map<string, Pass>();

  static async begin(
    input: EvaluationInput,
    onMessage: (message: string) => void,
    signal?: AbortSignal,
  ): Promise<TuneEvaluation> {
    const { byFile, byTime, secondsPerModel, nowMs, serving, repoName } = input;
    const make = (set: HeldOutPairs, share: number): HeldOutExamination =>
      new HeldOutExamination({
        serving,
        repoName,
        ...set,
        nowMs,
        limits: { leastSamples: LEAST_SAMPLES, secondsPerModel: secondsPerModel * share, places: PLACES },
      });
    const sets = { byFile: make(byFile, byTime === null ? 1 : 0.6), byTime: byTime && make(byTime, 0.4) };
    const startedMs = nowMs();
    const base = await pass(sets.byFile, sets.byTime, 'the base', null, true, onMessage, signal);
    const scored = byFile.samples
      .slice(0, base.byFile.loss.nlls.length)
      .reduce((sum, { tokens }) => sum + tokens.length, 0);
    return new TuneEvaluation(input, sets.byFile, sets.byTime, base, (nowMs() - startedMs) / 1000, scored);
  }

  private constructor(
    input: EvaluationInput,
    byFile: HeldOutExamination,
    byTime: HeldOutExamination | null,
    base: Pass,
    seconds: number,
    scored: number,
  ) {
    this.#input = input;
    this.#byFile = byFile;
    this.#byTime = byTime;
    this.#base = base;
    this.secondsPerModel = seconds;
    this.tokensPerSecond = scored / base.byFile.scoringSeconds;
  }

  /** What looking for training text given back costs at the end, for base and adapter. */
  get verbatimSeconds(): number {
    return 2 * VERBATIM_SHARE * this.#input.secondsPerModel;
  }

  async finish(
    { tuned, active, learned }: Candidate,
    onMessage: (message: string) => void,
    signal?: AbortSignal,
  ): Promise<Report> {
    const run = async (name: string, adapter: AdapterRef): Promise<Pass> => {
      const key = JSON.stringify([adapter.id, adapter.scale]);
      const known = this.#passes.get(key);
      if (known !== undefined) return known;
      const examined = await pass(this.#byFile, this.#byTime, name, adapter, false, onMessage, signal);
      this.#passes.set(key, examined);
      return examined;
    };
    const after = await run('the new adapter', tuned);
    const before = active && (await run('the active adapter', active));
    const [base, timeBase] = [this.#base.byFile, this.#base.byTime];
    return {
      format: 1,
      byFile: this.#byFile.summarize(base, after.byFile, before?.byFile ?? null),
      byTime:
        this.#byTime &&
        timeBase &&
        after.byTime &&
        this.#byTime.summarize(timeBase, after.byTime, before?.byTime ?? null),
      examples: this.#byFile.examples(base, after.byFile, EXAMPLES),
      verbatim: learned === null ? null : await this.#verbatim(learned, tuned, onMessage, signal),
    };
  }

  async #verbatim(
    learned: readonly Pair[],
    tuned: AdapterRef,
    onMessage: (message: string) => void,
    signal?: AbortSignal,
  ): Promise<Report['verbatim']> {
    const { serving, repoName, secondsPerModel, nowMs } = this.#input;
    onMessage('Looking for training text that is reproduced verbatim');
    const probe = new VerbatimProbe(serving, repoName, learned, VERBATIM_PLACES);
    const limits = { seconds: secondsPerModel * VERBATIM_SHARE, nowMs };
    const base = await probe.examine(null, limits, signal);
    const after = await probe.examine(tuned, limits, signal);
    return { places: probe.places, limit: VERBATIM_TOKENS, base, tuned: after };
  }
}

async function pass(
  byFile: HeldOutExamination,
  byTime: HeldOutExamination | null,
  name: string,
  adapter: AdapterRef | null,
  first: boolean,
  onMessage: (message: string) => void,
  signal?: AbortSignal,
): Promise<Pass> {
  return {
    byFile: await byFile.examine(name, adapter, first, onMessage, signal),
    byTime: byTime && (await byTime.examine(name, adapter, first, onMessage, signal)),
  };
}

/** The example shown with a result: the first, in a fixed order, where base and tuned differ; the first when none does. */
export function sampleOf({ examples }: Report): SampleCompletion | null {
  const shown = examples.find(({ base, tuned }) => base !== tuned) ?? examples[0];
  if (shown === undefined) return null;
  const { path, line, before, expected, base, tuned } = shown;
  return { path, line, before, expected, base, tuned };
}
