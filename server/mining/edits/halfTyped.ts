/** A step while it is being typed: its last line cut where people are likely to pause. Pure. */
import type { Random } from '../../common/random.ts';
import type { Partly } from './moments.ts';
import type { Step } from './steps.ts';

/** Relative weights of a pause after a character. */
const WEIGHTS: readonly (readonly [RegExp, number])[] = [
  [/[(,;.=]/, 10],
  [/[[{:<>+\-*/|&!?]/, 5],
  [/\s/, 3],
  [/\W/, 2],
];
const INSIDE_NAME = 0.5;
/** People finish a name before they look up. */
const AFTER_NAME = 3;
/** Most lines after the typed one: nobody could guess more. */
const MOST_LINES_AHEAD = 4;

/** null if no line in it can be half typed. */
export function halfTyped({ before, after }: Step, random: Random): Partly | null {
  const lines = [...after.keys()].filter((i) => {
    const ahead = after.length - 1 - i;
    return cutsIn(before[i] ?? '', after[i]!).length > 0 && ahead <= MOST_LINES_AHEAD;
  });
  if (lines.length === 0) return null;
  const i = lines[random.below(lines.length)]!;
  const cuts = cutsIn(before[i] ?? '', after[i]!);
  const cut = cuts[random.weighted(cuts.map(({ weight }) => weight))]!;
  return {
    done: { before: before.slice(0, i + 1), after: [...after.slice(0, i), cut.line] },
    at: i,
    rest: { before: [cut.line, ...before.slice(i + 1)], after: after.slice(i) },
  };
}

interface Cut {
  readonly line: string;
  readonly weight: number;
}

/** Where a line that replaces `old` may be cut; what both share is there already. */
function cutsIn(old: string, line: string): Cut[] {
  const [from, to] = insertion(old, line);
  const written = line.slice(from, to);
  const cuts: Cut[] = [];
  for (let at = 1; at < written.length; at++) {
    const [typed, rest] = [written.slice(0, at), written.slice(at)];
    if (typed.trim() === '' || rest.trim() === '' || isHalf(line, from + at)) continue;
    cuts.push({ line: line.slice(0, from) + typed + line.slice(to), weight: weightBehind(typed, rest) });
  }
  return cuts;
}

/** Range of `line` that differs from `old`; all of it if they have little in common. */
function insertion(old: string, line: string): [number, number] {
  const most = Math.min(old.length, line.length);
  let head = 0;
  while (head < most && old[head] === line[head]) head++;
  let tail = 0;
  while (tail < most - head && old[old.length - 1 - tail] === line[line.length - 1 - tail]) tail++;
  if (isHalf(line, head)) head--;
  if (isHalf(line, line.length - tail)) tail--;
  return head + tail >= 0.4 * old.trim().length && old.trim() !== '' ? [head, line.length - tail] : [0, line.length];
}

/** Whether `at` splits a surrogate pair. */
function isHalf(line: string, at: number): boolean {
  return at > 0 && (line.codePointAt(at - 1) ?? 0) > 0xffff;
}

function weightBehind(typed: string, rest: string): number {
  const last = typed.at(-1)!;
  if (/\w/.test(last)) return /^\w/.test(rest) ? INSIDE_NAME : AFTER_NAME;
  return WEIGHTS.find(([pattern]) => pattern.test(last))?.[1] ?? 1;
}
