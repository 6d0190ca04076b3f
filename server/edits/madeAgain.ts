/**
 * Repeats a change in lines that resemble those it was made in: a three-way merge of tokens, with the replaced lines as the base, their
 * replacement on one side and the lines at hand on the other (Khanna, Kunal and Pierce, A formal investigation of diff3, 2007). An
 * insertion is repeated between lines that resemble its neighbours.
 */
import { diffIndices, LCS } from 'node-diff3';
import { type LineChange, type LineSpan, standsIn } from './change.ts';
import { hasWord, indentOf, isBlank, isName, tokensOf } from './tokens.ts';

export interface MadeAgain {
  /** The span's lines including the change. */
  readonly answer: string[];
  /** Similarity of the replaced lines to those at hand: twice the common tokens over all, from `LEAST_LIKE` to 1. */
  readonly likeness: number;
}

/** Below that, what merges does so by chance: 1 right of 40 on commits of five repositories. */
const LEAST_LIKE = 0.5;
/** Longer changes are not repeated. */
const MOST_LINES = 8;
const LONGEST_LINE = 500;
/** Fewer are not specific enough. */
const LEAST_TOKENS = 3;
/**
 * Pairs of equal tokens, which determine the time of a comparison: lines of one repeated sign have many, and two of 490 commas took 3 s.
 * The change itself may have more, since it is compared only once.
 */
const MOST_PAIRS = 3000;
const MOST_PAIRS_ONCE = 30_000;

/** One result for each place in the span where it merges. `lines`: the file after the change, which was made in this file if `isHere`. */
export function madeAgain(lines: readonly string[], span: LineSpan, change: LineChange, isHere: boolean): MadeAgain[] {
  const { line, after } = change;
  const stands = isHere && after.every((text, i) => lines[line + i] === text);
  const pattern = patternOf(lines, change, stands);
  if (pattern === null) return [];
  const { base, own, neighbours } = pattern;
  const isInsertion = change.before.length === 0;
  const height = neighbours.length;
  const found: MadeAgain[] = [];
  for (let from = span.from; from + height <= span.to; from++) {
    const to = from + height;
    // The changed lines are done. A neighbour of an insertion may be the neighbour of the next.
    const [first, last] = isInsertion ? [line, line + after.length] : [line, line + Math.max(1, after.length)];
    if (stands && from < last && to > first) continue;
    const here = lines.slice(from, to);
    const theirs = dedented(here);
    // Lines that could not be indented again as before are left alone.
    if (theirs === null || here.some((text) => text !== '' && text.length <= theirs.indent.length)) continue;
    const likeness = isInsertion ? leastLike(neighbours, here) : likenessOf(base, theirs.tokens);
    if (likeness < LEAST_LIKE) continue;
    const others = hunksOf(base, theirs.tokens, MOST_PAIRS);
    const merged = others && merge(base, own, others);
    if (merged === null) continue;
    const isGone = merged === '' && after.length === 0;
    const rewritten = isGone ? [] : merged.split('\n').map((text) => (text === '' ? text : theirs.indent + text));
    if (standsIn(rewritten, here, lines, from)) continue;
    const answer = [...lines.slice(span.from, from), ...rewritten, ...lines.slice(to, span.to)];
    if (answer.join('\n') !== lines.slice(span.from, span.to).join('\n')) found.push({ answer, likeness });
  }
  return found;
}

interface Pattern {
  readonly base: readonly string[];
  /** The edits made to it. */
  readonly own: readonly Hunk[];
  /** The replaced lines, or those next to an insertion. */
  readonly neighbours: readonly string[];
}

/** null for a change that tells nothing about other places. */
function patternOf(lines: readonly string[], { line, before, after }: LineChange, stands: boolean): Pattern | null {
  const isInsertion = before.length === 0;
  if (isInsertion && (!stands || after.length === 0)) return null;
  const above = isInsertion ? lines.slice(Math.max(0, line - 1), line) : [];
  const below = isInsertion ? lines.slice(line + after.length, line + after.length + 1) : [];
  const was = [...above, ...before, ...below];
  const is = [...above, ...after, ...below];
  if (was.length > MOST_LINES || is.length > 2 * MOST_LINES) return null;
  const base = dedented(was);
  const made = dedented(is, base?.indent);
  if (base === null || made === null || !says(base.tokens)) return null;
  const own = hunksOf(base.tokens, made.tokens, MOST_PAIRS_ONCE);
  return own && { base: base.tokens, own, neighbours: was };
}

function says(tokens: readonly string[]): boolean {
  return tokens.some(isName) && tokens.filter((token) => !isBlank(token)).length >= LEAST_TOKENS;
}

/** Without the common indentation of all non-empty lines; null if there is none, or a line is too long. */
function dedented(
  lines: readonly string[],
  by: string | undefined = shortest(lines),
): { readonly tokens: readonly string[]; readonly indent: string } | null {
  if (lines.some((line) => line.length > LONGEST_LINE || !(isBlank(line) || line.startsWith(by)))) return null;
  const text = lines.map((line) => (line.startsWith(by) ? line.slice(by.length) : '')).join('\n');
  return { tokens: tokensOf(text), indent: by };
}

function shortest(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map(indentOf);
  return indents.reduce((least, one) => (one.length < least.length ? one : least), indents[0] ?? '');
}

/** Every neighbour has to match, judged by its words. */
function leastLike(neighbours: readonly string[], here: readonly string[]): number {
  const wordsOf = (line: string): string[] => tokensOf(line).filter(hasWord);
  const likenesses = neighbours.map((line, i) => {
    const [words, others] = [wordsOf(line), wordsOf(here[i]!)];
    if (words.length > 0 && others.length > 0) return likenessOf(words, others);
    return Number(line.trim() === here[i]!.trim());
  });
  return Math.min(...likenesses);
}

function likenessOf(one: readonly string[], other: readonly string[]): number {
  const pairs = pairsOf(one, other);
  let common = 0;
  for (const [token, counts] of pairs.counts) if (!isBlank(token)) common += Math.min(...counts);
  const [a, b] = [one, other].map((tokens) => tokens.filter((token) => !isBlank(token))) as [string[], string[]];
  const share = (tokens: number): number => (2 * tokens) / (a.length + b.length);
  // Counted regardless of order: most lines already fall below the bound here.
  if (share(common) < LEAST_LIKE || pairs.all > MOST_PAIRS) return 0;
  let inOrder = 0;
  for (let step = LCS(a, b); step.chain !== null; step = step.chain) inOrder++;
  return share(inOrder);
}

/** Tokens that both have in common, and the number of ways to pair equal ones. */
function pairsOf(
  one: readonly string[],
  other: readonly string[],
): { readonly counts: ReadonlyMap<string, readonly [number, number]>; readonly all: number } {
  const there = Map.groupBy(one, (token) => token);
  const counts = new Map<string, readonly [number, number]>();
  let all = 0;
  for (const [token, here] of Map.groupBy(other, (token) => token)) {
    const count = there.get(token)?.length ?? 0;
    if (count > 0) counts.set(token, [count, here.length]);
    all += count * here.length;
  }
  return { counts, all };
}

/** Tokens `from` to before `to` of the base, and what one side has in their place. */
interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * null if both sides changed the same tokens, or if words of both would run together. Unlike in diff3, adjacent changes are no conflict: an
 * argument after another with a different name here is the usual case.
 */
function merge(base: readonly string[], own: readonly Hunk[], others: readonly Hunk[]): string | null {
  if (own.some((hunk) => others.some((other) => clash(hunk, other)))) return null;
  const hunks = [...own, ...others].sort((a, b) => a.from - b.from || a.to - b.to);
  const pieces: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    pieces.push(base.slice(at, hunk.from).join(''), hunk.text);
    at = hunk.to;
  }
  const written = [...pieces, base.slice(at).join('')].filter((piece) => piece !== '');
  return written.some((piece, i) => i > 0 && grow(written[i - 1]!, piece)) ? null : written.join('');
}

/** Whether the last token of `one` and the first of `other` would become one: two words, or a number and what looks like its fraction. */
function grow(one: string, other: string): boolean {
  const [last, first] = [tokensOf(one).at(-1)!, tokensOf(other)[0]!];
  return !isBlank(last) && !isBlank(first) && tokensOf(last + first).length === 1;
}

/** null if that would take too long. */
function hunksOf(base: readonly string[], side: readonly string[], mostPairs: number): Hunk[] | null {
  if (pairsOf(base, side).all > mostPairs) return null;
  return diffIndices([...base], [...side]).map(({ buffer1: [from, length], buffer2Content }) => ({
    from,
    to: from + length,
    text: buffer2Content.join(''),
  }));
}

function clash(a: Hunk, b: Hunk): boolean {
  const bothPutIn = a.from === a.to && b.from === b.to && a.from === b.from;
  return (
    bothPutIn ||
    (a.from < b.to && b.from < a.to) ||
    (a.from === b.to && isDone(a, b)) ||
    (b.from === a.to && isDone(b, a))
  );
}

/** Whether one side's text already is the end of what the other has before it, or vice versa. */
function isDone({ text }: Hunk, before: Hunk): boolean {
  const [own, others] = [text.trim(), before.text.trim()];
  return own !== '' && others !== '' && (others.endsWith(own) || own.startsWith(others));
}
