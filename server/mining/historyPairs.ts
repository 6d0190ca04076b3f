import type { LanguageName } from '../languages/grammars/index.ts';
import { hasGrammar, languageOf, openingLength } from '../languages/languageOf.ts';
import { parse } from '../languages/parser.ts';
import { findSecrets } from '../secrets/scan.ts';
import { aroundSecrets, secretLines } from './fileMiner.ts';
import { additions, type HistoryOptions } from './history.ts';
import { cutAfter, cutBefore } from './materialize.ts';
import { mostlyComment } from './pairs.ts';
import { Pauses } from './pauses.ts';
import type { Pair, Split } from './types.ts';

/** Pairs from the additions of recent commits. Those that touch a secret, or come near one, are dropped; others end before it. */
export async function historyPairs(root: string, split: Split, options: HistoryOptions): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const pauses = new Pauses(options.signal);
  for (const { commit, path, prefix, middle, suffix } of await additions(root, options)) {
    if (pauses.due) await pauses.take();
    const language = languageOf(path);
    if (language === null) continue;
    const text = prefix + middle + suffix;
    const start = prefix.length;
    const end = start + middle.length;
    if (start < openingLength(text, language)) continue;
    const secrets = secretLines(text, await findSecrets(path, text));
    if (aroundSecrets(secrets).some((range) => range.start < end && start < range.end)) continue;
    const flat = secrets.flatMap((range) => [range.start, range.end]);
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
      prefix: prefix.slice(cutBefore(flat, start)),
      middle,
      suffix: text.slice(end, cutAfter(flat, end, text.length)),
      context: '',
    });
  }
  return pairs;
}

/** Whether it is prose in a comment or documentation string, which the lines alone do not show. */
async function isInComment(prefix: string, middle: string, text: string, language: LanguageName): Promise<boolean> {
  const from = prefix.split('\n').length - 1;
  const syntax = await parse(text, language);
  const scopes = syntax?.scopes([{ from, to: from + middle.split('\n').length }]) ?? [];
  const range = { start: prefix.length, end: prefix.length + middle.length };
  return mostlyComment(
    range,
    scopes.filter(({ kind }) => kind === 'comment'),
  );
}
