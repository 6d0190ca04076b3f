/** Steps, batch and learning rate for a repository of any size and a base of any size. */
import type { TrainingPlan } from '../types.ts';
import { PASSES_PER_SEARCH } from './adapterScale.ts';
import { glanceTokensIn } from './glances.ts';
import type { Schedule } from './trainJob.ts';

export interface ScheduleInput {
  /** Tokens of all training sequences, prompts included. */
  readonly trainTokens: number;
  /** Parameters of the base. */
  readonly parameters: number;
  readonly maxSeconds: number;
  readonly learningRate?: number;
}

const MOST_EPOCHS = 4;
/** A step is worthwhile only if its gradient averages over enough text. */
const USUAL_TOKENS_PER_STEP = 1024;
/** One training window: a slow machine takes smaller steps rather than too few. */
export const LEAST_TOKENS_PER_STEP = 512;
const MOST_TOKENS_PER_STEP = 8192;
/** Many small steps beat few large ones in the same time, down to where gradients get noisy (bench/results/hyperparameters.md). */
const WISHED_STEPS = 350;
/** With fewer steps than this, they get shorter than usual. */
const FEW_STEPS = 100;
const EVALUATIONS = 8;
/** The held-out loss of a few dozen pairs is noisy: fewer evaluations without progress mean nothing yet. */
const PATIENCE = 4;
const PROMPT_WEIGHT = 0.25;
/**
 * Every token: one in four is 1.1 to 1.2 times as fast, and has not been shown to learn more in the same time (bench/results/training.md).
 */
const PROMPT_EVERY = 1;
/** Between the measured bases of 8 and 500 million (bench/results/training.md). */
const LARGE_PARAMETERS = 1e8;

export function isLarge(parameters: number): boolean {
  return parameters >= LARGE_PARAMETERS;
}
/** Time of a step's recomputation and backward pass relative to a forward pass, with every block adapted. */
const BACKWARD_SHARE = 2.2;
/** Share of the time for steps; evaluations and checkpoints take the rest. */
export const STEPS_SHARE = 0.9;
const EVALUATIONS_SHARE = 0.06;
/** On a slow machine evaluations first use less text; only then do they get fewer than this. */
const LEAST_EVALUATIONS = 3;
/** About five windows: with fewer, one odd window decides, even if every evaluation uses the same text. */
const LEAST_EVALUATION_TOKENS = 2000;

/** The schedule for a machine of unlimited speed. */
export function planSchedule({ trainTokens, parameters, maxSeconds, learningRate }: ScheduleInput): Schedule {
  const schedule = {
    learningRate: learningRate ?? rateFor(parameters),
    finalShare: 0.05,
    promptWeight: PROMPT_WEIGHT,
    promptEvery: PROMPT_EVERY,
    patience: PATIENCE,
    maxSeconds,
  };
  return { ...schedule, ...divide(trainTokens * MOST_EPOCHS, USUAL_TOKENS_PER_STEP) };
}

/** Time of a training step relative to a forward pass, on text seen for the first time: backward stops below the adapted blocks. */
export function forwardsPerStepOf({ blocks, adaptedBlocks }: Pick<TrainingPlan, 'blocks' | 'adaptedBlocks'>): number {
  return 1 + (BACKWARD_SHARE * adaptedBlocks) / blocks;
}

/** What is known about the machine and the text after a few forward rows. */
export interface Pace {
  readonly forwardSecondsPerToken: number;
  /** {@link forwardsPerStepOf} */
  readonly forwardsPerStep: number;
  /** What is left of `maxSeconds`. */
  readonly secondsLeft: number;
  /** Held-out tokens for steering: an evaluation uses at most these. */
  readonly heldOutTokens: number;
  /** Training tokens in one epoch. */
  readonly epochTokens: number;
}

export interface EvaluationPlan {
  /** Most held-out tokens per evaluation pass. */
  readonly tokens: number;
  /** Training time reserved for the last evaluation, and for half a step of overrun. */
  readonly finalSeconds: number;
  /** Held-out tokens of a glance; 0: there are none (`glances.ts`). */
  readonly glanceTokens: number;
  /** The pace that this was planned at. */
  readonly forwardSecondsPerToken: number;
  readonly forwardsPerStep: number;
}

export interface FittedSchedule {
  readonly schedule: Schedule;
  readonly evaluation: EvaluationPlan;
  /** Estimate of the tokens that will be trained on. */
  readonly tokens: number;
}

/** A schedule that fits the time: fewer tokens, smaller steps rather than too few, and cheaper evaluations. */
export function fitToSpeed(schedule: Schedule, pace: Pace): FittedSchedule {
  const { forwardSecondsPerToken, forwardsPerStep, secondsLeft } = pace;
  const affordable = Math.max(0, (secondsLeft * STEPS_SHARE) / (forwardSecondsPerToken * forwardsPerStep));
  const wanted = schedule.steps * schedule.tokensPerStep;
  const fitted = affordable >= wanted ? schedule : { ...schedule, ...inTime(affordable, wanted) };
  const tokens = Math.min(affordable, wanted);
  const onlyAtEnd = schedule.evaluateEvery >= schedule.steps;
  const { evaluations, perPass } = planEvaluations(tokens, pace, onlyAtEnd ? 1 : EVALUATIONS);
  const halfAStep = (fitted.tokensPerStep * forwardSecondsPerToken * forwardsPerStep) / 2;
  const finalSeconds = PASSES_PER_SEARCH * perPass * forwardSecondsPerToken + halfAStep;
  const rarer = { ...fitted, evaluateEvery: Math.ceil(fitted.steps / evaluations) };
  return {
    schedule: evaluations >= EVALUATIONS ? fitted : rarer,
    evaluation: {
      tokens: perPass,
      finalSeconds: Math.min(finalSeconds, secondsLeft / 2),
      glanceTokens: onlyAtEnd ? 0 : glanceTokensIn(secondsLeft, forwardSecondsPerToken, perPass),
      forwardSecondsPerToken,
      forwardsPerStep,
    },
    tokens,
  };
}

/** Two rows, timed while the machine is briefly busy, may be three times too slow. */
const HEADROOM = 3;

/** Time ends such a run, and the cosine with it, so it plans more steps than estimated: a low estimate then costs nothing. */
function inTime(affordable: number, wanted: number): Division {
  const likely = divide(affordable, LEAST_TOKENS_PER_STEP);
  const steps = Math.max(1, Math.ceil(Math.min(wanted, affordable * HEADROOM) / likely.tokensPerStep));
  return { ...likely, steps, evaluateEvery: Math.max(5, Math.round(steps / EVALUATIONS)) };
}

/** As many evaluations, of `most`, of as much text as their share of the time allows: first fewer of them, then less text. */
function planEvaluations(
  tokens: number,
  { forwardSecondsPerToken, secondsLeft, heldOutTokens, epochTokens }: Pace,
  most: number,
): { readonly evaluations: number; readonly perPass: number } {
  const affordable = (secondsLeft * EVALUATIONS_SHARE) / forwardSecondsPerToken;
  const fitting = (text: number, least: number): number | undefined =>
    range(most, least).find((evaluations) => passesOf(evaluations, tokens <= epochTokens) * text <= affordable);
  const whole = fitting(heldOutTokens, LEAST_EVALUATIONS);
  if (whole !== undefined) return { evaluations: whole, perPass: heldOutTokens };
  const evaluations = fitting(Math.min(heldOutTokens, LEAST_EVALUATION_TOKENS), 1) ?? 1;
  const few = Math.min(evaluations, LEAST_EVALUATIONS);
  const perPass = Math.max(LEAST_EVALUATION_TOKENS, affordable / passesOf(few, tokens <= epochTokens));
  return { evaluations: few, perPass: Math.min(heldOutTokens, Math.floor(perPass)) };
}

/** Forward passes: one before the first step, a search at the end, and in between as {@link searchesAt} says. */
function passesOf(evaluations: number, withinAnEpoch: boolean): number {
  return 1 + (evaluations - 1) * (withinAnEpoch ? 1 : PASSES_PER_SEARCH) + PASSES_PER_SEARCH;
}

/**
 * Whether an evaluation searches for the best scale. During the first epoch little is memorized, and a smaller scale hardly ever does
 * better: only the end searches.
 */
export function searchesAt(epoch: number, over: boolean): boolean {
  return over || epoch > 0;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, from - to + 1) }, (_, i) => from - i);
}

/** Training time of a full run, evaluations included; lack of progress may end it sooner. */
export function predictSeconds(
  { steps, tokensPerStep, maxSeconds }: Schedule,
  { forwardSecondsPerToken, forwardsPerStep }: Pick<Pace, 'forwardSecondsPerToken' | 'forwardsPerStep'>,
): number {
  return Math.min(maxSeconds, (steps * tokensPerStep * forwardSecondsPerToken * forwardsPerStep) / STEPS_SHARE);
}

type Division = Pick<Schedule, 'steps' | 'tokensPerStep' | 'warmupSteps' | 'evaluateEvery'>;

function divide(tokens: number, leastPerStep: number): Division {
  const usual = clamp(Math.round(tokens / WISHED_STEPS), USUAL_TOKENS_PER_STEP, MOST_TOKENS_PER_STEP);
  const tokensPerStep = clamp(Math.round(tokens / FEW_STEPS), leastPerStep, usual);
  const steps = Math.max(1, Math.ceil(tokens / tokensPerStep));
  return {
    steps,
    tokensPerStep,
    warmupSteps: Math.max(1, Math.min(20, Math.round(steps * 0.05))),
    evaluateEvery: Math.max(5, Math.round(steps / EVALUATIONS)),
  };
}

/**
 * Small bases tolerate, and need, larger rates: 3e-3 measured best at 8 M parameters, 3e-4 usual from 0.5 B up; log-log
 * linear in between.
 */
export function rateFor(parameters: number): number {
  const [small, large] = [8.4e6, 5e8];
  const share = Math.log(clamp(parameters, small, large) / small) / Math.log(large / small);
  return 3e-3 * 10 ** -share;
}

/**
 * Linear warm-up, over a cosine from the peak down to `finalShare` of it. `step` counts from 0; `progress`, 0 to 1, is how much of the run
 * is over, by steps or by time.
 */
export function rateAt(
  step: number,
  progress: number,
  { learningRate, warmupSteps, finalShare }: Pick<Schedule, 'learningRate' | 'warmupSteps' | 'finalShare'>,
): number {
  const warm = Math.min(1, (step + 1) / warmupSteps);
  return learningRate * warm * (finalShare + (1 - finalShare) * 0.5 * (1 + Math.cos(Math.PI * clamp(progress, 0, 1))));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
