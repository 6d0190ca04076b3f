/** Examples of next edits from recorded edits: what somebody did, in that order. */
import { Random } from '../../common/random.ts';
import { applied, type LineChange } from '../../edits/change.ts';
import { type RecordedEdit, readRecordedEdits } from '../../edits/recordedEdits.ts';
import { findSecrets } from '../../secrets/scan.ts';
import type { PathRule } from '../ignore.ts';
import { Pauses } from '../pauses.ts';
import { type EditExample, type Found, halfOf, nextEditAt, nothingToDoAt, restAt, SHARES } from './examples.ts';
import type { Moment } from './moments.ts';

export interface RecordedOptions {
  readonly maxExamples: number;
  /** Later edits stay out: what newer commits did is held out. */
  readonly untilMs: number;
  /** Whether a file may be learned. Other files are never shown, not even in the edits before one. */
  readonly admits: (path: string) => boolean;
  /** Says, for all these paths at once, which are left out and why. */
  readonly ruleFor?: ((paths: readonly string[]) => Promise<PathRule>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Newest first; deterministic for the records. Today's rules count, also those made after an edit was recorded: files left out, and secrets
 * recognized.
 */
export async function recordedExamples(storeDir: string, options: RecordedOptions): Promise<EditExample[]> {
  const { maxExamples, untilMs, admits, ruleFor, signal } = options;
  const records = (await readRecordedEdits(storeDir)).filter(({ atMs }) => atMs <= untilMs);
  const paths = new Set(records.flatMap(({ path, recent }) => [path, ...recent.map((change) => change.path)]));
  const leftOut = await ruleFor?.([...paths]);
  const isIn = (path: string): boolean => admits(path) && leftOut?.(path) === undefined;
  const pauses = new Pauses(signal);
  const examples: EditExample[] = [];
  for (let i = records.length - 1; i >= 0 && examples.length < maxExamples; i--) {
    if (pauses.due) await pauses.take();
    const record = records[i]!;
    if (!isIn(record.path)) continue;
    const edit = { ...record, recent: record.recent.filter(({ path }) => isIn(path)) };
    if (await hasSecret(edit)) continue;
    const next = records.slice(i + 1).filter(({ path }) => path === edit.path);
    const random = new Random('recorded v1', edit.path, edit.atMs, edit.change.line);
    for (const found of examplesOfEdit(edit, next, i + 1 < records.length, random))
      examples.push({ ...found, commit: '', path: edit.path });
  }
  return examples.slice(0, maxExamples);
}

/**
 * `next`: later edits of the same file; `wentOn`: whether there were any later edits at all: without `next`, this one then completed the
 * file. Pure.
 */
export function examplesOfEdit(
  edit: RecordedEdit,
  next: readonly RecordedEdit[],
  wentOn: boolean,
  random: Random,
): Found[] {
  const { path, from, lines, recent } = edit;
  const change = { path, ...edit.change };
  const file = knownOf(edit);
  const found: Found[] = [];
  /** Only if the whole region is known. */
  const add = (now: readonly string[], one: Found | null): void => {
    const end = from + lines.length + now.length - file.length;
    if (one !== null && one.situation.region.from >= from && one.situation.region.to <= end) found.push(one);
  };
  add(file, nextEditAt(momentOf(file, recent, [change]), random));
  if (random.next() < SHARES['half-typed'] / SHARES.edit) {
    const partly = halfOf(change, random);
    if (partly !== null) {
      const done = { path, line: change.line, ...partly.done };
      const rest = { path, line: change.line + partly.at, ...partly.rest };
      const now = applied(file, done);
      add(now, restAt(momentOf(now, [...recent, done], [rest])));
    }
  }
  if (wentOn && random.next() < SHARES['no-edit'] / SHARES.edit) {
    const left = next.map((later) => ({ path, ...later.change }));
    const now = applied(file, change);
    add(now, nothingToDoAt(momentOf(now, [...recent, change], left), random));
  }
  return found;
}

function momentOf(now: readonly string[], recent: readonly LineChange[], left: readonly LineChange[]): Moment {
  return { lines: () => now, recent, left };
}

/** The file as far as it was recorded; the rest is empty lines, too far away for any prompt. */
function knownOf({ from, lines, elsewhere }: RecordedEdit): string[] {
  const pieces = [...elsewhere, { from, lines }];
  const length = Math.max(...pieces.map((piece) => piece.from + piece.lines.length));
  const file = Array.from({ length }, () => '');
  for (const piece of pieces) file.splice(piece.from, piece.lines.length, ...piece.lines);
  return file;
}

async function hasSecret({ path, lines, change, recent, elsewhere }: RecordedEdit): Promise<boolean> {
  const changes = recent.map(({ before, after }) => [...before, ...after]);
  const texts = [[...lines, ...change.after], ...changes, ...elsewhere.map((piece) => piece.lines)];
  for (const text of texts) if ((await findSecrets(path, text.join('\n'))).length > 0) return true;
  return false;
}
