/** Steps, batch and learning rate for a repository of any size and a base of any size. */
import { PASSES_PER_SEARCH } from './adapterScale.ts';
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
/** A step is worth taking only when its gradient is an average over enough text. */
const LEAST_TOKENS_PER_STEP = 1024;
const MOST_TOKENS_PER_STEP = 8192;
/** Many small steps beat few large ones in the same time, down to where gradients get noisy (bench/README.md). */
const WISHED_STEPS = 350;
const EVALUATIONS = 8;
/** The held-out loss of a few dozen pairs wobbles: fewer evaluations without progress than this say nothing yet. */
const PATIENCE = 4;
const PROMPT_WEIGHT = 0.25;
/** Time of a training step over that of a forward pass alone: the pass, its recomputation, and the backward. */
const STEP_OVER_FORWARD = 3.2;
/** Of the time there is, what steps may take; evaluations and checkpoints take the rest. */
const STEPS_SHARE = 0.85;
const EVALUATIONS_SHARE = 0.12;
/** Fewer would leave the best weights to chance. */
const LEAST_EVALUATIONS = 3;

/** The schedule for a machine of unlimited speed. */
export function planSchedule({ trainTokens, parameters, maxSeconds, learningRate }: ScheduleInput): Schedule {
  const schedule = {
    learningRate: learningRate ?? rateFor(parameters),
    finalShare: 0.05,
    promptWeight: PROMPT_WEIGHT,
    patience: PATIENCE,
    maxSeconds,
  };
  return { ...schedule, ...divide(trainTokens * MOST_EPOCHS) };
}

/**
 * The schedule that ends in time on a machine whose forward pass takes `forwardSecondsPerToken`, and one over all that is held out
 * `passSeconds`: fewer tokens, smaller steps rather than too few of them, and fewer evaluations.
 */
export function fitToSpeed(schedule: Schedule, forwardSecondsPerToken: number, passSeconds: number): Schedule {
  const affordable = (schedule.maxSeconds * STEPS_SHARE) / (forwardSecondsPerToken * STEP_OVER_FORWARD);
  const wanted = schedule.steps * schedule.tokensPerStep;
  // Steps alone end a run early; time ends it when they turn out slower, so the estimate need not be cautious.
  const fitted = affordable >= wanted ? schedule : { ...schedule, ...divide(affordable * 1.25) };
  const evaluations = Math.floor((schedule.maxSeconds * EVALUATIONS_SHARE) / (passSeconds * PASSES_PER_SEARCH));
  if (evaluations >= EVALUATIONS) return fitted;
  return { ...fitted, evaluateEvery: Math.ceil(fitted.steps / Math.max(LEAST_EVALUATIONS, evaluations)) };
}

/** Training time of a run that goes to its end, evaluations included; progress that ends may end it sooner. */
export function predictSeconds({ steps, tokensPerStep, maxSeconds }: Schedule, forwardSecondsPerToken: number): number {
  return Math.min(maxSeconds, (steps * tokensPerStep * forwardSecondsPerToken * STEP_OVER_FORWARD) / STEPS_SHARE);
}

type Division = Pick<Schedule, 'steps' | 'tokensPerStep' | 'warmupSteps' | 'evaluateEvery'>;

function divide(tokens: number): Division {
  const tokensPerStep = clamp(Math.round(tokens / WISHED_STEPS), LEAST_TOKENS_PER_STEP, MOST_TOKENS_PER_STEP);
  const steps = Math.max(1, Math.ceil(tokens / tokensPerStep));
  return {
    steps,
    tokensPerStep,
    warmupSteps: Math.max(1, Math.min(20, Math.round(steps * 0.05))),
    evaluateEvery: Math.max(5, Math.round(steps / EVALUATIONS)),
  };
}

/**
 * Small bases take, and need, larger rates: 3e-3 measured best on 8 M parameters, 3e-4 usual from 0.5 B up; a straight
 * line between the two in log-log.
 */
export function rateFor(parameters: number): number {
  const [small, large] = [8.4e6, 5e8];
  const share = Math.log(clamp(parameters, small, large) / small) / Math.log(large / small);
  return 3e-3 * 10 ** -share;
}

/**
 * Linear warm-up over the first steps of a cosine from the peak down to `finalShare` of it. `step` counts from 0; `progress`,
 * 0 to 1, is how much of the run is over, by steps or by time.
 */
export function rateAt(step: number, progress: number, { learningRate, warmupSteps, finalShare }: Schedule): number {
  const warm = Math.min(1, (step + 1) / warmupSteps);
  return learningRate * warm * (finalShare + (1 - finalShare) * 0.5 * (1 + Math.cos(Math.PI * clamp(progress, 0, 1))));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
