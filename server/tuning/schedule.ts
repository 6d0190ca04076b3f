/** Steps, batch and learning rate for a repository of any size and a base of any size. */
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
const LEAST_TOKENS_PER_STEP = 2048;
const MOST_TOKENS_PER_STEP = 8192;
/** Below this many steps an adaptive optimizer has hardly left its warm-up. */
const WISHED_STEPS = 150;
const EVALUATIONS = 12;
const PROMPT_WEIGHT = 0.25;

export function planSchedule({ trainTokens, parameters, maxSeconds, learningRate }: ScheduleInput): Schedule {
  const tokens = trainTokens * MOST_EPOCHS;
  const tokensPerStep = clamp(Math.round(tokens / WISHED_STEPS), LEAST_TOKENS_PER_STEP, MOST_TOKENS_PER_STEP);
  const steps = Math.max(1, Math.ceil(tokens / tokensPerStep));
  return {
    steps,
    warmupSteps: Math.max(1, Math.min(20, Math.round(steps * 0.05))),
    learningRate: learningRate ?? rateFor(parameters),
    finalShare: 0.05,
    promptWeight: PROMPT_WEIGHT,
    tokensPerStep,
    evaluateEvery: Math.max(5, Math.round(steps / EVALUATIONS)),
    patience: 3,
    maxSeconds,
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

/** Linear warm-up, then a cosine down to `finalShare` of the peak. `step` counts from 0. */
export function rateAt(step: number, schedule: Schedule): number {
  const { learningRate, warmupSteps, steps, finalShare } = schedule;
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  const done = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  return learningRate * (finalShare + (1 - finalShare) * 0.5 * (1 + Math.cos(Math.PI * done)));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
