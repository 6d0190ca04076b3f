/** Base, tuned and active adapter on the same held-out tokens and places, scored by the serving engine, independently of the trainer. */
import type { AdapterRef, LoadedEngine, ScoreSample } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import type { Windows } from '../prompt/heldOutWindows.ts';
import type { Report } from '../protocol/report.ts';
import { type Allowance, HeldOutExamination, type Models, type Settled } from './heldOutSet.ts';
import { settled } from './looks.ts';
import { LossStore } from './lossStore.ts';
import { completePlace } from './places.ts';
import { Scorer, weightsName } from './scorer.ts';
import { VERBATIM_TOKENS, VerbatimProbe } from './verbatim.ts';

/** With fewer, no interval is meaningful: this many are scored however long it takes. */
export const LEAST_HELD_OUT_PAIRS = 24;
/** Newer commits can only speak against an adapter: if time is short, a few of their pairs are better than none. */
const LEAST_BY_TIME = 1;
/** Upper limits on what a version is measured on, however much time there is. */
export interface MeasuredOn {
  /** In each held-out set. */
  readonly pairs: number;
  /** Completed under each model, in each of the two sets. */
  readonly places: number;
}

export const MEASURED_ON: MeasuredOn = { pairs: 240, places: 24 };

interface HeldOutPairs {
  readonly pairs: readonly Pair[];
  readonly samples: readonly ScoreSample[];
  /** Those of the samples: places are completed with as much of the file. */
  readonly windows: Windows;
}

export interface EvaluationInput {
  readonly serving: LoadedEngine;
  readonly repoName: string;
  readonly byFile: HeldOutPairs;
  readonly byTime: HeldOutPairs | null;
  /** Where losses are cached for later measurements; null for nowhere. */
  readonly storeDir: string | null;
  /** How many of `byFile` are scored however long it takes. */
  readonly leastSamples: number;
  /** Most places completed, in each of the two sets. */
  readonly mostPlaces: number;
  readonly nowMs: () => number;
}

export interface Candidate {
  readonly tuned: AdapterRef;
  readonly active: AdapterRef | null;
  /** The base's layout adapter, trained on other code: what the tuned one gains over it is knowledge of the repository. */
  readonly layout?: AdapterRef | null;
  /** What it was trained on; null if that is not available. */
  readonly learned: readonly Pair[] | null;
  /** What the pairs are to decide: whether the tuned one may serve, or which of tuned and active is better. */
  readonly question: 'may-serve' | 'which-is-better';
  /** For everything, the verbatim check included; no more pairs are started after it. */
  readonly seconds: number;
  /** Of these, for everything else once the pairs by file have decided; by default whatever is left. */
  readonly restSeconds?: number;
  /** For pairs of newer commits where they decide too; by default a share of the rest. */
  readonly laterSeconds?: number;
}

interface Speed {
  readonly tokensPerSecond: number;
  readonly secondsPerPlace: number;
}

/** Models beside the base and the tuned one, whose losses may be cached. */
type Rivals = Pick<Candidate, 'active' | 'layout'>;

/** Cost of measuring on this machine: all models together, without the losses that are cached. */
export interface Pace extends Speed {
  /** All pairs and places. */
  readonly seconds: number;
  /** The fewest that are meaningful, which are measured in any case. */
  readonly leastSeconds: number;
}

const EXAMPLES = 12;
const VERBATIM_PLACES = 8;
/** Continuing a training file costs as much as completing this many places: its prompt and its output are longer. */
const VERBATIM_IN_PLACES = 3;
/** Share of the time for the pairs by file, which decide: what they do not need for that goes to the rest. */
const PAIRS_SHARE = 0.8;
/** Where pairs of newer commits decide too. */
const PAIRS_SHARE_BESIDE_LATER = 0.45;
/**
 * Deadlines for pairs by time, places by file and places by time, as shares of the time after the pairs by file; continuing files takes the
 * rest.
 */
const REST_SHARES = {
  alone: { laterPairs: 0, places: 0.8, laterPlaces: 0.8 },
  withTime: { laterPairs: 0.35, places: 0.65, laterPlaces: 0.85 },
} as const;
/** Of the time for pairs by file, the share for the layout adapter, where there is one. */
const LAYOUT_SHARE = 1 / 3;
/** Limits for measuring how fast this machine scores: number of pairs, and time after which no further one is started. */
const PACE_PAIRS = 8;
const PACE_MS = 3000;

export class TuneEvaluation {
  readonly #input: EvaluationInput;
  readonly #kept: LossStore;
  readonly #scorer: Scorer;
  readonly #byFile: HeldOutExamination;
  readonly #byTime: HeldOutExamination | null;

  static async open(input: EvaluationInput): Promise<TuneEvaluation> {
    return new TuneEvaluation(input, await LossStore.open(input.storeDir));
  }

  private constructor(input: EvaluationInput, kept: LossStore) {
    const { serving, repoName, byFile, byTime, leastSamples, mostPlaces, nowMs } = input;
    this.#input = input;
    this.#kept = kept;
    this.#scorer = new Scorer(serving, kept, weightsName, nowMs);
    const examination = (set: HeldOutPairs, least: number): HeldOutExamination =>
      new HeldOutExamination({
        serving,
        scorer: this.#scorer,
        repoName,
        ...set,
        leastSamples: least,
        mostPlaces,
        nowMs,
      });
    this.#byFile = examination(byFile, leastSamples);
    this.#byTime = byTime !== null && byTime.pairs.length > 0 ? examination(byTime, LEAST_BY_TIME) : null;
  }

  /**
   * Briefly scores pairs with the base, cached or not, and completes one place, which takes seconds on a slow machine: not if the pairs alone
   * are `tooMuch`.
   */
  async pace(
    rivals: Rivals,
    signal?: AbortSignal,
    tooMuch: (pairsAlone: Pace) => boolean = () => false,
  ): Promise<Pace> {
    const { byFile, serving, repoName, nowMs } = this.#input;
    const dueMs = nowMs() + PACE_MS;
    for (const sample of byFile.samples.slice(0, PACE_PAIRS)) {
      await this.#scorer.score(null, [sample], signal, true);
      if (nowMs() >= dueMs) break;
    }
    const tokensPerSecond = this.#scorer.tokensPerSecond ?? Number.POSITIVE_INFINITY;
    const pairsAlone = await this.#paceAt({ tokensPerSecond, secondsPerPlace: 0 }, rivals);
    if (tooMuch(pairsAlone)) return pairsAlone;
    const startedMs = nowMs();
    const [pair] = byFile.pairs;
    if (pair !== undefined) await completePlace(pair, serving, repoName, null, byFile.windows, signal);
    return await this.#paceAt({ tokensPerSecond, secondsPerPlace: (nowMs() - startedMs) / 1000 }, rivals);
  }

  /** Whether the base's losses on these pairs, in this layout, are cached from an earlier measurement. */
  async isKnown(): Promise<boolean> {
    const [first] = this.#input.byFile.samples;
    return first !== undefined && (await this.#scorer.missing(null, [first])).length === 0;
  }

  /** Seconds to score the fewest meaningful pairs under one model, extrapolated from the first. */
  async leastSeconds(signal?: AbortSignal): Promise<number> {
    const samples = this.#input.byFile.samples.slice(0, LEAST_HELD_OUT_PAIRS);
    await this.#scorer.score(null, samples.slice(0, 1), signal);
    return tokensOf(samples) / (this.#scorer.tokensPerSecond ?? Number.POSITIVE_INFINITY);
  }

  async #paceAt(speed: Speed, { active, layout = null }: Rivals): Promise<Pace> {
    const { byFile, byTime, leastSamples, mostPlaces } = this.#input;
    const present = (adapters: readonly (AdapterRef | null)[]) => adapters.filter((adapter) => adapter !== null);
    const completing = 2 + present([active]).length;
    /** The tuned one does not exist yet, so none of its losses is cached. */
    const scoring = async (samples: readonly ScoreSample[], rivals: readonly AdapterRef[]): Promise<number> => {
      let tokens = tokensOf(samples);
      // One that is deleted meanwhile will not be measured: an estimate need not fail because of it.
      for (const model of [null, ...rivals])
        tokens += tokensOf(await this.#scorer.missing(model, samples).catch(() => []));
      return tokens / speed.tokensPerSecond;
    };
    const seconds = async (pairs: number, later: number, places: number): Promise<number> =>
      (await scoring(byFile.samples.slice(0, pairs), present([active, layout]))) +
      (await scoring(byTime?.samples.slice(0, later) ?? [], present([active]))) +
      places * speed.secondsPerPlace;
    const sets = byTime === null ? 1 : 2;
    return {
      ...speed,
      seconds: await seconds(byFile.samples.length, byTime?.samples.length ?? 0, sets * completing * mostPlaces),
      // One place in each set, and one training file continued by base and adapter.
      leastSeconds: await seconds(leastSamples, LEAST_BY_TIME, sets * completing + 2 * VERBATIM_IN_PLACES),
    };
  }

  /** @throws the signal's reason when stopped: what was scored by then is cached. */
  async measure(
    { tuned, active, layout = null, learned, question, seconds, restSeconds = seconds, laterSeconds }: Candidate,
    onMessage: (message: string) => void,
    signal?: AbortSignal,
  ): Promise<Report> {
    const models: Models = [null, tuned, active];
    const [byFile, byTime] = [this.#byFile.of(models), this.#byTime?.of(models) ?? null];
    const { nowMs } = this.#input;
    const startedMs = nowMs();
    const sets = byTime === null ? 'alone' : 'withTime';
    const pairsMs = 1000 * seconds * (laterSeconds === undefined ? PAIRS_SHARE : PAIRS_SHARE_BESIDE_LATER);
    const untilMs = (ms: number): Allowance => ({ untilMs: ms, onMessage, signal });
    const answered = SETTLED[question];
    const shares = REST_SHARES[sets];
    await this.#keepingLosses(async () => {
      await byFile.score(answered, untilMs(startedMs + pairsMs * (layout === null ? 1 : 1 - LAYOUT_SHARE)));
      if (layout !== null) await byFile.control(layout, untilMs(startedMs + pairsMs));
    });
    const endMs = startedMs + 1000 * seconds;
    const later = async (ms: number): Promise<void> =>
      await this.#keepingLosses(async () => byTime?.score(answered, untilMs(ms)));
    if (laterSeconds !== undefined) await later(Math.min(nowMs() + 1000 * laterSeconds, endMs));
    const restFromMs = nowMs();
    const restMs = Math.min(1000 * restSeconds, endMs - restFromMs);
    const rest = (share: number): number => restFromMs + share * restMs;
    if (laterSeconds === undefined) await later(rest(shares.laterPairs));
    // Without files to continue, no time is reserved for them.
    const places = learned === null ? 1 / shares.laterPlaces : 1;
    await byFile.complete(untilMs(rest(shares.places * places)));
    await byTime?.complete(untilMs(rest(shares.laterPlaces * places)));
    const verbatimSeconds = Math.max(0, rest(1) - nowMs()) / 1000;
    return {
      format: 1,
      byFile: byFile.summarize(),
      byTime: byTime?.summarize() ?? null,
      examples: byFile.examples(EXAMPLES),
      training: null,
      verbatim: learned === null ? null : await this.#verbatim(learned, tuned, verbatimSeconds / 2, onMessage, signal),
    };
  }

  async #keepingLosses(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } finally {
      // A full disk costs the next measurement its time, nothing else.
      await this.#kept.save().catch(() => {});
    }
  }

  /** `seconds`: for base and adapter each. */
  async #verbatim(
    learned: readonly Pair[],
    tuned: AdapterRef,
    seconds: number,
    onMessage: (message: string) => void,
    signal?: AbortSignal,
  ): Promise<Report['verbatim']> {
    const { serving, repoName, mostPlaces, nowMs } = this.#input;
    onMessage('Looking for training text that is reproduced verbatim');
    const probe = new VerbatimProbe(serving, repoName, learned, Math.min(VERBATIM_PLACES, mostPlaces));
    const base = await probe.examine(null, { seconds, nowMs }, signal);
    const after = await probe.examine(tuned, { seconds, nowMs }, signal);
    return { places: probe.places, limit: VERBATIM_TOKENS, base, tuned: after };
  }
}

const SETTLED: Readonly<Record<Candidate['question'], Settled>> = {
  // Failing to beat one rival is enough to say no.
  'may-serve': ({ base, overBase, overActive }) => {
    const losses = [overBase, ...(overActive === null ? [] : [overActive])].map(({ loss }) => loss);
    const answers = losses.filter((loss) => settled(loss, base.loss));
    return answers.length === losses.length || answers.some(({ high }) => high !== null && high >= 0);
  },
  'which-is-better': ({ base, overActive }) => overActive !== null && settled(overActive.loss, base.loss),
};

function tokensOf(samples: readonly ScoreSample[]): number {
  return samples.reduce((total, { tokens }) => total + tokens.length, 0);
}
