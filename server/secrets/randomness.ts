import { meanPairCost, readsLikeWords, wordShare } from './letterPairs.ts';

const counts = new Uint16Array(128);

/** Shannon entropy of a text's characters, in bits per character; all non-ASCII ones count as one. Up to 65,535 units. */
export function entropyBits(text: string): number {
  counts.fill(0);
  for (let i = 0; i < text.length; i++) {
    const code = Math.min(127, text.charCodeAt(i));
    counts[code] = (counts[code] as number) + 1;
  }
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Number of characters of each class in a text, and of changes between classes. */
export interface Classes {
  readonly lower: number;
  readonly upper: number;
  readonly digits: number;
  /** Symbols common in passwords, but not in names, paths and URLs. */
  readonly signs: number;
  readonly changes: number;
}

/** Capitals and symbols within words, as in no name. */
export function isUnsteady(value: string): boolean {
  return classesOf(value).changes >= 0.4 * value.length;
}

/** Eight characters or more of all kinds that form no words: `vK3_fw9.Td`. */
export function isDrawnMix(value: string): boolean {
  if (value.length < 8) return false;
  const { lower, upper, digits } = classesOf(value);
  return lower > 0 && upper > 0 && digits > 0 && wordShare(value) < 0.5 && !readsLikeWords(value);
}

const signCodes = new Set([...'!@#$%^&*?~+=|'].map((sign) => sign.charCodeAt(0)));

export function classesOf(text: string): Classes {
  let lower = 0;
  let upper = 0;
  let digits = 0;
  let signs = 0;
  let changes = 0;
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    let kind = 5;
    if (code >= 97 && code <= 122) kind = 1;
    else if (code >= 65 && code <= 90) kind = 2;
    else if (code >= 48 && code <= 57) kind = 3;
    else if (signCodes.has(code)) kind = 4;
    if (kind === 1) lower++;
    else if (kind === 2) upper++;
    else if (kind === 3) digits++;
    else if (kind === 4) signs++;
    if (i > 0 && kind !== before) changes++;
    before = kind;
  }
  return { lower, upper, digits, signs, changes };
}

/** Long enough to tell random text from a word. */
export const leastRandom = 16;

/** Occur in names: `convertIPv4ToIPv6`. */
const termsWithNumbers = /IPv[46]|UTF(?:8|16|32)|Base(?:32|64)|U?[Ii]nt(?:8|16|32|64)|Float(?:32|64)/g;

/** Characters examined: more say nothing new. */
const looked = 160;

/**
 * Whether a token of base64 or base62 characters looks generated, by its alphabet: the smaller that is, the longer a token must be to tell.
 * In random text the character class changes at every second character, in words at every fifth.
 */
export function looksRandom(whole: string): boolean {
  const token = (whole.length > looked ? whole.slice(0, looked) : whole).replace(termsWithNumbers, '');
  const { length } = token;
  if (length < leastRandom || isSeries(token)) return false;
  if (isLicence(token)) return true;
  const { lower, upper, digits, changes } = classesOf(token);
  if (lower + upper + digits < 0.8 * length) return false;
  const bits = entropyBits(token);
  if (lower > 0 && upper > 0) {
    if (bits < (length < 24 ? 3.2 : length < 32 ? 3.6 : 4)) return false;
    if (isNameOfParts(token) || wordShare(token) >= 0.55) return false;
    if (digits >= 2 && length >= 24) return changes >= 0.25 * length;
    if (digits >= 1) return changes >= (length < 20 ? 0.4 : 0.3) * length;
    return length >= 20 && changes >= 0.4 * length && wordShare(token) < 0.4;
  }
  if (isHex(token)) return length >= 32 && digits >= 4 && digits < length - 2 && bits >= 3;
  if (digits > 0) {
    if (bits < 3 || isNameOfParts(token) || wordShare(token) >= (upper > 0 ? 0.6 : length >= 40 ? 0.5 : 0.4))
      return false;
    // Capitals: names of constants have separators. Small letters: words have longer runs.
    return (
      digits >= (upper > 0 ? 2 : 3) &&
      changes >= (length < 24 ? 0.12 : 0.1) * length &&
      length >= (upper > 0 ? leastRandom : 20)
    );
  }
  return length >= 20 && bits >= 3 && !/[-_/+]/.test(token) && meanPairCost(token) >= 5.4;
}

/** `YYWBD-6UOU6-PHC9Q-84418-1SCXT`: groups of equal length, more than one with letters and digits. */
function isLicence(token: string): boolean {
  if (!/^[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){3,7}$/.test(token)) return false;
  const groups = token.split('-');
  return (
    groups.every(({ length }) => length === groups[0]?.length) &&
    groups.filter((group) => /[0-9]/.test(group) && /[A-Z]/.test(group)).length > 1
  );
}

export function isHex(token: string): boolean {
  return /^(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)$/.test(token);
}

/** Alphabets and digit tables: these have the highest entropy of all. */
export function isSeries(token: string): boolean {
  return ascending(token) > token.length / 3;
}

/** `abc123`, `abcdefg12345`: a key typed for a test. */
export function isMadeUp(value: string): boolean {
  return ascending(value) >= value.length / 2;
}

function ascending(token: string): number {
  let steps = 0;
  for (let i = 1; i < token.length; i++) if (token.charCodeAt(i) - token.charCodeAt(i - 1) === 1) steps++;
  return steps;
}

/** `GL_COMPRESSED_RGBA_S3TC_DXT5_EXT`, `src/lib/utf8-v2`: many parts, each short and of one kind or a word. */
function isNameOfParts(token: string): boolean {
  const parts = token.split(/[-_/+]/).filter((part) => part !== '');
  if (parts.length < 2) return false;
  // In random text every thirtieth character is such a separator.
  const isShort = parts.length > 2 && parts.length > token.length / 10 && parts.every((part) => part.length < 12);
  const plain = parts.filter(
    (part) =>
      (/^(?:[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[A-Za-z]{1,4}[0-9]{1,4}[A-Za-z]?)$/.test(part) && part.length < 14) ||
      readsLikeWords(part),
  );
  if (isShort && plain.length >= parts.length / 2) return true;
  const covered = plain.reduce((sum, part) => sum + part.length, 0);
  return covered >= 0.65 * (token.length - parts.length + 1) && parts.length <= token.length / 2.5;
}
