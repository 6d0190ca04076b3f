/**
 * Which edits of open documents have settled: their lines were untouched for ten seconds. A key costs a few comparisons; texts are only
 * read when something settles. Edits undone by then are never reported.
 */
import { ownCopy } from '../common/ownText.ts';
import { applied, changeBetween, type LineChange, type LineSpan } from './change.ts';
import { type LineEdit, linesOf } from './lineEdit.ts';

export interface SettledEdit {
  readonly uri: string;
  /** Time of its last key. */
  readonly atMs: number;
  /** The file before the change: including edits settled before, without those that have not settled. */
  readonly lines: readonly string[];
  /** Without a path. */
  readonly change: Omit<LineChange, 'path'>;
}

export interface SettlingDependencies {
  /** A document's current text; undefined if it is not open. */
  textOf(uri: string): string | undefined;
  /** In the order in which they were made. */
  onSettled(edit: SettledEdit): void;
  /** Changes in a document are unknown from here on: edits settled before do not lead to its text. */
  onLost(uri: string): void;
  nowMs(): number;
  /** Returns a function that cancels it. */
  later(ms: number, run: () => void): () => void;
}

export const SETTLE_MS = 10_000;

/** UTF-16 units. Longer files are not learned from. */
const LONGEST_TEXT = 512 * 1024;
/** This many places changed in one document within ten seconds were not typed. */
const MOST_REGIONS = 12;

interface Region {
  /** Its lines in the document before it was touched, and now. */
  base: LineSpan;
  now: LineSpan;
  touchedAtMs: number;
}

interface Tracked {
  /** The text, or its lines once they are needed. */
  base: string | readonly string[];
  /** From top to bottom, none adjacent. */
  regions: Region[];
}

export class Settling {
  readonly #dependencies: SettlingDependencies;
  readonly #documents = new Map<string, Tracked>();
  #cancelTimer: (() => void) | null = null;

  constructor(dependencies: SettlingDependencies) {
    this.#dependencies = dependencies;
  }

  /** To be called before the document changes. */
  edited(uri: string, edit: LineEdit, textBefore: string): void {
    const { nowMs, onLost } = this.#dependencies;
    if (edit.kind === 'anew') {
      this.lost(uri);
      return;
    }
    if (textBefore.length > LONGEST_TEXT) {
      if (this.#documents.delete(uri)) onLost(uri);
      return;
    }
    const tracked = this.#documents.get(uri) ?? { base: textBefore, regions: [] };
    this.#documents.set(uri, tracked);
    tracked.regions = touch(tracked.regions, touchedBy(edit), nowMs());
    if (tracked.regions.length > MOST_REGIONS) this.lost(uri);
    else this.#wait(SETTLE_MS);
  }

  closed(uri: string): void {
    if (this.#documents.has(uri)) this.lost(uri);
  }

  /** What has not settled never will. */
  lost(uri: string): void {
    this.#documents.delete(uri);
    this.#dependencies.onLost(uri);
  }

  clear(): void {
    this.#documents.clear();
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #wait(ms: number): void {
    this.#cancelTimer ??= this.#dependencies.later(ms, () => {
      this.#cancelTimer = null;
      this.#settle();
    });
  }

  #settle(): void {
    const { nowMs, textOf } = this.#dependencies;
    const now = nowMs();
    const pending = [...this.#documents].flatMap(([uri, { regions }]) => regions.map((region) => ({ uri, region })));
    pending.sort((a, b) => a.region.touchedAtMs - b.region.touchedAtMs);
    /** Splits each text only once. */
    const texts = new Map<string, readonly string[] | undefined>();
    const linesNow = (uri: string): readonly string[] | undefined => {
      if (!texts.has(uri)) {
        const text = textOf(uri);
        texts.set(uri, text === undefined ? undefined : linesOf(text));
      }
      return texts.get(uri);
    };
    for (const { uri, region } of pending) {
      const waitMs = region.touchedAtMs + SETTLE_MS - now;
      if (waitMs > 0) {
        this.#wait(waitMs);
        return;
      }
      this.#settleOne(uri, region, linesNow(uri));
    }
  }

  #settleOne(uri: string, region: Region, lines: readonly string[] | undefined): void {
    const tracked = this.#documents.get(uri);
    if (tracked === undefined || !tracked.regions.includes(region)) return;
    const base = typeof tracked.base === 'string' ? linesOf(tracked.base) : tracked.base;
    // The document is gone, or line counts disagree: the changes are unknown.
    if (base.length + grownBy(tracked.regions) !== lines?.length) {
      this.lost(uri);
      return;
    }
    const { base: then, now } = region;
    const settled = changeBetween('', then.from, base.slice(then.from, then.to), lines.slice(now.from, now.to));
    // A copy, because recipients keep it, and slices would keep every version of the document alive.
    const change = ownCopy(settled);
    const grown = grownBy([region]);
    tracked.regions = tracked.regions.filter((other) => other !== region);
    for (const other of tracked.regions) if (other.base.from >= then.to) other.base = moved(other.base, grown);
    if (change !== null) {
      tracked.base = applied(base, change);
      const { line, before, after } = change;
      this.#dependencies.onSettled({ uri, atMs: region.touchedAtMs, lines: base, change: { line, before, after } });
    }
    if (tracked.regions.length === 0) this.#documents.delete(uri);
  }
}

/** Lines before a key, and how many replaced them. */
interface TouchedLines extends LineSpan {
  readonly lines: number;
}

function touchedBy(edit: Exclude<LineEdit, { kind: 'anew' }>): TouchedLines {
  const { line } = edit;
  return edit.kind === 'lines'
    ? { from: line, to: line + edit.before.length, lines: edit.after.length }
    : { from: line, to: line + edit.removed, lines: edit.added };
}

/** The regions after lines are touched: those that overlap or adjoin them are merged. */
function touch(regions: readonly Region[], { from, to, lines }: TouchedLines, nowMs: number): Region[] {
  const above = regions.filter(({ now }) => now.to < from);
  const below = regions.filter(({ now }) => now.from > to);
  const hit = regions.slice(above.length, regions.length - below.length);
  const start = Math.min(from, hit[0]?.now.from ?? from);
  const end = Math.max(to, hit.at(-1)?.now.to ?? to);
  const grownAbove = grownBy(above);
  const grown = lines - (to - from);
  const region: Region = {
    base: { from: start - grownAbove, to: end - grownAbove - grownBy(hit) },
    now: { from: start, to: end + grown },
    touchedAtMs: nowMs,
  };
  for (const other of below) other.now = moved(other.now, grown);
  return [...above, region, ...below];
}

function grownBy(regions: readonly Region[]): number {
  return regions.reduce((sum, { base, now }) => sum + (now.to - now.from) - (base.to - base.from), 0);
}

function moved({ from, to }: LineSpan, lines: number): LineSpan {
  return { from: from + lines, to: to + lines };
}
