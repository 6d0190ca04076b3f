/** Our own rules, synchronous and light: fit to be asked with every suggestion. `scan.ts` adds secretlint's. */
import { entropyBits, isPlaceholder, looksRandom, readsLikeWords } from './entropy.ts';
import { longTokens } from './longTokens.ts';
import { anyHint, secretRules } from './rules.ts';

/** Where a secret stands, UTF-16 units, and which rule says so (never the secret itself). */
export interface SecretRange {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
}

/** By format, assignment and entropy, in that order. */
export function ownFindings(text: string): SecretRange[] {
  return [...byFormat(text), ...byAssignment(text), ...byEntropy(text)];
}

function byFormat(text: string): SecretRange[] {
  if (!anyHint.test(text)) return [];
  return secretRules.flatMap(({ name, pattern }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const secret = match[1] ?? match[0];
      const start = match.index + match[0].lastIndexOf(secret);
      return isPlaceholder(secret) || entropyBits(secret) < 2.5
        ? []
        : [{ start, end: start + secret.length, rule: name }];
    }),
  );
}

/** `name = "value"`, `name: 'value'`, `"name" => "value"`, `name("value")`, `NAME=value`. */
const assignment =
  /(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|encryption[_-]?key|signing[_-]?key|credential)[\w-]{0,40}["'\]]{0,2}\s*(?::\s*[\w<>| ]+?\s*=|:=|=>|=|:|\(|,)\s*[bruf@$]?(["'`])([^"'`\n]{8,200})\1/gi;

function byAssignment(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (const match of text.matchAll(assignment)) {
    const value = match[2] as string;
    if (!couldBeSecret(value)) continue;
    const start = match.index + match[0].length - 1 - value.length;
    found.push({ start, end: start + value.length, rule: 'assignment' });
  }
  return found;
}

/** A password or key rather than a label, a header's name, a path, a sentence or a template. */
function couldBeSecret(value: string): boolean {
  if (/\s/.test(value) || isPlaceholder(value)) return false;
  const digits = /\d/.test(value);
  const symbols = /[^A-Za-z0-9_.:/-]/.test(value);
  const mixedCase = /[a-z]/.test(value) && /[A-Z]/.test(value);
  if (/^[a-z]+:\/\//i.test(value) || /^[./~@#]/.test(value)) return false;
  if (/[()[\]{}<>;]/.test(value)) return false;
  if (readsLikeWords(value) && !(digits && symbols)) return false;
  // X-Request-Token-V2, left-paren-2: names in parts, each of letters or one number.
  if (/^([A-Z]?[a-z]+|[A-Z]+|[A-Za-z]?\d{1,2})([-_.:/]([A-Z]?[a-z]+|[A-Z]+|[A-Za-z]?\d{1,2}))+$/.test(value))
    return false;
  if (!digits && !(symbols && mixedCase)) return false;
  return entropyBits(value) >= 2.7;
}

function byEntropy(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (const { start, end } of longTokens(text)) {
    const token = text.slice(start, end);
    // Integrity hashes are public by purpose; paths and dashed names are taken apart by their separators.
    if (/sha(256|384|512)-$/.test(text.slice(Math.max(0, start - 7), start))) continue;
    if (/^sha(256|384|512)-/.test(token)) continue;
    const pieces = /[/_-]/.test(token) ? token.split(/[/_-]/) : [token];
    const longest = pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), '');
    if (!looksRandom(token) || (longest.length < 16 && pieces.some(readsLikeWords))) continue;
    // A path in a link names a commit or a build, not a key.
    if (/:\/\/[^\s"'`]*$/.test(text.slice(Math.max(0, start - 80), start))) continue;
    if (isPlaceholder(token)) continue;
    found.push({ start, end, rule: 'entropy' });
  }
  return found;
}
