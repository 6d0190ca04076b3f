/** What a run will learn in its time, told before its first step, and whether that can help. Pure. */
import { LEAST_STEPS } from '../../common/shortRun.ts';
import { forwardsPerStep, LEAST_TOKENS_PER_STEP } from './schedule.ts';

export interface Outlook {
  readonly tokens: number;
  readonly steps: number;
  /** How often the repository's training text is learned: 1 is all of it once. */
  readonly epochs: number;
}

/** Share of a run's minutes that its steps take at least on a slow machine (bench/README.md, `budget`). */
const TRAINING_SHARE = 0.75;

export function isTooShort({ steps, epochs }: Outlook): boolean {
  return steps < LEAST_STEPS && epochs < 1;
}

/** "About 41,000 tokens in 80 steps: 12 % of the repository's training text." */
export function describeOutlook({ tokens, steps, epochs }: Outlook): string {
  const share = epochs < 1 ? `${percent(epochs)} of the training text` : `the training text ${times(epochs)}`;
  return `Learning about ${rounded(tokens)} tokens in ${steps} ${steps === 1 ? 'step' : 'steps'}: ${share}`;
}

/** Minutes that training alone would need for the least that helps. */
export function leastMinutes(forwardSecondsPerToken: number): number {
  return (LEAST_STEPS * LEAST_TOKENS_PER_STEP * forwardSecondsPerToken * forwardsPerStep) / 60;
}

/** Minutes of a whole run that leave training `share` times the least that helps. */
export function minutesToAllow(forwardSecondsPerToken: number, share = 1): number {
  return Math.ceil((share * leastMinutes(forwardSecondsPerToken)) / TRAINING_SHARE);
}

/** Why a run is not begun, and what would help. */
export function tooShortMessage(outlook: Outlook, forwardSecondsPerToken: number, device: string): string {
  const { steps, tokens, epochs } = outlook;
  const share = `${percent(epochs)} of the training text`;
  const found = `In the time given, this machine would learn about ${rounded(tokens)} tokens in ${steps} ${steps === 1 ? 'step' : 'steps'} (${share}). Under ${LEAST_STEPS} steps an adapter hardly differs from none.`;
  const choices = device === 'CPU' ? ', choose a smaller base, or use a GPU' : ' or choose a smaller base';
  const least = minutesToAllow(forwardSecondsPerToken);
  const minutes = least === 1 ? '1 minute' : `${least} minutes`;
  return `${found} Allow at least ${minutes}${choices}. To train all the same, pass --anyway, or tick "Train even if the time is short" in the panel.`;
}

/** Two digits say all that an estimate knows. */
function rounded(count: number): string {
  return Number(count.toPrecision(2)).toLocaleString('en');
}

function percent(share: number): string {
  return share > 0 && share < 0.01 ? 'less than 1 %' : `${Math.round(100 * share)} %`;
}

function times(epochs: number): string {
  return epochs < 1.25 ? 'once' : `${epochs.toFixed(1)} times`;
}
