/** Records edits in a window's folders once they have settled, if its user wants that. */
import { type LineChange, sameLines, undoes } from '../edits/change.ts';
import { ClosedTexts } from '../edits/closedTexts.ts';
import type { LineEdit } from '../edits/lineEdit.ts';
import {
  areEditsRecorded,
  type FilePiece,
  forgetRecordedEdits,
  forgetUndone,
  recordEdit,
} from '../edits/recordedEdits.ts';
import { type SettledEdit, Settling } from '../edits/settling.ts';
import { forgottenRule, readLearning } from '../mining/learning.ts';
import type { EditToRecord, Recordable } from '../mining/recording.ts';

export interface EditRecorderDependencies {
  /** Whether anything is recorded in this window: asked at every key. */
  isOn(): boolean;
  isOnIn(folder: string): Promise<boolean>;
  /** null for anything that is not a file in one of the window's folders. */
  placeOf(uri: string): { readonly folder: string; readonly path: string } | null;
  storeOf(folder: string): Promise<string>;
  textOf(uri: string): string | undefined;
  recordable(edit: EditToRecord): Promise<Recordable>;
  /** Whether another program wrote the document's text and the editor then read it. */
  isFromDisk(place: { readonly folder: string; readonly path: string }, text: string, atMs: number): Promise<boolean>;
  /** Since when the typed text has been lost, for a document closed with this text; null if it was saved. */
  thrownAwaySince(place: { readonly folder: string; readonly path: string }, text: string): Promise<number | null>;
  /** Logs why an edit is not recorded. */
  onLeftOut(uri: string, reason: string): void;
  onError(error: unknown): void;
  nowMs(): number;
  later(ms: number, run: () => void): () => void;
}

/** Recent changes of a repository recorded with the next one: as many as a prompt shows. */
const MOST_RECENT = 6;
/** Lines above and below such a change: what a prompt shows of them, and some to spare. */
const AROUND_EARLIER = 4;
/** Someone typing a secret may look it up halfway: its beginning alone does not look like one. */
const TYPED_WITHIN_MS = 15 * 60_000;

interface Recent {
  readonly uri: string;
  readonly change: LineChange;
}

export class EditRecorder {
  readonly #dependencies: EditRecorderDependencies;
  readonly #settling: Settling;
  readonly #closed = new ClosedTexts();
  /** By store, oldest first. */
  readonly #recent = new Map<string, readonly Recent[]>();
  /** Stores in which an edit has been recorded. */
  readonly #recordedIn = new Set<string>();
  /** Open documents with recorded edits: the store, and the path from the repository's root. */
  readonly #recordedOf = new Map<string, { readonly storeDir: string; readonly path: string }>();
  /** Chained in the order in which they settled. */
  #work = Promise.resolve();
  /** Incremented when everything is forgotten: work queued before that is skipped. */
  #era = 0;

  constructor(dependencies: EditRecorderDependencies) {
    const { textOf, nowMs, later } = dependencies;
    this.#dependencies = dependencies;
    this.#settling = new Settling({
      textOf,
      nowMs,
      later,
      onSettled: (edit) => this.#next(() => this.#take(edit).catch((error: unknown) => this.#lost(edit.uri, error))),
      onLost: (uri) => this.#next(() => this.#drop((recent) => recent.uri === uri)),
    });
  }

  /** To be called before the document changes. */
  edited(uri: string, edit: () => LineEdit): void {
    const { isOn, placeOf, textOf } = this.#dependencies;
    if (!isOn() || placeOf(uri) === null) return;
    const text = textOf(uri);
    if (text === undefined) return;
    if (this.#closed.isOther(uri, text)) this.#next(() => this.#drop((recent) => recent.uri === uri));
    this.#settling.edited(uri, edit(), text);
  }

  closed(uri: string, text: string): void {
    this.#settling.closed(uri);
    if (!this.#dependencies.isOn()) return;
    this.#closed.closed(uri, text);
    this.#next(() => this.#forgetThrownAway(uri, text));
  }

  /** Edits so far are neither recorded nor used as context: recording is turned off, or everything is to be forgotten. */
  async forget(): Promise<void> {
    this.#era++;
    this.#settling.clear();
    this.#next(() => {
      this.#recent.clear();
      this.#recordedOf.clear();
    });
    await this.#work;
  }

  async flush(): Promise<void> {
    await this.#work;
  }

  dispose(): Promise<void> {
    return this.forget();
  }

  #next(work: () => Promise<void> | void): void {
    const era = this.#era;
    const current = (): Promise<void> | void => (era === this.#era ? work() : undefined);
    this.#work = this.#work.then(current).catch((error: unknown) => this.#dependencies.onError(error));
  }

  #drop(isGone: (recent: Recent) => boolean): void {
    for (const [storeDir, recent] of this.#recent)
      this.#recent.set(
        storeDir,
        recent.filter((one) => !isGone(one)),
      );
  }

  async #forgetThrownAway(uri: string, text: string): Promise<void> {
    const { placeOf, thrownAwaySince } = this.#dependencies;
    const place = placeOf(uri);
    const recorded = this.#recordedOf.get(uri);
    this.#recordedOf.delete(uri);
    if (place === null || recorded === undefined) return;
    const sinceMs = await thrownAwaySince(place, text);
    if (sinceMs === null) return;
    this.#drop((recent) => recent.uri === uri);
    await forgetRecordedEdits(recorded.storeDir, recorded.path, sinceMs);
  }

  /** A document's edit is missing, so its next ones have no known predecessor. */
  #lost(uri: string, error: unknown): never {
    this.#drop((recent) => recent.uri === uri);
    throw error;
  }

  async #take({ uri, ...edit }: SettledEdit): Promise<void> {
    const { isOn, isOnIn, placeOf, storeOf, textOf, recordable, isFromDisk, onLeftOut } = this.#dependencies;
    const place = placeOf(uri);
    if (place === null || !isOn()) return;
    /** When one change of a file is missing, those before it no longer lead to its text. */
    const leaveOut = (reason: string): void => {
      this.#drop((recent) => recent.uri === uri);
      onLeftOut(uri, reason);
    };
    if (!(await isOnIn(place.folder))) return leaveOut('recording is off in its folder');
    const storeDir = await storeOf(place.folder);
    const { paused, forgotten } = await readLearning(storeDir);
    if (paused) return leaveOut('learning is paused');
    // Everything may have been forgotten in another window.
    if (this.#recordedIn.has(storeDir) && !(await areEditsRecorded(storeDir))) this.#recent.delete(storeDir);
    const fit = await recordable({ ...place, ...edit });
    if (fit.kind === 'left-out') {
      if (fit.secret) await forgetRecordedEdits(storeDir, fit.path, edit.atMs - TYPED_WITHIN_MS);
      return leaveOut(fit.reason);
    }
    const isForgotten = forgottenRule(forgotten);
    const known = (this.#recent.get(storeDir) ?? []).filter(({ change }) => isForgotten(change.path) === undefined);
    const change = { path: fit.path, ...edit.change };
    const last = known.findLast((one) => one.uri === uri);
    // The document may have been closed without being saved.
    const recent =
      last === undefined || leadsTo(edit.lines, last.change) ? known : known.filter((one) => one.uri !== uri);
    if (last !== undefined && undoes(change, last.change)) {
      this.#recent.set(
        storeDir,
        recent.filter((one) => one !== last),
      );
      return await forgetUndone(storeDir, last.change);
    }
    const text = textOf(uri);
    if (text !== undefined && (await isFromDisk(place, text, edit.atMs))) return leaveOut('read from disk');
    this.#recent.set(storeDir, [...recent, { uri, change }].slice(-MOST_RECENT));
    if (fit.edit === null) return;
    const own = recent.flatMap((one) => (one.uri === uri ? one.change : []));
    const elsewhere = piecesAround(own, edit.lines, fit.edit);
    await recordEdit(storeDir, { ...fit.edit, recent: recent.map((one) => one.change), elsewhere });
    this.#recordedIn.add(storeDir);
    this.#recordedOf.set(uri, { storeDir, path: fit.path });
  }
}

/** Parts of a file around the changes that led to it, oldest first, unless they lie within `shown`. */
function piecesAround(changes: readonly LineChange[], lines: readonly string[], shown: FilePiece): FilePiece[] {
  const end = shown.from + shown.lines.length;
  return changes.flatMap((change, i) => {
    // Its present line: later changes above may have shifted it.
    const line = changes
      .slice(i + 1)
      .reduce((at, { line, before, after }) => (line < at ? at + after.length - before.length : at), change.line);
    const from = Math.max(0, line - AROUND_EARLIER);
    const to = Math.min(lines.length, line + change.after.length + AROUND_EARLIER);
    return from >= shown.from && to <= end ? [] : [{ from, lines: lines.slice(from, to) }];
  });
}

function leadsTo(lines: readonly string[], { line, after }: LineChange): boolean {
  return sameLines(lines.slice(line, line + after.length), after);
}
