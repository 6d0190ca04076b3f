/** The plan of a run, made once a few rows have shown how fast this machine is. */
import { EngineError } from '../errors.ts';
import { type Computing, isTooShort, tooShortMessage } from './outlook.ts';
import { type EvaluationPlan, fitToSpeed, forwardsPerStepOf, type Pace, predictSeconds } from './schedule.ts';
import type { Steering, Timing } from './steering.ts';
import type { LoopEvent, Schedule, TrainJob } from './trainJob.ts';

/** For runs that do not adapt to speed: all held-out text, no time reserved, and nothing in between. */
export const WHOLE_EVALUATION: EvaluationPlan = {
  tokens: Number.MAX_VALUE,
  finalSeconds: 0,
  glanceTokens: 0,
  forwardSecondsPerToken: 0,
  forwardsPerStep: 1,
};

export interface RunPlan {
  readonly schedule: Schedule;
  readonly evaluation: EvaluationPlan;
  readonly planned: Extract<LoopEvent, { kind: 'planned' }>;
}

type Planned = Pick<TrainJob, 'schedule' | 'adaptToSpeed' | 'preflight'>;

/** @throws EngineError `too-short` if the job asks for that. */
export function planRun(job: Planned, pace: Pace, computing: Computing): RunPlan {
  const { schedule, evaluation, outlook } = looked(job, pace);
  if (isRefused(job, pace)) {
    const otherSeconds = (job.preflight?.otherSeconds ?? 0) + job.schedule.maxSeconds - pace.secondsLeft;
    const message = tooShortMessage(outlook, pace.forwardSecondsPerToken, computing, otherSeconds);
    throw new EngineError('too-short', message);
  }
  const { steps, tokens } = outlook;
  const epochs = job.preflight === undefined ? null : outlook.epochs;
  const seconds = predictSeconds(schedule, pace);
  return { schedule, evaluation, planned: { kind: 'planned', steps, tokens, seconds, epochs } };
}

function isRefused(job: Planned, pace: Pace): boolean {
  return job.preflight?.refuses === true && isTooShort(looked(job, pace).outlook);
}

export interface Surroundings {
  readonly epochTokens: number;
  readonly computing: Computing;
  /** Scale of the adapter. */
  readonly scale: number;
  secondsLeft(): number;
  nowMs(): number;
}

/** Times the first rows of `steering`, plans by that, and limits `steering` to the plan. @throws as {@link planRun}. */
export async function timedPlan(
  job: Planned,
  steering: Steering,
  { epochTokens, computing, scale, secondsLeft, nowMs }: Surroundings,
): Promise<RunPlan & Pick<Timing, 'losses'>> {
  const paceOf = (forwardSecondsPerToken: number): Pace => ({
    forwardSecondsPerToken,
    forwardsPerStep: forwardsPerStepOf(computing),
    secondsLeft: secondsLeft(),
    heldOutTokens: steering.tokens,
    epochTokens,
  });
  const { secondsPerToken, losses } = await steering.time(scale, nowMs, (one) => !isRefused(job, paceOf(one)));
  const plan = planRun(job, paceOf(secondsPerToken), computing);
  steering.limit(plan.evaluation.tokens, plan.evaluation.glanceTokens);
  return { ...plan, losses };
}

function looked({ schedule: whole, adaptToSpeed, preflight }: Planned, pace: Pace) {
  const { schedule, evaluation, tokens } = adaptToSpeed
    ? fitToSpeed(whole, pace)
    : { schedule: whole, evaluation: WHOLE_EVALUATION, tokens: whole.steps * whole.tokensPerStep };
  const steps = Math.min(schedule.steps, Math.floor(tokens / schedule.tokensPerStep));
  // If the run gets only part of the text, epochs still count the whole.
  const epochs = tokens / Math.max(pace.epochTokens, preflight?.datasetTokens ?? 0);
  return { schedule, evaluation, outlook: { steps, tokens, epochs } };
}
