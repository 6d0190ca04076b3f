/**
 * Which edits of open documents have settled: nobody touched their lines for ten seconds. A key costs a few comparisons; texts are looked at
 * when something settles. What was taken back by then has never been.
 */
import { ownCopy } from '../common/ownText.ts';
import { applied, changeBetween, type LineChange, type LineSpan } from './change.ts';
import { type LineEdit, linesOf } from './lineEdit.ts';

export interface SettledEdit {
  readonly uri: string;
  /** When its last key came. */
  readonly atMs: number;
  /** The file before the change: with what settled in it before, and without what has not settled yet. */
  readonly lines: readonly string[];
  /** Without a path. */
  readonly change: Omit<LineChange, 'path'>;
}

export interface SettlingDependencies {
  /** A document's text as of now; undefined for one that is not open. */
  textOf(uri: string): string | undefined;
  /** In the order in which they were made. */
  onSettled(edit: SettledEdit): void;
  /** What changed in a document is not known in lines from here on: what settled in it before does not lead to its text. */
  onLost(uri: string): void;
  nowMs(): number;
  /** Answers with what cancels it. */
  later(ms: number, run: () => void): () => void;
}

export const SETTLE_MS = 10_000;

/** UTF-16 units. No longer file is learned from. */
const LONGEST_TEXT = 512 * 1024;
/** So many places of one document that are changed within ten seconds were not typed. */
const MOST_REGIONS = 12;

interface Region {
  /** Its lines in the document as it was before it was touched, and as it is. */
  base: LineSpan;
  now: LineSpan;
  touchedAtMs: number;
}

interface Tracked {
  /** The text, or its lines once they were needed. */
  base: string | readonly string[];
  /** From top to bottom, none touching another. */
  regions: Region[];
}

export class Settling {
  readonly #dependencies: SettlingDependencies;
  readonly #documents = new Map<string, Tracked>();
  #cancelTimer: (() => void) | null = null;

  constructor(dependencies: SettlingDependencies) {
    this.#dependencies = dependencies;
  }

  /** Before the document is changed. */
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

  /** What had not settled never does. */
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
    /** Each text is taken apart once. */
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
    // A document that is gone, or somebody counts lines otherwise than we do: nothing is known of what changed.
    if (base.length + grownBy(tracked.regions) !== lines?.length) {
      this.lost(uri);
      return;
    }
    const { base: then, now } = region;
    const settled = changeBetween('', then.from, base.slice(then.from, then.to), lines.slice(now.from, now.to));
    // What comes of each version of the document stays with its lines, and is remembered by who hears of it.
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

/** Lines as they were before a key, and how many took their place. */
interface TouchedLines extends LineSpan {
  readonly lines: number;
}

function touchedBy(edit: Exclude<LineEdit, { kind: 'anew' }>): TouchedLines {
  const { line } = edit;
  return edit.kind === 'lines'
    ? { from: line, to: line + edit.before.length, lines: edit.after.length }
    : { from: line, to: line + edit.removed, lines: edit.added };
}

/** The regions when lines are touched: those that these reach or border on become one. */
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
