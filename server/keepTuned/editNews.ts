/** Recorded edits that a keep-up run would learn and nothing has learned yet. */
import { areEditsRecorded, type RecordedEdit, readRecordedEdits } from '../edits/recordedEdits.ts';
import { commitMs } from '../git/commitTime.ts';
import { heldOutFraction, heldOutPosition } from '../mining/split.ts';
import { learnedEdits, learnedTo, type Manifest } from '../protocol/manifest.ts';
import { cutForTune } from '../tuning/cuts.ts';

/** Most that count per file: an afternoon in one file is repetitive, and no reason to learn a repository. */
export const MOST_OF_A_FILE = 10;

export interface EditNews {
  readonly edits: number;
  /** Edits recorded later are not learned, so not counted. */
  readonly untilMs: number;
}

export const NO_EDITS: EditNews = { edits: 0, untilMs: 0 };

/**
 * A run learns edits up to the commit it learns to: later ones are part of commits that it is measured on. `triedUntilMs`: end of the edits
 * learned by the last attempt, if the active version does not come from it.
 */
export async function editNews(
  folder: string,
  storeDir: string,
  active: Manifest,
  triedUntilMs: number,
  nowMs: number,
): Promise<EditNews> {
  if (!(await areEditsRecorded(storeDir))) return NO_EDITS;
  const cut = await cutForTune(folder, learnedTo(active));
  const untilMs = cut === null ? nowMs : await commitMs(folder, cut);
  const sinceMs = Math.max(triedUntilMs, await learnedUntilMs(folder, active));
  const { firstCommit } = active.dataset;
  return { edits: countNews(await readRecordedEdits(storeDir), { sinceMs, untilMs, firstCommit }), untilMs };
}

/** 0 for a version that has learned none. */
async function learnedUntilMs(folder: string, version: Manifest): Promise<number> {
  if (!learnedEdits(version)) return 0;
  const to = learnedTo(version);
  return to === version.dataset.commit ? Date.parse(version.createdAt) : await commitMs(folder, to);
}

export interface CountedEdits {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** The repository's first commit, which determines the held-out files. */
  readonly firstCommit: string;
}

/** Pure. */
export function countNews(
  edits: readonly Pick<RecordedEdit, 'atMs' | 'path'>[],
  { sinceMs, untilMs, firstCommit }: CountedEdits,
): number {
  const byFile = new Map<string, number>();
  for (const { atMs, path } of edits) {
    if (atMs <= sinceMs || atMs > untilMs || heldOutPosition(firstCommit, path) < heldOutFraction) continue;
    byFile.set(path, Math.min(MOST_OF_A_FILE, (byFile.get(path) ?? 0) + 1));
  }
  return [...byFile.values()].reduce((sum, count) => sum + count, 0);
}
