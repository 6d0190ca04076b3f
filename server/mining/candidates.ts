import type { Random } from '../common/random.ts';
import type { RowRange, Scope, ScopeKind } from '../languages/parser.ts';
import { type MixKind, mix, mixKinds, textPerPair, wholeRun } from './mix.ts';
import { isSpace, isWord, lineStartsOf } from './text.ts';

/** A middle's place in the text, UTF-16 units. */
export interface Middle {
  readonly kind: MixKind;
  readonly start: number;
  readonly end: number;
}

/** All possible middles of each kind, in random order (callers pop from the end). */
export function pools(
  text: string,
  scopes: readonly Scope[],
  rows: readonly RowRange[],
  random: Random,
  kinds: readonly MixKind[] = mixKinds,
): Record<MixKind, Middle[]> {
  const of = (kind: ScopeKind) => scopes.filter((scope) => scope.kind === kind);
  const functions = of('function');
  const bodies = new Set(functions.map(({ start }) => start));
  const commentStarts = new Set(of('comment').map(({ start }) => start));
  const sequences = sequencesOf(text, of('statement'));
  const lines = lineStartsOf(text);
  return {
    'function-body': random.shuffle(functions).flatMap((scope) => inner(text, scope, 'function-body')),
    block: random
      .shuffle(of('block').filter(({ start }) => !bodies.has(start)))
      .flatMap((scope) => inner(text, scope, 'block')),
    statements: random.shuffle(
      sequences.flatMap((sequence) => runs(text, sequence, 'statements', commentStarts, random)),
    ),
    member: random.shuffle(
      sequencesOf(text, of('member')).flatMap((sequence) => runs(text, sequence, 'member', commentStarts, random)),
    ),
    arguments: random.shuffle(of('arguments')).flatMap((scope) => inner(text, scope, 'arguments')),
    expression: random.shuffle(of('expression')).map(({ start, end }) => ({ kind: 'expression', start, end })),
    'line-end': random.shuffle(rows.flatMap((range) => lineEnds(text, lines, range, random))),
    'after-comment': random.shuffle(sequences.flatMap((sequence) => afterComments(text, sequence, commentStarts))),
    random: kinds.includes('random')
      ? random.shuffle(rows.flatMap((range) => randomSpans(text, lines, range, random, unitsPerRandomSpan(kinds))))
      : [],
  };
}

const brackets: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };

/** The text between a body's brackets, without the white space that the editor inserts. */
function inner(text: string, scope: Scope, kind: MixKind): Middle[] {
  let { start, end } = scope;
  const close = brackets[text[start] ?? ''];
  if (close !== undefined && text[end - 1] === close) {
    start++;
    end--;
  }
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return end > start ? [{ kind, start, end }] : [];
}

/** Statements that follow each other in one body, with nothing but white space and separators between. */
function sequencesOf(text: string, statements: readonly Scope[]): Scope[][] {
  const sequences: Scope[][] = [];
  const open: Scope[][] = [];
  for (const statement of statements) {
    let sequence: Scope[] | undefined;
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const last = top.at(-1) as Scope;
      if (statement.start < last.end) break;
      // After the statement that contains the body: without brackets, only white space separates them.
      const around = open.at(-2)?.at(-1);
      if (around !== undefined && statement.start >= around.end) {
        open.pop();
        continue;
      }
      // `} else {` between two statements: they are in different bodies.
      if (/^[\s;,]*$/.test(text.slice(last.end, statement.start))) {
        sequence = top;
        break;
      }
      open.pop();
    }
    if (sequence) sequence.push(statement);
    else {
      sequence = [statement];
      sequences.push(sequence);
      open.push(sequence);
    }
  }
  return sequences;
}

/** For every item except comments (nobody asks for prose), a run of it and up to five following siblings. */
function runs(
  text: string,
  sequence: readonly Scope[],
  kind: 'statements' | 'member',
  comments: ReadonlySet<number>,
  random: Random,
): Middle[] {
  const announces = announcer(text, comments);
  return sequence.flatMap(({ start }, i) => {
    if (comments.has(start)) return [];
    let last = i;
    while (last + 1 < sequence.length && last - i < 5) {
      const size = (sequence[last] as Scope).end - start;
      if (size >= wholeRun && !announces(sequence[last] as Scope) && random.next() < 0.5) break;
      if ((sequence[last + 1] as Scope).end - start > mix[kind].max) break;
      last++;
    }
    while (last > i && announces(sequence[last] as Scope)) last--;
    if (announces(sequence[last] as Scope)) return [];
    const end = (sequence[last] as Scope).end;
    // Separators of members are written with them.
    return [{ kind, start, end: kind === 'member' && text[end] === ',' ? end + 1 : end }];
  });
}

/**
 * Comments, attributes that are statements of their own (Rust), and access specifiers (C++, whose node lacks the colon): at the end of a
 * run they announce something that it does not include.
 */
function announcer(text: string, comments: ReadonlySet<number>): (scope: Scope) => boolean {
  return ({ start, end }) =>
    comments.has(start) || text.startsWith('#[', start) || ACCESS.has(text.slice(start, Math.min(end, start + 10)));
}

const ACCESS: ReadonlySet<string> = new Set(['public', 'protected', 'private']);

/** The statement directly below a comment, with its attributes. */
function afterComments(text: string, sequence: readonly Scope[], comments: ReadonlySet<number>): Middle[] {
  const announces = announcer(text, comments);
  return sequence.flatMap(({ start }, i) => {
    const before = sequence[i - 1];
    if (!before || !comments.has(before.start) || comments.has(start)) return [];
    // From its last character on: in some grammars a comment includes its line break.
    const gap = text.slice(before.end - 1, start);
    const whole = sequence.slice(i).find((scope) => !announces(scope));
    if (!whole || !gap.includes('\n') || /\n\s*\n/.test(gap)) return [];
    return [{ kind: 'after-comment' as const, start, end: whole.end }];
  });
}

/** From a place within each line to its end: half of the places where a token ends, as after `=` or `(`, half anywhere. */
function lineEnds(text: string, lines: readonly number[], rows: RowRange, random: Random): Middle[] {
  const { min } = mix['line-end'];
  const middles: Middle[] = [];
  for (let row = rows.from; row < rows.to && row < lines.length; row++) {
    const from = lines[row] as number;
    let end = (lines[row + 1] ?? text.length + 1) - 1;
    while (end > from && isSpace(text.charCodeAt(end - 1))) end--;
    let first = from;
    while (first < end && isSpace(text.charCodeAt(first))) first++;
    if (end - first > min && end - first < 400) {
      let start = first + random.below(end - first - min + 1);
      if (random.next() < 0.5) {
        while (start < end && isWord(text.charCodeAt(start)) && isWord(text.charCodeAt(start - 1))) start++;
      }
      start = wholeCharacter(text, start);
      if (end > start) middles.push({ kind: 'line-end', start, end });
    }
  }
  return middles;
}

/** Text per candidate, for twice as many as their share: random spans would otherwise never run out, and replace every kind that does. */
function unitsPerRandomSpan(kinds: readonly MixKind[]): number {
  const total = kinds.reduce((sum, kind) => sum + mix[kind].share, 0);
  return (textPerPair * total) / mix.random.share / 2;
}

/** From any place to any other: the model must cope with unforeseen cursors. Sizes are log-uniform. */
function randomSpans(
  text: string,
  lines: readonly number[],
  rows: RowRange,
  random: Random,
  unitsPerSpan: number,
): Middle[] {
  const { min, max } = mix.random;
  const from = lines[rows.from] ?? text.length;
  const to = lines[rows.to] ?? text.length;
  return Array.from({ length: Math.ceil((to - from) / unitsPerSpan) }, () => {
    const size = Math.round(min * (max / min) ** random.next());
    const start = wholeCharacter(text, from + random.below(Math.max(1, to - from - size)));
    return { kind: 'random', start, end: wholeCharacter(text, Math.min(to, start + size)) };
  });
}

/** Moves off the middle of a surrogate pair. */
function wholeCharacter(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff ? index + 1 : index;
}
