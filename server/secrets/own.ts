/** Our own rules, synchronous and light: fit to be asked with every suggestion. `scan.ts` adds secretlint's. */
import { commandVisitor, commandWords } from './commands.ts';
import type { SecretRange } from './finding.ts';
import { formatVisitor, formatWords } from './formats/index.ts';
import { joinedViews, toOriginal } from './joined.ts';
import { byteKeys } from './lists.ts';
import { type Literals, literalsOf } from './literals.ts';
import { hints } from './names.ts';
import { byNeighbours, otherParts } from './neighbours.ts';
import { withPieces } from './pieces.ts';
import { regionVisitor, regionWords, seedPhrases } from './regions.ts';
import { byRemark } from './remarks.ts';
import { mayMatch, secretlintWords } from './secretlintWords.ts';
import { byName } from './telling.ts';
import { byLikeness, byRandomness } from './tokens.ts';
import { byAddress } from './urls.ts';
import { WordSearch } from './wordSearch.ts';

/** As it is written, and as it is when its strings are put together. */
export function ownFindings(text: string): SecretRange[] {
  return examine(text).found;
}

/** The same, and whether secretlint's rules may find something that ours do not look for. */
export function examine(text: string): { readonly found: SecretRange[]; readonly asksSecretlint: boolean } {
  const { found, asksSecretlint } = findingsOf(text);
  for (const view of joinedViews(text))
    found.push(...findingsOf(view.text).found.map((finding) => toOriginal(view, finding)));
  found.push(...otherParts(text, found));
  return { found: withPieces(text, found), asksSecretlint };
}

/** One pass looks for the words of all that begins with a word. */
const search = new WordSearch([...formatWords, ...commandWords, ...regionWords, ...secretlintWords]);
const ofCommands = formatWords.length;
const ofRegions = ofCommands + commandWords.length;
const ofSecretlint = ofRegions + regionWords.length;

function findingsOf(text: string): { found: SecretRange[]; asksSecretlint: boolean } {
  const literals = literalsOf(text);
  const { found, asksSecretlint } = byWord(text);
  found.push(
    ...seedPhrases(text),
    ...byRandomness(text),
    ...byName(text, literals),
    ...byLikeness(text, literals),
    ...byAddress(text),
    ...byRemark(text),
    ...byteKeys(text),
    ...inside(text, literals),
    ...byNeighbours(text),
  );
  return { found, asksSecretlint };
}

/** Quotes within a quoted text: JSON, HTML or a command in a string. */
function inside(text: string, { starts, ends }: Literals): SecretRange[] {
  const found: SecretRange[] = [];
  for (const [i, start] of starts.entries()) {
    const content = text.slice(start, Math.min(ends[i] as number, start + MOST_INSIDE));
    if (!/["'`]/.test(content) || content.search(hints) === -1) continue;
    // As the inner text has them: an escaped quote is one, and everything keeps its place.
    const plain = content.replace(/\\(?=["'`])/g, ' ');
    for (const { start: from, end, rule } of byName(plain, literalsOf(plain)))
      found.push({ start: start + from, end: start + end, rule });
  }
  return found;
}

/** Of one text in quotes. */
const MOST_INSIDE = 2_000;

function byWord(text: string): { found: SecretRange[]; asksSecretlint: boolean } {
  const found: SecretRange[] = [];
  const format = formatVisitor(text, found);
  const command = commandVisitor(text, found);
  const region = regionVisitor(text, found);
  const hasSign = text.includes('@');
  let asksSecretlint = false;
  search.scan(text, (word, end) => {
    if (word < ofCommands) format(word, end);
    else if (word < ofRegions) command(word - ofCommands, end);
    else if (word < ofSecretlint) region(word - ofRegions, end);
    else asksSecretlint ||= mayMatch(text, word - ofSecretlint, end, hasSign);
  });
  return { found, asksSecretlint };
}
