/** What a run learns of next edits beside its pairs, where the base can be asked for them. */
import type { Sequence } from '../engine/training/sequences.ts';
import type { LoadedEngine } from '../engine/types.ts';
import { EditSets } from '../mining/edits/sets.ts';
import type { MinedSets } from '../mining/sets.ts';
import { speaksOfFiles } from '../prompt/editPrompt.ts';
import { editSequences } from '../tuning/editRows.ts';
import type { Train } from '../tuning/prepare.ts';

/** Of all that is learned (bench/results/next-edit.md). */
const EDIT_SHARE = 0.25;
const MOST_EXAMPLES = 3000;

/** Recorded edits first, then those of the newest commits: as many as are a quarter of the tokens, or all there are. */
export async function editsToLearn(
  folder: string,
  splits: MinedSets,
  learned: Pick<Train, 'tokens'>,
  serving: LoadedEngine,
  signal: AbortSignal,
): Promise<Sequence[]> {
  if (!speaksOfFiles(serving.model.special)) return [];
  const examples = await new EditSets(folder, splits, signal).learned(MOST_EXAMPLES);
  const tokens = (learned.tokens * EDIT_SHARE) / (1 - EDIT_SHARE);
  return await editSequences(examples, 'train', tokens, serving, signal);
}
