/** Multi-line secrets: armoured keys, vaults, Secret manifests, logins of netrc, and seed phrases. */
import type { SecretRange } from './finding.ts';
import { isWord } from './literals.ts';
import { pppFile, pppHeading } from './pppSecrets.ts';
import { membersOf, runsOf } from './runs.ts';
import { functionWords } from './values.ts';

/** Armoured keys are not longer in practice. */
const mostLines = 130;
/** In an escaped string, all of it is one line. */
const mostUnits = 16_000;

/** What a region begins with; `place` is its position. */
const marks: readonly {
  readonly word: string;
  readonly regionAt: (text: string, place: number) => SecretRange | null;
}[] = [
  { word: 'BEGIN', regionAt: (text, at) => (opensArmour(text, at) ? armour(text, at) : null) },
  { word: 'PuTTY-User-Key-File', regionAt: armour },
  { word: 'Private-Lines:', regionAt: armour },
  { word: '$ANSIBLE_VAULT', regionAt: vault },
  { word: 'Secret', regionAt: manifest },
  { word: 'machine', regionAt: netrc },
  { word: 'default login', regionAt: netrc },
  { word: 'client', regionAt: pppHeading },
  { word: 'chap-secrets', regionAt: pppFile },
  { word: 'pap-secrets', regionAt: pppFile },
];

export const regionWords: readonly string[] = marks.map(({ word }) => word);

/** For each occurrence of {@link regionWords}: the region that begins there. */
export function regionVisitor(text: string, found: SecretRange[]): (word: number, end: number) => void {
  let past = 0;
  return (word, end) => {
    const { word: name, regionAt } = marks[word] as (typeof marks)[number];
    const at = end - name.length;
    if (at < past || text.slice(at, end) !== name) return;
    const region = regionAt(text, at);
    if (region === null) return;
    found.push(region);
    past = region.end;
  };
}

/** `-----BEGIN … PRIVATE KEY`, not certificates and public keys. */
function opensArmour(text: string, at: number): boolean {
  return (
    /^BEGIN[ A-Z0-9]{0,30}(?:PRIVATE|SECRET|Static key|ENCRYPTED)/.test(text.slice(at, at + 60)) &&
    /-{2,5}\s{0,2}$/.test(text.slice(Math.max(0, at - 7), at))
  );
}

/** Up to its END; without one, to the last line that could be part of it. */
function armour(text: string, at: number): SecretRange | null {
  const end = endOfArmour(text, at);
  // `-----BEGIN PRIVATE KEY-----\n${key}\n-----END`: the key itself is elsewhere.
  const isTemplate = /\$\{|%s|\{\w*\}/.test(text.slice(at, end)) && !/[A-Za-z0-9+/]{24}/.test(text.slice(at, end));
  return isTemplate ? null : { start: at, end, rule: 'private key' };
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

/** An Ansible vault: a heading and lines of digits. */
function vault(text: string, at: number): SecretRange {
  let end = at;
  for (const [i, line] of text
    .slice(at, at + mostUnits)
    .split('\n')
    .entries()) {
    if (i > 0 && !/^[\s"'+\\n]*[0-9a-f]{20,}/.test(line)) break;
    end += line.length + 1;
  }
  return { start: at, end: Math.min(text.length, end - 1), rule: 'vault' };
}

/** A Kubernetes manifest of kind Secret, up to the end of the document. */
function manifest(text: string, at: number): SecretRange | null {
  if (!/kind["']?\s{0,3}[:=]\s{0,3}["']?(?:Sealed)?$/.test(text.slice(Math.max(0, at - 24), at))) return null;
  if (!/^Secret["']?\s/.test(text.slice(at, at + 8))) return null;
  const piece = text.slice(at, at + 4_000);
  const data = /(?:^|[\s"'])(?:data|stringData|encryptedData)["']?\s{0,3}[:=]/.exec(piece);
  if (!data) return null;
  let end = at + data.index + data[0].length;
  for (const [i, line] of text
    .slice(end, end + 4_000)
    .split('\n')
    .slice(0, 60)
    .entries()) {
    if (i > 0 && !/^\s+["']?[\w.-]+["']?\s{0,3}[:=]|^\s*[A-Za-z0-9+/=]{8,}\s*$|^\s*$/.test(line)) break;
    end += line.length + 1;
  }
  return { start: at + data.index, end: Math.min(text.length, end - 1), rule: 'manifest' };
}

/** `machine … login … password …`, on one line or several, where a value has no quotes and may look like a member: `Red.Fox.8`. */
const login =
  /^(?:machine\s{1,20}\S{1,200}|default)\s{1,20}(?:login\s{1,20}\S{1,200}\s{1,20})?password\s{1,20}(?=[^\s$<{%"'`\\])[^\s"'`\\]{4,200}/;

function netrc(text: string, at: number): SecretRange | null {
  const entry = login.exec(text.slice(at, at + 700))?.[0];
  if (entry === undefined || isWord(text.charCodeAt(at - 1))) return null;
  const end = at + entry.length;
  return { start: end - (/\S+$/.exec(entry) as RegExpExecArray)[0].length, end, rule: 'login' };
}

/** Twelve words in a row of three to eight small letters, without function words of a sentence (BIP-39 has none). */
const leastWords = 11;

const wordCharacters = membersOf(/[a-z ]/);

/** `1. ugly 2. icon …`, as a wallet shows them. */
const numbered = /(?<![\w.])1[.):] ?[a-z]{3,8}(?:[\s,;"'#*/]{1,12}[0-9]{1,2}[.):] ?[a-z]{3,8}){11,23}(?![\w.])/g;

function numberedSeeds(text: string): SecretRange[] {
  return [...text.matchAll(numbered)].flatMap(({ 0: whole, index }) =>
    isSeedPhrase(whole.match(/[a-z]+/g) ?? []) ? [{ start: index, end: index + whole.length, rule: 'seed words' }] : [],
  );
}

export function seedPhrases(text: string): SecretRange[] {
  return [...numberedSeeds(text), ...inRuns(text)];
}

function inRuns(text: string): SecretRange[] {
  return runsOf(text, wordCharacters, 4 * leastWords - 1).flatMap(({ start, end }) => {
    // A first or last word with adjacent characters is part of a longer one.
    const run = text.slice(start, end);
    const from = isWord(text.charCodeAt(start - 1)) ? start + run.indexOf(' ') : start;
    const to = isWord(text.charCodeAt(end)) ? start + run.lastIndexOf(' ') : end;
    if (!run.includes(' ') || to <= from) return [];
    let at = from;
    let words: string[] = [];
    const found: SecretRange[] = [];
    const close = (until: number) => {
      if (words.length >= leastWords && isSeedPhrase(words.slice(0, 48)))
        found.push({ start: at, end: until, rule: 'seed words' });
      words = [];
    };
    let position = from;
    for (const word of text.slice(from, to).split(' ')) {
      if (word.length < 3 || word.length > 8) close(position);
      else if (words.push(word) === 1) at = position;
      position += word.length + 1;
    }
    close(to);
    return found;
  });
}

function isSeedPhrase(words: readonly string[]): boolean {
  return new Set(words).size >= words.length * 0.5 && words.every((word) => !functionWords.has(word));
}
