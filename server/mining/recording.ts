/** Whether a settled edit may be recorded for training: by the same rules as its file, with more distance to secrets. */
import { applied, type LineChange, type LineSpan } from '../edits/change.ts';
import type { RecordedEdit } from '../edits/recordedEdits.ts';
import { Moves } from '../git/moves.ts';
import { findSecrets } from '../secrets/scan.ts';
import { reasonAgainstDocument } from './admission.ts';
import { aroundSecrets, secretLines } from './fileMiner.ts';
import { placeOf } from './indexing.ts';

export interface EditToRecord {
  readonly folder: string;
  /** The file's path from the folder. */
  readonly path: string;
  readonly atMs: number;
  /** The file before the change. */
  readonly lines: readonly string[];
  readonly change: Omit<LineChange, 'path'>;
}

export type Recordable =
  /** `edit`: null for one that is not recorded itself, but may be shown before others. `path`: from the repository's root. */
  | { readonly kind: 'fit'; readonly path: string; readonly edit: Omit<RecordedEdit, 'recent' | 'elsewhere'> | null }
  /** `secret`: text typed there before may be part of one. */
  | { readonly kind: 'left-out'; readonly path: string; readonly reason: string; readonly secret: boolean };

/** Longer changes are pastes, moves or generated. */
const MOST_CHANGED_LINES = 40;
/** Lines recorded above and below a change: what a prompt shows of a file, plus one step of its window. */
const AROUND = 60;
/** Git's times of changes to files are in seconds, and an editor reads the files a little later. */
const MOVE_MARGIN_MS = 5000;

/** Of this process, which records the edits of a window. */
const moves = new Moves(Date.now);

export async function recordable({ folder, path, atMs, lines, change }: EditToRecord): Promise<Recordable> {
  const { within, ...place } = await placeOf(folder);
  const fromRoot = within === '' ? path : `${within}/${path}`;
  const leftOut = (reason: string, secret = false): Recordable => ({
    kind: 'left-out',
    path: fromRoot,
    reason,
    secret,
  });
  const { before, after } = change;
  if (Math.max(before.length, after.length) > MOST_CHANGED_LINES) return leftOut('longer than what is typed');
  const now = applied(lines, { path, ...change });
  const reason = await reasonAgainstDocument({ ...place, path: fromRoot, text: now.join('\n') });
  if (reason !== null) return leftOut(reason);
  if ((await moves.lastMs(place.folder)) > atMs - MOVE_MARGIN_MS) return leftOut('made by git');
  const around = {
    from: Math.max(0, change.line - AROUND),
    to: Math.min(lines.length, change.line + before.length + AROUND),
  };
  const aroundNow = { from: around.from, to: around.to + after.length - before.length };
  if ((await nearSecret(fromRoot, lines, around)) || (await nearSecret(fromRoot, now, aroundNow)))
    return leftOut('near a secret', true);
  const shown = lines.slice(around.from, around.to);
  const edit = { atMs, path: fromRoot, from: around.from, lines: shown, change };
  return { kind: 'fit', path: fromRoot, edit: withoutSpace(before) === withoutSpace(after) ? null : edit };
}

/** Whether a secret is in these lines or, as in mining, near them. */
async function nearSecret(path: string, lines: readonly string[], { from, to }: LineSpan): Promise<boolean> {
  const text = lines.join('\n');
  const secrets = aroundSecrets(secretLines(text, await findSecrets(path, text)));
  if (secrets.length === 0) return false;
  const start = lines.slice(0, from).reduce((sum, line) => sum + line.length + 1, 0);
  const end = lines.slice(from, to).reduce((sum, line) => sum + line.length + 1, start);
  return secrets.some((range) => range.start < end && start < range.end);
}

function withoutSpace(lines: readonly string[]): string {
  return lines.join('').replace(/\s+/g, '');
}
