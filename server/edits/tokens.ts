/** Tokenizes lines of code independently of the language: words, numbers, spaces, and every other character separately. */

// Combining characters: accents, the vowels of some scripts, and Persian's non-joiner.
const TOKENS = /[\p{L}_$][\p{L}\p{M}\p{N}\p{Join_Control}_$]*|\p{N}[\p{L}\p{N}_.]*|\s+|./gsu;
const WORD = /^[\p{L}_$]/u;

export function tokensOf(text: string): string[] {
  return text.match(TOKENS) ?? [];
}

/** An identifier: a word that is not a keyword. */
export function isName(token: string | undefined): token is string {
  return token !== undefined && WORD.test(token) && !KEYWORDS.has(token);
}

/** An identifier, or a keyword of some language. */
export function isWord(token: string | undefined): token is string {
  return token !== undefined && WORD.test(token);
}

/** Letters or digits: brackets and other signs are the same everywhere. */
export function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** A keyword that precedes a declared name. */
export const DECLARES = /^(const|let|var|val|def|function|fn|func|fun|class|interface|struct|enum|trait|type|for|mut)$/;

export function indentOf(line: string): string {
  return /^\s*/.exec(line)![0];
}

export function isBlank(token: string): boolean {
  return token.trim() === '';
}

/** Which tokens of a line are words in a string: text in interpolation braces is code, in kinds of strings that have it. */
export function stringTokens(tokens: readonly string[]): boolean[] {
  const inside = tokens.map(() => false);
  for (let at = 0; at < tokens.length; at++) {
    const quote = tokens[at]!;
    // A Rust lifetime is not a string.
    if (!/^["'`]$/.test(quote) || (quote === "'" && /^[&<+]$/.test(tokens[at - 1] ?? ''))) continue;
    const end = closing(tokens, at, quote);
    // An apostrophe.
    if (end < 0) continue;
    const isTemplate = quote === '`' || /^[fF]|[fF]$/.test(tokens[at - 1] ?? '') || tokens[at - 1] === '$';
    let depth = 0;
    for (let i = at + 1; i < end; i++) {
      if (isTemplate && tokens[i] === '{') depth++;
      inside[i] = depth === 0;
      if (isTemplate && tokens[i] === '}') depth--;
    }
    at = end;
  }
  return inside;
}

/** Whether a name occurs in a line other than as a member or a word in a string. */
export function hasName(line: string, name: string): boolean {
  if (!line.includes(name)) return false;
  const tokens = tokensOf(line);
  const inString = stringTokens(tokens);
  return tokens.some((token, at) => token === name && !inString[at] && tokens[at - 1] !== '.');
}

function closing(tokens: readonly string[], from: number, quote: string): number {
  for (let at = from + 1; at < tokens.length; at++) {
    if (tokens[at] === '\\') at++;
    else if (tokens[at] === quote) return at;
  }
  return -1;
}

/** Tokens `from` to before `to` of one text replaced those of the other. */
export interface Replacement {
  readonly before: { readonly from: number; readonly to: number };
  readonly after: { readonly from: number; readonly to: number };
}

/** The comparison takes time proportional to the product of both lengths. */
const MOST_COMPARED = 400;

/** What turns `before` into `after`, by their longest common subsequence; null if that would take too long. */
export function replacements(before: readonly string[], after: readonly string[]): Replacement[] | null {
  let head = 0;
  const most = Math.min(before.length, after.length);
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const [rows, columns] = [before.length - head - tail, after.length - head - tail];
  if (rows > MOST_COMPARED || columns > MOST_COMPARED) return null;
  const width = columns + 1;
  /** Lengths for the suffixes of both texts from a row and a column on: [rows + 1, columns + 1]. */
  const common = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      common[i * width + j] =
        before[head + i] === after[head + j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const found: Replacement[] = [];
  let [i, j] = [0, 0];
  while (i < rows || j < columns) {
    const [fromRow, fromColumn] = [i, j];
    while (i < rows || j < columns) {
      if (i < rows && j < columns && before[head + i] === after[head + j]) break;
      if (j >= columns || (i < rows && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) i++;
      else j++;
    }
    if (i > fromRow || j > fromColumn) {
      found.push({
        before: { from: head + fromRow, to: head + i },
        after: { from: head + fromColumn, to: head + j },
      });
    }
    while (i < rows && j < columns && before[head + i] === after[head + j]) {
      i++;
      j++;
    }
  }
  return found;
}

/** Keywords of the mined languages, which say nothing about a line's subject. */
const KEYWORDS: ReadonlySet<string> = new Set(
  `abstract and any as assert async await auto bool boolean break case catch char class const continue crate debugger def default
   defer del delete do double elif else enum except export extends extern false False final finally float fn for from func function
   get global go goto if impl implements import in instanceof int interface is lambda let long match mod module move mut namespace new
   nil None nonlocal not null number of or override package pass private protected pub public raise range readonly ref return select
   self Self set short signed sizeof static str string struct super switch template this throw throws trait true True try type
   typedef typeof undefined union unsafe unsigned use using val var virtual void volatile where while with yield`.split(
    /\s+/,
  ),
);
