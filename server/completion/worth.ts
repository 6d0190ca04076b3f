/**
 * Whether a suggestion is worth showing to somebody who did not ask for it: how likely its first line is right, what that would save, and
 * what reading it costs. Coefficients and figures: `npm run bench -- silence` and bench/results/usefulness.md.
 */
import { sigmoid } from '../common/sigmoid.ts';
import { CHARS_PER_TOKEN } from '../prompt/budget.ts';

/** Who writes. At the same accuracy, an adapter is less confident than its base. */
export const WRITERS = ['base', 'adapter'] as const;
export type Writer = (typeof WRITERS)[number];

/** What a model wrote, as it would be shown. */
export interface Written {
  readonly writer: Writer;
  /** Natural log of the probability of its first line, for each token of that; of all that was written, where only its mean was kept. */
  readonly confidence: number;
  readonly text: string;
}

/** With fewer parameters, an adapter is as confident as a base. */
const LEAST_PARAMETERS = 100e6;

export function writerOf({ parameters }: { readonly parameters: number }, hasAdapter: boolean): Writer {
  return hasAdapter && parameters >= LEAST_PARAMETERS ? 'adapter' : 'base';
}

/** A real token is a little longer than the cautious estimate used to cut windows. */
const CHARACTERS_A_TOKEN = CHARS_PER_TOKEN + 0.5;

/** Tokens of a line, estimated. */
export function tokensIn(line: string): number {
  return Math.max(1, line.length / CHARACTERS_A_TOKEN);
}

/** Natural log of the probability of the whole first line. */
export function lineLogProbability({ confidence, text }: Pick<Written, 'confidence' | 'text'>): number {
  return confidence * tokensIn(firstLine(text));
}

/** Log odds: `certain` where the model is sure, less `doubt` for each unit of {@link doubtOf}. */
export interface Coefficients {
  readonly certain: number;
  readonly doubt: number;
}

const COEFFICIENTS: Readonly<Record<Writer, Coefficients>> = {
  base: { certain: 2.61, doubt: 3.4 },
  adapter: { certain: 3.45, doubt: 3.63 },
};

/** The regression's input: the square root of the nats, since the first ones say more than later ones. */
export function doubtOf(written: Pick<Written, 'confidence' | 'text'>): number {
  return Math.sqrt(Math.max(0, -lineLogProbability(written)));
}

/** Chance that the first line is right. `lean`: log odds by which they are right more often for this person than the regression says. */
export function chanceOf(written: Written, lean = 0, coefficients = COEFFICIENTS[written.writer]): number {
  const logOdds = coefficients.certain - coefficients.doubt * doubtOf(written) + lean;
  return sigmoid(logOdds);
}

/** Cost of being shown something, in keys. */
export interface Costs {
  readonly glance: number;
  /** Per character of the first line; `readingFurther`, per character after it. */
  readonly reading: number;
  readonly readingFurther: number;
}

/**
 * At five keys a second, a glance of a fifth of a second costs one key, and reading at 25 characters a second, the speed for prose, a fifth
 * of a key each. Further lines are read if the first one looks right, about every second time.
 */
export const COSTS: Costs = { glance: 1, reading: 0.2, readingFurther: 0.1 };

/** Keys that showing it is expected to save, minus the cost of reading it. */
export function worthOf(text: string, chance: number, costs: Costs = COSTS): number {
  return chance * firstLine(text).length - costOf(text, costs);
}

/** Keys that it costs to be shown it. */
export function costOf(text: string, { glance, reading, readingFurther }: Costs = COSTS): number {
  const { length } = firstLine(text);
  return glance + reading * length + readingFurther * (text.trim().length - length);
}

/** The part worth showing, as {@link shownPart}. `lean` as in {@link chanceOf}. */
export function worthShowing(written: Written, alone: boolean, lean = 0): string | null {
  return shownPart(written.text, chanceOf(written, lean), alone);
}

/** All of it; its first line, if only that is worth reading; or null. `alone`: whether the first line can stand without the rest. */
export function shownPart(text: string, chance: number, alone: boolean, costs: Costs = COSTS): string | null {
  if (worthOf(text, chance, costs) >= 0) return text;
  const line = firstLineAlone(text);
  return alone && worthOf(line, chance, costs) >= 0 ? line : null;
}

/** With the white space before it, and nothing after it. */
export function firstLineAlone(text: string): string {
  const start = text.length - text.trimStart().length;
  return text.slice(0, start + firstLine(text).length);
}

/** Without the white space before it. */
export function firstLine(text: string): string {
  return text.trim().split(/\r?\n/, 1)[0]!;
}
