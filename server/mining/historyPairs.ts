import { secretLines } from './fileMiner.ts';
import { fingerprints } from './fingerprints.ts';
import { additions, type HistoryOptions } from './history.ts';
import { languageOf } from './languageOf.ts';
import type { TrainingText } from './leakage.ts';
import { Pauses } from './pauses.ts';
import { findSecrets } from './secrets/scan.ts';
import { tokensOf } from './tokens.ts';
import type { Pair, Split } from './types.ts';

/** Pairs from what recent commits added. One that a secret touches, or comes near, is dropped. */
export async function historyPairs(root: string, split: Split, options: HistoryOptions): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const pauses = new Pauses(options.signal);
  for (const { commit, path, prefix, middle, suffix } of await additions(root, options)) {
    if (pauses.due) await pauses.take();
    const language = languageOf(path);
    if (language === null) continue;
    const text = prefix + middle + suffix;
    if (secretLines(text, await findSecrets(path, text)).length > 0) continue;
    const startByte = Buffer.byteLength(prefix);
    const endByte = startByte + Buffer.byteLength(middle);
    pairs.push({
      path,
      language,
      kind: 'history',
      split,
      commit,
      startByte,
      endByte,
      prefix,
      middle,
      suffix,
      context: '',
    });
  }
  return pairs;
}

/** What training sees of a pair that is not a piece of a file as it is now. */
export function trainingTextOf({ prefix, middle, suffix }: Pair): TrainingText {
  const text = prefix + middle + suffix;
  return { fingerprints: fingerprints(tokensOf(text)), text: () => text };
}
