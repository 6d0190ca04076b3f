import { type MixKind, maxPairsPerFile, mix, textPerPair } from './mix.ts';
import type { Scope } from './parser.ts';
import { Random } from './random.ts';

/** A middle's place in the text, UTF-16 units. */
export interface Middle {
  readonly kind: MixKind;
  readonly start: number;
  readonly end: number;
}

/**
 * Draws the middles of one file by the shares of the {@link mix} table. Deterministic in (text, scopes, key). A kind with
 * nothing left gives its draws to the others.
 */
export function drawMiddles(text: string, scopes: readonly Scope[], ...key: readonly string[]): Middle[] {
  const random = new Random(...key);
  const errors = scopes.filter(({ kind }) => kind === 'error');
  const pools = candidates(text, scopes, random);
  const wanted = Math.min(maxPairsPerFile, Math.max(1, Math.round(text.length / textPerPair)));
  const drawn = new Map<number, Middle>();
  let open = Object.keys(mix) as MixKind[];
  while (drawn.size < wanted && open.length > 0) {
    const kind = drawKind(open, random);
    const middle = pools[kind].pop();
    if (!middle) {
      open = open.filter((other) => other !== kind);
      continue;
    }
    const { min, max } = mix[kind];
    const size = middle.end - middle.start;
    if (size < min || size > max || errors.some((error) => touches(error, middle))) continue;
    // One middle per cursor: two answers to one question teach neither.
    if (!drawn.has(middle.start)) drawn.set(middle.start, middle);
  }
  return [...drawn.values()].sort((a, b) => a.start - b.start);
}

function drawKind(open: readonly MixKind[], random: Random): MixKind {
  const total = open.reduce((sum, kind) => sum + mix[kind].share, 0);
  let left = random.next() * total;
  for (const kind of open) {
    left -= mix[kind].share;
    if (left < 0) return kind;
  }
  return open.at(-1) as MixKind;
}

function touches(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  return a.start < b.end && b.start < a.end;
}

/** All middles a kind could give, in random order (the pools are popped from). */
function candidates(text: string, scopes: readonly Scope[], random: Random): Record<MixKind, Middle[]> {
  const of = (kind: Scope['kind']) => scopes.filter((scope) => scope.kind === kind);
  const bodies = new Set(of('function').map(({ start }) => start));
  return {
    'function-body': random.shuffle(of('function')).flatMap((scope) => inner(text, scope, 'function-body')),
    block: random
      .shuffle(of('block').filter(({ start }) => !bodies.has(start)))
      .flatMap((scope) => inner(text, scope, 'block')),
    statements: random.shuffle(runs(text, of('statement'), random)),
    'line-end': random.shuffle(lineEnds(text, random)),
  };
}

/** What stands between a body's brackets, without the white space that the editor's indentation and new line give. */
function inner(text: string, scope: Scope, kind: MixKind): Middle[] {
  let { start, end } = scope;
  if (text[start] === '{' && text[end - 1] === '}') {
    start++;
    end--;
  }
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return end > start ? [{ kind, start, end }] : [];
}

/** From every statement a run of it and up to five of its next siblings, short ones more often. */
function runs(text: string, statements: readonly Scope[], random: Random): Middle[] {
  const sequences: Scope[][] = [];
  const open: Scope[][] = [];
  for (const statement of statements) {
    let sequence: Scope[] | undefined;
    while (open.length > 0) {
      const top = open.at(-1) as Scope[];
      const last = top.at(-1) as Scope;
      if (statement.start < last.end) break;
      // Neighbours with more than white space between them are in different bodies (`} else {`).
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
  return sequences.flatMap((sequence) =>
    sequence.map(({ start }, i) => {
      const last = sequence[Math.min(sequence.length - 1, i + runLength(random) - 1)] as Scope;
      return { kind: 'statements' as const, start, end: last.end };
    }),
  );
}

function runLength(random: Random): number {
  let length = 1;
  while (length < 6 && random.next() < 0.5) length++;
  return length;
}

/** From a place within each line to its end: half of them where a token ends, as after `=` or `(`, half anywhere. */
function lineEnds(text: string, random: Random): Middle[] {
  const middles: Middle[] = [];
  for (let from = 0; from < text.length; ) {
    const newLine = text.indexOf('\n', from);
    const lineEnd = newLine === -1 ? text.length : newLine;
    let end = lineEnd;
    while (end > from && isSpace(text.charCodeAt(end - 1))) end--;
    let first = from;
    while (first < end && isSpace(text.charCodeAt(first))) first++;
    if (end - first > mix['line-end'].min && end - first < 400) {
      let start = first + random.below(end - first - mix['line-end'].min + 1);
      if (random.next() < 0.5)
        while (start < end && isWord(text.charCodeAt(start)) && isWord(text.charCodeAt(start - 1))) start++;
      // Nobody stops on half a character.
      if (isLowSurrogate(text.charCodeAt(start))) start++;
      if (end > start) middles.push({ kind: 'line-end', start, end });
    }
    from = lineEnd + 1;
  }
  return middles;
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code > 127
  );
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
