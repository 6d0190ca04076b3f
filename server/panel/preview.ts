/** The results of mining, as the panel shows them before a run. Pure. */
import type { Dataset, FileVerdict } from '../mining/types.ts';
import type { TunePreview } from '../protocol/index.ts';

const EXAMPLES = 5;

export function previewOf(dataset: Dataset, folder: string): Omit<TunePreview, 'presets'> {
  const taken = dataset.files.filter(({ verdict }) => verdict === 'taken');
  const left = dataset.files.filter(({ verdict }) => verdict === 'left-out');
  const pairsOf = new Map<string, number>();
  for (const { language } of dataset.pairs) pairsOf.set(language, (pairsOf.get(language) ?? 0) + 1);
  return {
    folder,
    languages: [...Map.groupBy(taken, ({ language }) => language ?? 'other')]
      .map(([language, files]) => ({ language, files: files.length, pairs: pairsOf.get(language) ?? 0 }))
      .sort((a, b) => b.pairs - a.pairs || b.files - a.files),
    trainPairs: dataset.pairs.filter(({ split }) => split === 'train').length,
    heldOutPairs: dataset.pairs.filter(({ split }) => split === 'held-out').length,
    leftOut: [...Map.groupBy(left, reasonOf)]
      .map(([reason, files]) => ({
        reason,
        files: files.length,
        examples: files.slice(0, EXAMPLES).map(({ path }) => path),
      }))
      .sort((a, b) => b.files - a.files),
    warnings: dataset.warnings,
  };
}

/** Reasons may include details (`duplicate of a.ts`, `too large: 3 MB`); the panel counts by kind. */
function reasonOf({ reason = 'unknown' }: FileVerdict): string {
  return reason.replace(/(?: of |: | \().*$/, '');
}
