/** Shannon entropy of a text's characters, in bits a character. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Values that stand for a secret without being one. */
const placeholders =
  /^(.)\1*$|x{4,}|\*{3,}|\.{3}|example|sample|dummy|placeholder|change[-_ ]?me|your[-_ ]?|insert|redacted|fake|mock|test|foo|bar|abc(123|def)|12345|qwerty|none|null|undefined|<.*>|\$\{|\{\{|%[sd(]|process\.env|getenv|todo|lorem/i;

export function isPlaceholder(value: string): boolean {
  return placeholders.test(value);
}

/** Whether it reads like words or an identifier rather than like something drawn at random. */
export function readsLikeWords(value: string): boolean {
  const words = value.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).filter((word) => word.length > 0);
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  if (letters === 0) return false;
  // Random base64 changes class every character or two; words are longer and have vowels.
  const wordlike = words.filter(
    (word) => word.length >= 3 && /[aeiouy]/i.test(word) && !/[^aeiouy]{5}/i.test(word) && sameCase(word),
  );
  const covered = wordlike.reduce((sum, word) => sum + word.length, 0);
  return covered >= 0.7 * value.length;
}

function sameCase(word: string): boolean {
  return /^[A-Za-z]?[a-z]*$|^[A-Z]+$/.test(word);
}

/**
 * A token as a key generator writes it: at least 24 characters of base64 or base62 with all three classes mixed throughout and
 * the entropy of chance (24 random base64 characters have 4.3 bits each on average; code words have 3 to 4).
 */
export function looksRandom(token: string): boolean {
  if (token.length < 24) return false;
  if (!/[a-z]/.test(token) || !/[A-Z]/.test(token)) return false;
  const digits = token.replace(/[^0-9]/g, '').length;
  if (digits < 2 || isAlphabet(token)) return false;
  if (readsLikeWords(token)) return false;
  return entropyBits(token.length > 128 ? token.slice(0, 128) : token) >= 4.1;
}

/** Alphabets and digit tables have the highest entropy of all. */
function isAlphabet(token: string): boolean {
  let ascending = 0;
  for (let i = 1; i < token.length; i++) if (token.charCodeAt(i) - token.charCodeAt(i - 1) === 1) ascending++;
  return ascending > token.length / 3;
}
