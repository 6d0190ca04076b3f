/** Records what is edited in a window's folders, when it has settled, where its user wants that. */
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
  /** null for what is no file of a folder of the window. */
  placeOf(uri: string): { readonly folder: string; readonly path: string } | null;
  storeOf(folder: string): Promise<string>;
  textOf(uri: string): string | undefined;
  recordable(edit: EditToRecord): Promise<Recordable>;
  /** Whether something else wrote the document's text, which the editor then read. */
  isFromDisk(place: { readonly folder: string; readonly path: string }, text: string, atMs: number): Promise<boolean>;
  /** Since when what was typed in a document is gone that was closed with this text; null where it was saved. */
  thrownAwaySince(place: { readonly folder: string; readonly path: string }, text: string): Promise<number | null>;
  /** Why an edit is not recorded: for the log. */
  onLeftOut(uri: string, reason: string): void;
  onError(error: unknown): void;
  nowMs(): number;
  later(ms: number, run: () => void): () => void;
}

/** Changes of a repository that are recorded with the next one: as many as a prompt shows. */
const MOST_RECENT = 6;
/** Lines above and below such a change: what a prompt shows of them, and some to spare. */
const AROUND_EARLIER = 4;
/** Who types a secret may look it up in between: its beginning alone does not look like one. */
const TYPED_WITHIN_MS = 15 * 60_000;

interface Recent {
  readonly uri: string;
  readonly change: LineChange;
}

export class EditRecorder {
  readonly #dependencies: EditRecorderDependencies;
  readonly #settling: Settling;
  readonly #closed = new ClosedTexts();
  /** Of each store, oldest first. */
  readonly #recent = new Map<string, readonly Recent[]>();
  /** Stores that an edit was recorded in. */
  readonly #recordedIn = new Set<string>();
  /** Where edits of documents were recorded that are open since: the store, and the path from the repository's root. */
  readonly #recordedOf = new Map<string, { readonly storeDir: string; readonly path: string }>();
  /** One after the other, in the order in which they settled. */
  #work = Promise.resolve();
  /** Counts up when all is forgotten: what waits from before is not looked at any more. */
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

  /** Before the document is changed. */
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

  /** What was edited until now is not recorded any more, nor with what comes: it is turned off, or all is to be forgotten. */
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

  /** An edit is not known that the next ones of its document go on from. */
  #lost(uri: string, error: unknown): never {
    this.#drop((recent) => recent.uri === uri);
    throw error;
  }

  async #take({ uri, ...edit }: SettledEdit): Promise<void> {
    const { isOn, isOnIn, placeOf, storeOf, textOf, recordable, isFromDisk, onLeftOut } = this.#dependencies;
    const place = placeOf(uri);
    if (place === null || !isOn()) return;
    /** Where one change of a file is not known, those before it do not lead to its text. */
    const leaveOut = (reason: string): void => {
      this.#drop((recent) => recent.uri === uri);
      onLeftOut(uri, reason);
    };
    if (!(await isOnIn(place.folder))) return leaveOut('recording is off in its folder');
    const storeDir = await storeOf(place.folder);
    const { paused, forgotten } = await readLearning(storeDir);
    if (paused) return leaveOut('learning is paused');
    // In another window everything was forgotten.
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
    // It may have been closed without being saved.
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

/** What stands in a file around changes that led to it, oldest first, as far as it is outside of `shown`. */
function piecesAround(changes: readonly LineChange[], lines: readonly string[], shown: FilePiece): FilePiece[] {
  const end = shown.from + shown.lines.length;
  return changes.flatMap((change, i) => {
    // Where it is now: later ones above it moved it.
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
