/** Examples of next edits from recent commits. */
import { Random } from '../../common/random.ts';
import { readBlobs } from '../../git/blobs.ts';
import { findSecrets } from '../../secrets/scan.ts';
import { type Change, type ChangeOptions, recentChanges } from '../changes.ts';
import { decode, hasConflict, reasonFromText } from '../content.ts';
import { Pauses } from '../pauses.ts';
import { type EditExample, type EditKind, examplesOf, SHARES } from './examples.ts';
import { type ChangedFile, sequenceOf } from './steps.ts';

export interface EditOptions extends ChangeOptions {
  readonly maxExamples: number;
}

/** With more hunks, a commit is a mass change by a tool. */
const MOST_HUNKS = 60;
/** Surplus, since some are dropped for the shares of the kinds. */
const SURPLUS = 1.3;

/**
 * Newest first; deterministic for a history. Leaves out what {@link recentChanges} does, files with a secret before or after, and generated
 * text.
 */
export async function mineEdits(root: string, options: EditOptions): Promise<EditExample[]> {
  const { maxExamples, signal } = options;
  const pauses = new Pauses(signal);
  const found: EditExample[] = [];
  for await (const changes of recentChanges(root, options)) {
    const ids = new Set(changes.flatMap(({ oldBlob, newBlob }) => [oldBlob, newBlob]));
    const blobs = await readBlobs(root, [...ids], signal);
    for (const [commit, own] of Map.groupBy(changes, (change) => change.commit)) {
      if (pauses.due) await pauses.take();
      if (own.reduce((sum, { hunks }) => sum + hunks.length, 0) > MOST_HUNKS) continue;
      const files: ChangedFile[] = [];
      for (const change of own) {
        const file = await readable(change, blobs);
        if (file !== null) files.push(file);
      }
      const sequence = sequenceOf(files);
      if (sequence.steps.length === 0) continue;
      for (const example of examplesOf(sequence, new Random('edits v1', commit)))
        found.push({ ...example, commit, path: example.situation.path });
    }
    if (found.length >= SURPLUS * maxExamples) break;
  }
  return inShares(found, maxExamples);
}

/** null for a text that is unsuitable for training, or has a secret anywhere: all of a file may be shown. */
async function readable(change: Change, blobs: ReadonlyMap<string, Buffer>): Promise<ChangedFile | null> {
  const { path, oldBlob, newBlob, hunks } = change;
  const [before, after] = [textOf(blobs.get(oldBlob)), textOf(blobs.get(newBlob))];
  if (before === null || after === null || hunks.length === 0) return null;
  for (const text of [before, after]) if ((await findSecrets(path, text)).length > 0) return null;
  return { path, hunks, before: before.split('\n'), after: after.split('\n') };
}

function textOf(blob: Buffer | undefined): string | null {
  const decoded = blob && decode(blob);
  if (decoded?.kind !== 'text' || hasConflict(decoded.text)) return null;
  return reasonFromText(decoded.text) === null ? decoded.text : null;
}

/** Limits the two plentiful kinds to their share. */
function inShares(found: readonly EditExample[], most: number): EditExample[] {
  const edits = found.filter(({ kind }) => kind === 'edit').length;
  const room: Record<EditKind, number> = {
    edit: most,
    'half-typed': Math.ceil((edits * SHARES['half-typed']) / SHARES.edit),
    'no-edit': Math.ceil((edits * SHARES['no-edit']) / SHARES.edit),
  };
  return found.filter(({ kind }) => room[kind]-- > 0).slice(0, most);
}
