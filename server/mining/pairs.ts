import type { Random } from '../common/random.ts';
import type { RowRange, Scope } from '../languages/parser.ts';
import { type Middle, pools } from './candidates.ts';
import {
  leastWindows,
  type MixKind,
  maxPairsPerFile,
  mix,
  mixKinds,
  textPerPair,
  windowRows,
  windowShare,
} from './mix.ts';
import { isBalanced, isSpace } from './text.ts';

export type { Middle } from './candidates.ts';

/** A range that no middle may touch, UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface DrawOptions {
  readonly random: Random;
  /** The rows that were searched for scopes. */
  readonly rows: readonly RowRange[];
  readonly forbidden: readonly Range[];
  /** Whether a grammar found the scopes: those are whole nodes, while indentation can cut through brackets. */
  readonly bySyntax: boolean;
  /** Share of the file's pairs to draw. */
  readonly density: number;
  /** Kinds to draw; all of the mix if absent. */
  readonly kinds?: readonly MixKind[];
}

/** The rows of a file searched for candidates: all of a short file, evenly drawn ones of a long file. */
export function drawRows(rowCount: number, density: number, random: Random): RowRange[] {
  const windows = Math.ceil(rowCount / windowRows);
  const wanted = Math.ceil(Math.max(leastWindows, Math.round(windows * windowShare)) * density);
  const all = Array.from({ length: windows }, (_, i) => ({
    from: i * windowRows,
    to: Math.min(rowCount, (i + 1) * windowRows),
  }));
  if (windows <= wanted) return [{ from: 0, to: rowCount }];
  return random
    .shuffle(all)
    .slice(0, wanted)
    .sort((a, b) => a.from - b.from);
}

/**
 * Draws the middles of one file by the shares of the {@link mix} table. Deterministic in its arguments. A kind that runs out gives its
 * draws to the others.
 */
export function drawMiddles(
  text: string,
  scopes: readonly Scope[],
  { random, rows, forbidden, bySyntax, density, kinds = mixKinds }: DrawOptions,
): Middle[] {
  const comments = scopes.filter(({ kind }) => kind === 'comment');
  const barred = [...forbidden, ...scopes.filter(({ kind }) => kind === 'error')];
  const candidates = pools(text, scopes, rows, random, kinds);
  const wanted = Math.max(1, Math.round(density * Math.min(maxPairsPerFile, text.length / textPerPair)));
  const drawn = new Map<number, Middle>();
  let open = [...kinds];
  while (drawn.size < wanted && open.length > 0) {
    const kind = drawKind(open, random);
    const candidate = candidates[kind].pop();
    if (!candidate) {
      open = open.filter((other) => other !== kind);
      continue;
    }
    // Some grammars' nodes include the line break.
    const middle = trimmed(text, candidate);
    const { min, max } = mix[kind];
    const size = middle.end - middle.start;
    if (size < min || size > max || barred.some((range) => touches(range, middle))) continue;
    if (mostlyComment(middle, comments)) continue;
    if (!bySyntax && wholeKinds.has(kind) && !isBalanced(text.slice(middle.start, middle.end))) continue;
    // One middle per cursor: of two answers to one question, neither would be learned.
    if (!drawn.has(middle.start)) drawn.set(middle.start, middle);
  }
  return [...drawn.values()].sort((a, b) => a.start - b.start);
}

const wholeKinds: ReadonlySet<MixKind> = new Set(['block', 'statements', 'after-comment']);

function trimmed(text: string, { kind, start, end }: Middle): Middle {
  let last = end;
  while (last > start && isSpace(text.charCodeAt(last - 1))) last--;
  return { kind, start, end: last };
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

function touches(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Code completion should not write prose, banners and licence texts. */
export function mostlyComment(middle: Range, comments: readonly Scope[]): boolean {
  let inside = 0;
  for (const { start, end } of comments) {
    if (start >= middle.end) break;
    if (end > middle.start) inside += Math.min(end, middle.end) - Math.max(start, middle.start);
  }
  return inside > (middle.end - middle.start) / 2;
}
