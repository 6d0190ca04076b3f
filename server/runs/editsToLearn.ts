/** Next-edit examples that a run learns alongside its pairs, where the base can be prompted for next edits. */

import type { StoredAdapter } from '../adapters/store.ts';
import type { Sequence } from '../engine/training/sequences.ts';
import type { LoadedEngine } from '../engine/types.ts';
import { EditSets } from '../mining/edits/sets.ts';
import type { MinedSets } from '../mining/sets.ts';
import { speaksOfFiles } from '../prompt/editPrompt.ts';
import { learnedEdits } from '../protocol/manifest.ts';
import { editSequences } from '../tuning/editRows.ts';
import type { Train } from '../tuning/prepare.ts';
import type { TuneOptions } from '../tuning/types.ts';

/** Share of all training tokens (bench/results/next-edit.md). */
const EDIT_SHARE = 0.25;
const MOST_EXAMPLES = 3000;

/**
 * Whether a run learns edits at all: on request, and when keeping up a version that has learned them. It would forget them otherwise, and
 * adapters continued from it could no longer be prompted for next edits.
 */
export function learnsEdits(
  { edits = false, keepUp = false }: Pick<TuneOptions, 'edits' | 'keepUp'>,
  parent: Pick<StoredAdapter, 'manifest'> | null,
): boolean {
  return edits || (keepUp && parent !== null && learnedEdits(parent.manifest));
}

/** Recorded edits first, then those of the newest commits, up to a quarter of the tokens. */
export async function editsToLearn(
  folder: string,
  splits: Pick<MinedSets, 'dataset' | 'learnedTo'>,
  learned: Pick<Train, 'tokens'>,
  serving: LoadedEngine,
  signal: AbortSignal,
): Promise<Sequence[]> {
  if (!speaksOfFiles(serving.model.special)) return [];
  const examples = await new EditSets(folder, splits, signal).learned(MOST_EXAMPLES);
  const tokens = (learned.tokens * EDIT_SHARE) / (1 - EDIT_SHARE);
  return await editSequences(examples, 'train', tokens, serving, signal);
}
