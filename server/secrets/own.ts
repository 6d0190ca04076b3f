/** Our own rules, synchronous and light: fit to be asked with every suggestion. `scan.ts` adds secretlint's. */
import { commandVisitor, commandWords } from './commands.ts';
import type { SecretRange } from './finding.ts';
import { formatVisitor, formatWords } from './formats/index.ts';
import { joinedViews, toOriginal } from './joined.ts';
import { literalsOf } from './literals.ts';
import { withPieces } from './pieces.ts';
import { regionVisitor, regionWords, seedPhrases } from './regions.ts';
import { byRemark } from './remarks.ts';
import { byName } from './telling.ts';
import { byLikeness, byRandomness } from './tokens.ts';
import { byAddress } from './urls.ts';
import { WordSearch } from './wordSearch.ts';

/** As it is written, and as it is when its strings are put together. */
export function ownFindings(text: string): SecretRange[] {
  const found = findingsOf(text);
  for (const view of joinedViews(text))
    found.push(...findingsOf(view.text).map((finding) => toOriginal(view, finding)));
  return withPieces(text, found);
}

/** One pass looks for the words of all that begins with a word. */
const search = new WordSearch([...formatWords, ...commandWords, ...regionWords]);

function findingsOf(text: string): SecretRange[] {
  const literals = literalsOf(text);
  return [
    ...byWord(text),
    ...seedPhrases(text),
    ...byRandomness(text),
    ...byName(text, literals),
    ...byLikeness(text, literals),
    ...byAddress(text),
    ...byRemark(text),
  ];
}

function byWord(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  const format = formatVisitor(text, found);
  const command = commandVisitor(text, found);
  const region = regionVisitor(text, found);
  const ofCommands = formatWords.length;
  const ofRegions = ofCommands + commandWords.length;
  search.scan(text, (word, end) => {
    if (word < ofCommands) format(word, end);
    else if (word < ofRegions) command(word - ofCommands, end);
    else region(word - ofRegions, end);
  });
  return found;
}
