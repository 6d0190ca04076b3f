/** How a suggestion compares with what a person wrote in its place. */
import type { SyntaxReader } from '../languages/syntax.ts';
import { preTokenStarts } from '../prompt/preTokens.ts';

export interface Case {
  readonly prefix: string;
  readonly middle: string;
  readonly suffix: string;
}

export interface Insertion {
  readonly text: string;
  readonly replaceAfter: number;
  /** How many units at its end, to be placed after the cursor, close what it opens. */
  readonly caretBack?: number;
}

export interface Verdict {
  readonly exact: boolean;
  readonly firstLine: boolean;
  /** 1 - Levenshtein distance over the longer's length. */
  readonly similarity: number;
  /** null: the file is not valid with the true middle, or the language has no grammar. */
  readonly syntaxValid: boolean | null;
  /** As many lines as the true middle, and the same last token. */
  readonly endsRight: boolean;
}

export function scoreCompletion(
  truth: Case,
  { text, replaceAfter, caretBack = 0 }: Insertion,
  syntax: SyntaxReader | null,
): Verdict {
  // Text after the cursor that a suggestion replaces is part of what it has to reproduce.
  const middle = (truth.middle + truth.suffix.slice(0, replaceAfter)).trimEnd();
  const written = text.trimEnd();
  const whole = (inserted: string): string => truth.prefix + inserted + truth.suffix.slice(replaceAfter);
  const syntaxValid = syntax === null || syntax.hasError(whole(middle)) ? null : !syntax.hasError(whole(text));
  return {
    exact: written === middle,
    // Once a first line break is typed in between, the closing part moves to a line of its own.
    firstLine: [written, text.slice(0, text.length - caretBack)].some((line) => lineOf(line) === lineOf(middle)),
    similarity: similarity(written, middle),
    syntaxValid,
    endsRight: written.split('\n').length === middle.split('\n').length && lastToken(written) === lastToken(middle),
  };
}

function lineOf(text: string): string {
  return text.trimStart().split('\n', 1)[0]!.trimEnd();
}

function lastToken(text: string): string {
  const start = preTokenStarts(text).at(-1);
  return start === undefined ? '' : text.slice(start).trim();
}

/** Longer texts differ anyway; the first part is enough to tell how much. */
const LONGEST = 400;

/** 1 - Levenshtein distance over the longer's length, of their first {@link LONGEST} units. */
export function similarity(a: string, b: string): number {
  const [left, right] = [a.slice(0, LONGEST), b.slice(0, LONGEST)];
  const longer = Math.max(left.length, right.length);
  return longer === 0 ? 1 : 1 - levenshtein(left, right) / longer;
}

function levenshtein(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, above[j]! + 1, row[j - 1]! + 1));
    }
    above = row;
  }
  return above[b.length]!;
}
