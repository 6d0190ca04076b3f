/**
 * Whether a suggestion is worth showing to somebody who did not ask for it: how likely its first line is right, what that would save, and
 * what reading it costs. Coefficients and figures: `npm run bench -- silence` and bench/results/usefulness.md.
 */
import { sigmoid } from '../common/sigmoid.ts';
import { CHARS_PER_TOKEN } from '../prompt/budget.ts';

/** Who writes. An adapter is less sure of itself than its base where it is right as often. */
export const WRITERS = ['base', 'adapter'] as const;
export type Writer = (typeof WRITERS)[number];

/** What a model wrote, as it would be shown. */
export interface Written {
  readonly writer: Writer;
  /** Mean natural log of the probability of a token. */
  readonly confidence: number;
  readonly text: string;
}

/** The adapter of a base with fewer parameters is no surer, and no more modest, than a base. */
const LEAST_PARAMETERS = 100e6;

export function writerOf({ parameters }: { readonly parameters: number }, hasAdapter: boolean): Writer {
  return hasAdapter && parameters >= LEAST_PARAMETERS ? 'adapter' : 'base';
}

/** A token is a little longer than where windows are cut, on the safe side. */
const CHARACTERS_A_TOKEN = CHARS_PER_TOKEN + 0.5;

/** Natural log of the probability of all of the line that is written first, by the mean of a token. */
export function lineLogProbability({ confidence, text }: Pick<Written, 'confidence' | 'text'>): number {
  return confidence * Math.max(1, firstLine(text).length / CHARACTERS_A_TOKEN);
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

/** What the regression sees: of nats, of which the first ones say more than those behind them, the square root. */
export function doubtOf(written: Pick<Written, 'confidence' | 'text'>): number {
  return Math.sqrt(Math.max(0, -lineLogProbability(written)));
}

/** Chance that the first line is right. `lean`: log odds by which this person finds more of them right than the regression says. */
export function chanceOf(written: Written, lean = 0, coefficients = COEFFICIENTS[written.writer]): number {
  const logOdds = coefficients.certain - coefficients.doubt * doubtOf(written) + lean;
  return sigmoid(logOdds);
}

/** What it costs to be shown something, in keys. */
export interface Costs {
  readonly glance: number;
  /** Of a character of the first line, and of one of those behind it. */
  readonly reading: number;
  readonly readingFurther: number;
}

/**
 * At five keys a second, a glance of a fifth of a second is one key, and reading 25 characters a second, as one reads prose, a fifth of a
 * key for each. Further lines are read where the first one looks right, about every second time.
 */
export const COSTS: Costs = { glance: 1, reading: 0.2, readingFurther: 0.1 };

/** Keys that showing it is expected to save, less what reading it costs. */
export function worthOf(text: string, chance: number, { glance, reading, readingFurther }: Costs = COSTS): number {
  const { length } = firstLine(text);
  const further = text.trim().length - length;
  return chance * length - (glance + reading * length + readingFurther * further);
}

/** What of it is worth showing, as {@link shownPart}. `lean` as in {@link chanceOf}. */
export function worthShowing(written: Written, alone: boolean, lean = 0): string | null {
  return shownPart(written.text, chanceOf(written, lean), alone);
}

/**
 * All; or its first line, where that is worth showing and reading what follows costs more than it saves; or nothing, null. `alone`: whether
 * the first line can stand without those that follow.
 */
export function shownPart(text: string, chance: number, alone: boolean, costs: Costs = COSTS): string | null {
  if (worthOf(text, chance, costs) >= 0) return text;
  const line = firstLineAlone(text);
  return alone && worthOf(line, chance, costs) >= 0 ? line : null;
}

/** With the blanks before it, and nothing behind it. */
export function firstLineAlone(text: string): string {
  const start = text.length - text.trimStart().length;
  return text.slice(0, start + firstLine(text).length);
}

/** Without the blanks before it. */
export function firstLine(text: string): string {
  return text.trim().split(/\r?\n/, 1)[0]!;
}
