import type { Bits, Outcome } from './measure.ts';

export interface Summary {
  readonly bitsPerByte: number;
  readonly firstTokenPercent: number;
  readonly lineExactPercent: number;
  readonly stopsRightPercent: number;
  readonly loopsPercent: number;
  readonly positions: number;
}

export function summarize(outcomes: readonly Outcome[], bits: readonly Bits[]): Summary {
  const percent = (of: (outcome: Outcome) => boolean): number => (100 * outcomes.filter(of).length) / outcomes.length;
  const sum = (of: (one: Bits) => number): number => bits.reduce((total, one) => total + of(one), 0);
  return {
    bitsPerByte: sum((one) => one.bits) / sum((one) => one.bytes),
    firstTokenPercent: percent(({ firstToken }) => firstToken),
    lineExactPercent: percent(({ lineExact }) => lineExact),
    stopsRightPercent: percent(({ stopsRight }) => stopsRight),
    loopsPercent: percent((outcome) => outcome.loops),
    positions: outcomes.length,
  };
}

/** A summary per language, in order of appearance. */
export function byLanguage(outcomes: readonly Outcome[], bits: readonly Bits[]): Map<string, Summary> {
  const languages = new Set(outcomes.map(({ language }) => language));
  return new Map(
    [...languages].map((language) => [
      language,
      summarize(
        outcomes.filter((one) => one.language === language),
        bits.filter((one) => one.language === language),
      ),
    ]),
  );
}
