/** Estimates, before the first step, what a run will learn in its time and whether that can help. Pure. */
import { LEAST_STEPS } from '../../common/shortRun.ts';
import type { TrainingPlan } from '../types.ts';
import { forwardsPerStepOf, isLarge, LEAST_TOKENS_PER_STEP, STEPS_SHARE } from './schedule.ts';

export interface Outlook {
  readonly tokens: number;
  readonly steps: number;
  /** How often the repository's training text is learned: 1 is all of it once. */
  readonly epochs: number;
}

/** Least share of a run's minutes spent in steps on a slow machine (bench/README.md, `budget`). */
const TRAINING_SHARE = 0.75;

export function isTooShort({ steps, epochs }: Outlook): boolean {
  return steps < LEAST_STEPS && epochs < 1;
}

/** "About 41,000 tokens in 80 steps: 12 % of the repository's training text." */
export function describeOutlook({ tokens, steps, epochs }: Outlook): string {
  const share = epochs < 1 ? `${percent(epochs)} of the training text` : `the training text ${times(epochs)}`;
  return `Learning about ${rounded(tokens)} tokens in ${steps} ${steps === 1 ? 'step' : 'steps'}: ${share}`;
}

/** Minutes of training alone for the fewest steps that help. */
export function leastMinutes(
  forwardSecondsPerToken: number,
  plan: Pick<Computing, 'blocks' | 'adaptedBlocks'>,
): number {
  return (LEAST_STEPS * LEAST_TOKENS_PER_STEP * forwardSecondsPerToken * forwardsPerStepOf(plan)) / 60;
}

/** Minutes of a whole run in which training gets `share` times {@link leastMinutes}; `plan`: by default an adapter on every block. */
export function minutesToAllow(forwardSecondsPerToken: number, share = 1, plan = EVERY_BLOCK): number {
  return Math.ceil((share * leastMinutes(forwardSecondsPerToken, plan)) / TRAINING_SHARE);
}

const EVERY_BLOCK = { blocks: 1, adaptedBlocks: 1 };

/** What computes the steps, and how much of the base they train. */
export interface Computing extends Pick<TrainingPlan, 'device' | 'blocks' | 'adaptedBlocks'> {
  /** Number of parameters of the base. */
  readonly parameters: number;
}

/** Why a run does not start, and what would help. `otherSeconds`: what the run's time had to pay for besides steps. */
export function tooShortMessage(
  { steps }: Pick<Outlook, 'steps'>,
  forwardSecondsPerToken: number,
  computing: Computing,
  otherSeconds = 0,
): string {
  const taken = `about ${steps} training ${steps === 1 ? 'step' : 'steps'}`;
  const found = `The time is too short: this machine would take ${taken}, and an adapter needs ${LEAST_STEPS}.`;
  // With few steps, half the blocks of a large base learn less than all of them in even fewer.
  const fewer = Math.ceil(computing.blocks / 3);
  const choices = [
    ...(!isLarge(computing.parameters) && computing.adaptedBlocks > fewer
      ? [`adapt fewer blocks (--blocks ${fewer} on the command line)`]
      : []),
    'choose a smaller base',
    ...(computing.device === 'CPU' ? ['use a GPU'] : []),
  ];
  // A busy machine may have spent all the minutes given before the first step: the next run will, too.
  const besides = (otherSeconds / 60 + leastMinutes(forwardSecondsPerToken, computing)) / STEPS_SHARE;
  const least = Math.max(minutesToAllow(forwardSecondsPerToken, 1, computing), Math.ceil(besides));
  const minutes = least === 1 ? '1 minute' : `${least} minutes`;
  // The panel's other sizes have minutes of their own.
  const where = '(repotune.tuning.maxMinutes, with the run size "From settings"; on the command line: --minutes)';
  return `${found} ${oneOf([`Allow at least ${minutes} ${where}`, ...choices])}. To train all the same, tick "Train even if the time is short" in the panel's Tune tab (on the command line: --anyway).`;
}

function oneOf(choices: readonly string[]): string {
  const [last = '', ...others] = choices.toReversed();
  return others.length > 1 ? `${others.toReversed().join(', ')}, or ${last}` : `${others.join('')} or ${last}`;
}

/** An estimate is good for two digits. */
function rounded(count: number): string {
  return Number(count.toPrecision(2)).toLocaleString('en');
}

function percent(share: number): string {
  return share > 0 && share < 0.01 ? 'less than 1 %' : `${Math.round(100 * share)} %`;
}

function times(epochs: number): string {
  return epochs < 1.25 ? 'once' : `${epochs.toFixed(1)} times`;
}
