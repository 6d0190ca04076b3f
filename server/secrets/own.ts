/** Our own rules, synchronous and light enough to run on every suggestion. `scan.ts` adds secretlint's. */
import { byScheme } from './accessWords.ts';
import { byCheckDigits } from './accountNumbers.ts';
import { besideAddress, byAccount } from './accounts.ts';
import { byBigNumber } from './bigNumbers.ts';
import { callVisitor, callWords } from './calls.ts';
import { byCharArray } from './charArrays.ts';
import { commandVisitor, commandWords } from './commands.ts';
import { byCopy, bySession } from './copiedRows.ts';
import type { SecretRange } from './finding.ts';
import { formatVisitor, formatWords } from './formats/index.ts';
import { type Hints, hintsWithin, hintWords } from './hints.ts';
import { joinedViews, toOriginal } from './joined.ts';
import { derKeys } from './keyBytes.ts';
import { byteKeys } from './lists.ts';
import { type Literals, literalsOf } from './literals.ts';
import { byNeighbours } from './neighbours.ts';
import { otherParts, partViews } from './parts.ts';
import { withPieces } from './pieces.ts';
import { byRandomBytes } from './randomBytes.ts';
import { recoveryCodes } from './recoveryCodes.ts';
import { regionVisitor, regionWords, seedPhrases } from './regions.ts';
import { byRemark } from './remarks.ts';
import { rulesAt, secretlintWords } from './secretlintWords.ts';
import { bySensitiveBlock } from './sensitiveBlocks.ts';
import { insertVisitor, insertWords } from './sqlRows.ts';
import { bySwitches } from './switches.ts';
import { byName } from './telling.ts';
import { byLikeness, byRandomness } from './tokens.ts';
import { byAddress } from './urls.ts';
import { byCookieKeys, byRequest } from './uses.ts';
import { WordSearch } from './wordSearch.ts';
import { byCharacter } from './written.ts';

/** Findings in the text as written, and with its strings joined. */
export function ownFindings(text: string): SecretRange[] {
  return examine(text).found;
}

/** Findings of our rules, and those of secretlint's rules that may find something else. */
interface Examined {
  readonly found: SecretRange[];
  readonly secretlintRules: ReadonlySet<string>;
}

export function examine(text: string): Examined {
  const { found, secretlintRules } = findingsOf(text);
  for (const view of [...joinedViews(text), ...partViews(text)])
    found.push(...findingsOf(view.text).found.map((finding) => toOriginal(view, finding)));
  found.push(...otherParts(text, found));
  return { found: withPieces(text, found), secretlintRules };
}

/** One pass searches for the words of all word-based rules. */
const search = new WordSearch([
  ...formatWords,
  ...commandWords,
  ...regionWords,
  ...secretlintWords,
  ...callWords,
  ...insertWords,
  ...hintWords,
]);
const ofCommands = formatWords.length;
const ofRegions = ofCommands + commandWords.length;
const ofSecretlint = ofRegions + regionWords.length;
const ofCalls = ofSecretlint + secretlintWords.length;
const ofInserts = ofCalls + callWords.length;
const ofHints = ofInserts + insertWords.length;

function findingsOf(text: string): Examined {
  const literals = literalsOf(text);
  const { found, secretlintRules, hints } = byWord(text);
  found.push(
    ...seedPhrases(text),
    ...byRandomness(text),
    ...byName(text, literals, hints),
    ...byLikeness(text, literals),
    ...byAccount(text, literals),
    ...besideAddress(text),
    ...bySwitches(text),
    ...byCheckDigits(text),
    ...byAddress(text, literals),
    ...byRemark(text),
    ...byRequest(text),
    ...byScheme(text),
    ...byCookieKeys(text),
    ...byteKeys(text),
    ...derKeys(text),
    ...byRandomBytes(text),
    ...recoveryCodes(text),
    ...bySensitiveBlock(text),
    ...byCopy(text),
    ...bySession(text),
    ...byCharacter(text),
    ...byCharArray(text),
    ...byBigNumber(text),
    ...inside(text, literals, hints),
    ...byNeighbours(text, hints),
  );
  return { found, secretlintRules };
}

/** Quotes within a quoted text: JSON, HTML or a command in a string. */
function inside(text: string, { starts, ends }: Literals, hints: Hints): SecretRange[] {
  const found: SecretRange[] = [];
  for (const [i, start] of starts.entries()) {
    const end = Math.min(ends[i] as number, start + MOST_INSIDE);
    const own = hintsWithin(hints, start, end);
    if (own.ends.length === 0) continue;
    const content = text.slice(start, end);
    if (!/["'`]/.test(content)) continue;
    // As in the inner text: an escaped quote counts as one, and all positions stay the same.
    const plain = content.replace(/\\(?=["'`])/g, ' ');
    for (const { start: from, end: to, rule } of byName(plain, literalsOf(plain), own))
      found.push({ start: start + from, end: start + to, rule });
  }
  return found;
}

/** Characters read of one quoted text. */
const MOST_INSIDE = 2_000;

function byWord(text: string): Examined & { readonly hints: Hints } {
  const found: SecretRange[] = [];
  const secretlintRules = new Set<string>();
  const hints: { starts: number[]; ends: number[] } = { starts: [], ends: [] };
  const format = formatVisitor(text, found);
  const command = commandVisitor(text, found);
  const region = regionVisitor(text, found);
  const call = callVisitor(text, found);
  const insert = insertVisitor(text, found);
  const hasSign = text.includes('@');
  search.scan(text, (word, end) => {
    if (word < ofCommands) format(word, end);
    else if (word < ofRegions) command(word - ofCommands, end);
    else if (word < ofSecretlint) region(word - ofRegions, end);
    else if (word < ofCalls)
      for (const rule of rulesAt(text, word - ofSecretlint, end, hasSign)) secretlintRules.add(rule);
    else if (word < ofInserts) call(word - ofCalls, end);
    else if (word < ofHints) insert(end);
    else {
      hints.starts.push(end - (hintWords[word - ofHints] as string).length);
      hints.ends.push(end);
    }
  });
  return { found, secretlintRules, hints };
}
