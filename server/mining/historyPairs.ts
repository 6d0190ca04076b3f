import { secretLines } from './fileMiner.ts';
import { fingerprints } from './fingerprints.ts';
import { additions, type HistoryOptions } from './history.ts';
import { hasGrammar, languageOf } from './languageOf.ts';
import type { LanguageName } from './languages/index.ts';
import type { TrainingText } from './leakage.ts';
import { mostlyComment } from './pairs.ts';
import { parse } from './parser.ts';
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
    if (hasGrammar(language) && (await isInComment(prefix, middle, text, language))) continue;
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

/** A row of plain words, as in a sentence; code has few. */
const sentence = /[a-z]+( [a-z]+){3}/i;

/** Whether it is prose in a comment or documentation string, which lines alone do not tell. */
async function isInComment(prefix: string, middle: string, text: string, language: LanguageName): Promise<boolean> {
  if (!sentence.test(middle)) return false;
  const from = prefix.split('\n').length - 1;
  const syntax = await parse(text, language);
  const scopes = syntax?.scopes([{ from, to: from + middle.split('\n').length }]) ?? [];
  const range = { start: prefix.length, end: prefix.length + middle.length };
  return mostlyComment(
    range,
    scopes.filter(({ kind }) => kind === 'comment'),
  );
}

/** What training sees of a pair that is not a piece of a file as it is now. */
export function trainingTextOf({ prefix, middle, suffix }: Pair): TrainingText {
  const text = prefix + middle + suffix;
  return { fingerprints: fingerprints(tokensOf(text)), text: () => text };
}
