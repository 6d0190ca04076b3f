/**
 * Recent changes in one folder, as a person would describe them: keys in one place form one change until it settles, and undone changes
 * vanish. The line numbers of each change refer to the file before it, so that a newer one shifts none of the older.
 */
import { applied, changeBetween, growthOf, type LineChange, reversed, swapped } from './change.ts';
import type { LineEdit } from './lineEdit.ts';
import { replacementIn } from './replacement.ts';

export interface RecentEditsDependencies {
  nowMs(): number;
  /** Logs a change that is too large to be kept, with the reason. */
  onLeftOut(uri: string, why: string): void;
}

interface Entry {
  readonly uri: string;
  readonly change: LineChange;
  readonly touchedAtMs: number;
  /** Nothing is merged into it any more. */
  readonly closed: boolean;
  /** Made at several places at once: by a tool, or with several cursors. */
  readonly together: boolean;
}

/** A change that may be asked about. */
export interface OwnEdit {
  /** As if it had been made last; of a rename, with the uses in its own lines that followed. */
  readonly change: LineChange;
  /** As it was made; absent if that is the same but for its line. */
  readonly made?: LineChange;
  /** The document before the change, and its position there, without later changes. */
  was(): { readonly lines: readonly string[]; readonly line: number };
}

/** A change untouched for this long is complete: what follows is another one. */
export const SETTLED_MS = 10_000;
/** More than a prompt shows, for when the user undoes a few. */
const MOST_CHANGES = 32;
/** With those since a rename whose uses are being followed: each is a change of its own. */
export const MOST_FOLLOWED = 256;
/** On either side: larger changes were not typed as one. */
const MOST_LINES = 60;

export class RecentEdits {
  readonly #dependencies: RecentEditsDependencies;
  /** Oldest first. Those of one document apply in sequence. */
  #entries: Entry[] = [];

  constructor(dependencies: RecentEditsDependencies) {
    this.#dependencies = dependencies;
  }

  /** `path`: relative to the folder; `together`: with others, at once. Returns the change that this one undoes, if any. */
  edited(uri: string, path: string, edit: LineEdit, together = false): LineChange | null {
    if (edit.kind !== 'lines') {
      this.#dependencies.onLeftOut(uri, edit.why);
      this.#leaveOut(uri, edit);
      return null;
    }
    const typed = changeBetween(path, edit.line, edit.before, edit.after);
    if (typed === null) return null;
    const others = this.#entries.filter((entry) => entry.uri !== uri);
    const before = this.#entries.filter((entry) => entry.uri === uri);
    const { own, change } = this.#merged(before, typed);
    const undone = change === null ? null : takenBack(own, change);
    if (change !== null && undone === null) {
      if (change.before.length > MOST_LINES || change.after.length > MOST_LINES) {
        const lines = Math.max(change.before.length, change.after.length);
        this.#dependencies.onLeftOut(uri, `a change of ${lines} lines is too long to look at`);
        const { line } = typed;
        this.#leaveOut(uri, { line, removed: typed.before.length, added: typed.after.length });
        return null;
      }
      own.push({ uri, change, touchedAtMs: this.#dependencies.nowMs(), closed: false, together });
    }
    this.#entries = newest([...others, ...(undone?.left ?? own)].sort((a, b) => a.touchedAtMs - b.touchedAtMs));
    return undone?.change ?? null;
  }

  /** Closes the open change: e.g. an edit is about to be applied, or has been. */
  settle(uri: string): void {
    this.#entries = this.#entries.map((entry) => (entry.uri === uri ? { ...entry, closed: true } : entry));
  }

  /** Oldest first; the last of `uri` led to `lines`, its text. */
  of(uri: string, path: string, lines: readonly string[]): LineChange[] {
    const own = this.#entries.findLast((entry) => entry.uri === uri)?.change;
    // The text may have changed while its document was closed.
    const fits = own?.after.every((line, i) => lines[own.line + i] === line) ?? true;
    if (!fits) this.forget(uri);
    // Cells of one notebook share a path, and each has its own line numbers.
    return this.#entries.filter((entry) => entry.uri === uri || entry.change.path !== path).map(({ change }) => change);
  }

  /** Newest of a document first, each as if it had been made last; excluding those that a newer one changed again. */
  newestIn(uri: string, lines: readonly string[], most: number): OwnEdit[] {
    const entries = this.#entries.filter((entry) => entry.uri === uri);
    return entries
      .flatMap((entry, at): OwnEdit[] => {
        const change = liftWithUses(entries, at);
        const undone = entries.slice(at).toReversed();
        const was = (): readonly string[] =>
          undone.reduce((text: readonly string[], { change: made }) => applied(text, reversed(made)), lines);
        const made = entry.change;
        return change === null ? [] : [{ change, made, was: () => ({ lines: was(), line: made.line }) }];
      })
      .slice(-most)
      .toReversed();
  }

  /** Names that were replaced at several places at once, as `old\0new`: whoever did that chose the places. */
  replacedTogether(): ReadonlySet<string> {
    return new Set(this.#entries.flatMap((entry) => (entry.together ? (replacementOf(entry) ?? []) : [])));
  }

  forget(uri: string): void {
    this.#entries = this.#entries.filter((entry) => entry.uri !== uri);
  }

  /** Forgets changes last touched by then: whether there were any. Line numbers of later ones refer to the text those led to. */
  forgetUntil(ms: number): boolean {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter(({ touchedAtMs }) => touchedAtMs > ms);
    return this.#entries.length < before;
  }

  /** A document's earlier changes, and this one merged with the one it continues; null if the two cancel out. */
  #merged(entries: readonly Entry[], typed: LineChange): { own: Entry[]; change: LineChange | null } {
    const openSince = this.#dependencies.nowMs() - SETTLED_MS;
    for (let at = entries.length - 1; at >= 0; at--) {
      const { closed, touchedAtMs } = entries[at]!;
      if (closed || touchedAtMs < openSince) continue;
      const lifted = lift(entries, at);
      const open = lifted?.at(-1)?.change;
      if (lifted === null || open === undefined || !touches(open, typed) || isDoneRename(open, typed)) continue;
      const change = joined(open, typed);
      if (change !== null && Math.max(change.before.length, change.after.length) > MOST_LINES) break;
      return { own: lifted.slice(0, -1), change };
    }
    return { own: [...entries], change: typed };
  }

  /** As if it had always been there: changes around it shift, and those it replaced are removed. */
  #leaveOut(
    uri: string,
    edit: Exclude<LineEdit, { kind: 'lines' }> | { line: number; removed: number; added: number },
  ): void {
    if (!('line' in edit)) {
      this.forget(uri);
      return;
    }
    const { removed, added } = edit;
    let { line } = edit;
    let isKnown = true;
    const kept: Entry[] = [];
    for (const entry of this.#entries.toReversed()) {
      if (entry.uri !== uri) {
        kept.unshift(entry);
        continue;
      }
      const { change } = entry;
      const end = change.line + change.after.length;
      if (line < end && line + removed > change.line) isKnown = false;
      if (!isKnown) continue;
      const isBelow = change.line >= line + removed;
      kept.unshift(isBelow ? moved(entry, added - removed) : entry);
      if (!isBelow) line -= growthOf(change);
    }
    this.#entries = kept;
  }
}

/** Those worth keeping: the newest, and those since the oldest that replaced the same name as one of them. */
function newest(entries: Entry[]): Entry[] {
  if (entries.length <= MOST_CHANGES) return entries;
  const kept = entries.slice(-MOST_FOLLOWED);
  const first = kept.length - MOST_CHANGES;
  const replaced = new Set(kept.slice(first).flatMap((entry) => replacementOf(entry) ?? []));
  const older = kept.slice(0, first).findIndex((entry) => replaced.has(replacementOf(entry) ?? ''));
  return kept.slice(older < 0 ? first : older);
}

/** Changes do not change; with every key, one does not look through all of them anew. */
const found = new WeakMap<LineChange, string | null>();

function replacementOf({ change }: Entry): string | null {
  const known = found.get(change);
  if (known !== undefined) return known;
  const replacement = replacementIn(change.before, change.after);
  found.set(change, replacement);
  return replacement;
}

/** Moves one of them to the end: null if a newer one changed what it wrote, which fixes their order. */
function lift(entries: readonly Entry[], at: number): Entry[] | null {
  const lifted = entries.slice(0, at);
  let last = entries[at]!;
  for (const newer of entries.slice(at + 1)) {
    const both = swapped(last.change, newer.change);
    if (both === null) return null;
    lifted.push({ ...newer, change: both.first });
    last = { ...last, change: both.second };
  }
  return [...lifted, last];
}

/**
 * One of them as if made last. What made the same replacement in lines of it goes with it: the other uses in the line of a loop's variable,
 * say, which followed its rename. null if a newer one changed what it wrote in another way.
 */
function liftWithUses(entries: readonly Entry[], at: number): LineChange | null {
  const replaced = replacementOf(entries[at]!);
  let last = entries[at]!.change;
  for (const newer of entries.slice(at + 1)) {
    const both = swapped(last, newer.change);
    const goesOn = both === null && replaced !== null && replacementOf(newer) === replaced;
    const next = both === null ? (goesOn ? joined(last, newer.change) : null) : both.second;
    if (next === null) return null;
    last = next;
  }
  return last;
}

/** Whether `typed` continues the change before it: in its lines, or adjacent to them. */
function touches({ line, after }: LineChange, typed: LineChange): boolean {
  return typed.line <= line + after.length && typed.line + typed.before.length >= line;
}

/** Whether `open` renamed one name and `typed` is in a line beside it: the first use, typed by hand. As one, neither could be followed. */
function isDoneRename(open: LineChange, { line, before, after }: LineChange): boolean {
  const isBeside = line + before.length <= open.line || line >= open.line + open.after.length;
  return isBeside && before.length === after.length && replacementIn(open.before, open.after) !== null;
}

/** Both as one; null if nothing changes. */
function joined(open: LineChange, typed: LineChange): LineChange | null {
  const { path, line } = open;
  const above = typed.before.slice(0, Math.max(0, line - typed.line));
  const below = typed.before.slice(Math.max(0, line + open.after.length - typed.line));
  const now = [...above, ...open.after, ...below];
  const from = Math.min(line, typed.line);
  const at = typed.line - from;
  const after = [...now.slice(0, at), ...typed.after, ...now.slice(at + typed.before.length)];
  return changeBetween(path, from, [...above, ...open.before, ...below], after);
}

/** The change that `last` undoes, and the others without it. A rename that was followed is undone after what followed, or else anew. */
function takenBack(entries: readonly Entry[], last: LineChange): { change: LineChange; left: Entry[] } | null {
  for (let at = entries.length - 1; at >= 0; at--) {
    if (!equal(entries[at]!.change.after, last.before)) continue;
    const replaced = replacementOf(entries[at]!);
    if (replaced !== null && entries.slice(at + 1).some((entry) => replacementOf(entry) === replaced)) continue;
    const lifted = lift(entries, at);
    const change = lifted?.at(-1)?.change;
    if (lifted !== null && change !== undefined && isSame(reversed(change), last))
      return { change, left: lifted.slice(0, -1) };
  }
  return null;
}

function isSame(a: LineChange, b: LineChange): boolean {
  return a.line === b.line && equal(a.before, b.before) && equal(a.after, b.after);
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line === b[i]);
}

function moved(entry: Entry, lines: number): Entry {
  return { ...entry, change: { ...entry.change, line: entry.change.line + lines } };
}
