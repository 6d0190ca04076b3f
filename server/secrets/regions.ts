/** Secrets of several lines: keys in armour, vaults, manifests of secrets, and phrases of seed words. */
import type { SecretRange } from './finding.ts';
import { functionWords } from './values.ts';

/** A key in armour is not longer in practice. */
const mostLines = 130;
/** In an escaped string all of it is one line. */
const mostUnits = 16_000;

export function byRegion(text: string): SecretRange[] {
  return [...armour(text), ...vaults(text), ...manifests(text), ...seedPhrases(text)];
}

/** From `BEGIN … PRIVATE KEY` to its END; where there is none, to the last line that could be part of it. */
function armour(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (const mark of ['BEGIN', 'PuTTY-User-Key-File', 'Private-Lines:']) {
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) {
      if (at < (found.at(-1)?.end ?? -1)) continue;
      if (
        mark === 'BEGIN' &&
        !(
          /^BEGIN[ A-Z0-9]{0,30}(?:PRIVATE|SECRET|Static key|ENCRYPTED)/.test(text.slice(at, at + 60)) &&
          /-{2,5}\s{0,2}$/.test(text.slice(Math.max(0, at - 7), at))
        )
      )
        continue;
      found.push({ start: at, end: endOfArmour(text, at), rule: 'private key' });
    }
  }
  return found;
}

function endOfArmour(text: string, from: number): number {
  const piece = text.slice(from, from + mostUnits);
  const close = /-{3,5}\s?END|Private-MAC/.exec(piece);
  if (close && lineCount(piece.slice(0, close.index)) <= mostLines) {
    const rest = piece.indexOf('\n', close.index);
    return from + (rest === -1 ? piece.length : rest);
  }
  let end = from;
  for (const [i, line] of piece.split('\n').entries()) {
    if (i > 0 && (i > mostLines || !/[A-Za-z0-9+/]{16}/.test(line))) break;
    end += line.length + 1;
  }
  return Math.min(text.length, end - 1);
}

function lineCount(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Ansible's vault is a heading and lines of digits. */
function vaults(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (let at = text.indexOf('$ANSIBLE_VAULT'); at !== -1; at = text.indexOf('$ANSIBLE_VAULT', at + 1)) {
    let end = at;
    for (const [i, line] of text
      .slice(at, at + mostUnits)
      .split('\n')
      .entries()) {
      if (i > 0 && !/^[\s"'+\\n]*[0-9a-f]{20,}/.test(line)) break;
      end += line.length + 1;
    }
    found.push({ start: at, end: Math.min(text.length, end - 1), rule: 'vault' });
  }
  return found;
}

/** A manifest of Kubernetes whose kind is Secret, up to where the document ends. */
function manifests(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (let at = text.indexOf('Secret'); at !== -1; at = text.indexOf('Secret', at + 6)) {
    if (
      !/kind["']?\s{0,3}[:=]\s{0,3}["']?(?:Sealed)?$/.test(text.slice(Math.max(0, at - 24), at)) ||
      !/^Secret["']?\s/.test(text.slice(at, at + 8))
    )
      continue;
    const piece = text.slice(at, at + 4_000);
    const data = /(?:^|[\s"'])(?:data|stringData|encryptedData)["']?\s{0,3}[:=]/.exec(piece);
    if (!data) continue;
    let end = at + data.index + data[0].length;
    const body = text
      .slice(end, end + 4_000)
      .split('\n')
      .slice(0, 60);
    for (const [i, line] of body.entries()) {
      if (i > 0 && !/^\s+["']?[\w.-]+["']?\s{0,3}[:=]|^\s*[A-Za-z0-9+/=]{8,}\s*$|^\s*$/.test(line)) break;
      end += line.length + 1;
    }
    found.push({ start: at + data.index, end: Math.min(text.length, end - 1), rule: 'manifest' });
  }
  return found;
}

/** Twelve words of three to eight small letters in a row, none of which joins others to a sentence (BIP-39 has no other). */
const leastWords = 11;

function seedPhrases(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  let from = -1;
  let count = 0;
  let wordStart = -1;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0;
    if (code >= 97 && code <= 122) {
      if (wordStart === -1) wordStart = i;
      continue;
    }
    let counts = false;
    if (wordStart !== -1) {
      const length = i - wordStart;
      // Only what a blank or a quote opens is a word of its own.
      counts = length >= 3 && length <= 8 && opensWord(text.charCodeAt(wordStart - 1), wordStart);
      if (counts && count++ === 0) from = wordStart;
      wordStart = -1;
    }
    if (counts && code === 32) continue;
    if (count >= leastWords) {
      const end = counts ? i : i - 1;
      if (
        isSeedPhrase(
          text
            .slice(from, end)
            .split(/[^a-z]+/)
            .slice(0, 48),
        )
      )
        found.push({ start: from, end, rule: 'seed words' });
    }
    count = 0;
  }
  return found;
}

function opensWord(code: number, at: number): boolean {
  return (
    at === 0 ||
    code === 32 ||
    code === 34 ||
    code === 39 ||
    code === 96 ||
    code === 10 ||
    code === 61 ||
    code === 58 ||
    code === 9
  );
}

function isSeedPhrase(words: readonly string[]): boolean {
  const whole = words.filter((word) => word.length >= 3);
  return new Set(whole).size >= whole.length * 0.5 && whole.every((word) => !functionWords.has(word));
}
