/** Random tokens, whatever their name: generated keys in base64, base62, base32, hexadecimal or as a UUID. */
import type { SecretRange } from './finding.ts';
import { letterRuns, readsLikeWords } from './letterPairs.ts';
import type { Literals } from './literals.ts';
import { isMadeOfWords } from './madeOfWords.ts';
import { isPlaceholder } from './placeholders.ts';
import { asksGit, isKnownToAll, isPublicText, publicArmour, within } from './publicValues.ts';
import { isHex, leastRandom, looksRandom } from './randomness.ts';
import { tokenRuns } from './runs.ts';
import { isRandomGroups, likenessOf } from './values.ts';

/** From this length on, randomness shows even in the middle of code; shorter tokens count only as values. */
const longToken = 24;

export function byRandomness(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  const isArmoured = within(publicArmour(text));
  for (const { start, end } of tokenRuns(text, leastRandom)) {
    if (isPlainName(text, start, end) || isArmoured(start)) continue;
    const token = text.slice(start, Math.min(end, start + 400));
    if (isUuid(token)) {
      if (isSecretUuid(text, start, end)) found.push({ start, end, rule: 'uuid' });
      continue;
    }
    const from = afterLabel(token);
    const inPath = token.includes('/') && linkAt(lineBefore(text, start, 160)) !== null;
    if (!inPath && isKey(text, start + from, end, token.slice(from)))
      found.push({ start: start + from, end, rule: 'entropy' });
    else if (token.includes('/') && !isData(text, start, token)) found.push(...partsOf(text, start, token));
  }
  return found;
}

/** `_GLIBCXX20_CONSTEXPR`, `HWCAP2_SME_I16I32`: words in capitals, with numbers, matched unambiguously. */
const macro =
  /^_{0,2}(?:[A-Z]+(?:[0-9]{1,3}[A-Z]+)?[0-9]{0,3}_{1,2}){1,12}[A-Z]+(?:[0-9]{1,3}[A-Z]+)?[0-9]{0,3}_{0,2}$/;

/** Parts and no digit, like most long names in programs: random text of that length would have digits. */
function isPlainName(text: string, start: number, end: number): boolean {
  if (end - start < 64 && macro.test(text.slice(start, end))) return true;
  let parts = false;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) return false;
    if (code === 95 || code === 45 || code === 47) parts = true;
  }
  return parts && end - start < 64;
}

function isKey(text: string, start: number, end: number, token: string): boolean {
  // A call's name is no key.
  if (text[end] === '(' || !looksRandom(token.replace(/=+$/, '')) || isPlaceholder(token)) return false;
  if (token.length < longToken && !standsAsValue(text, start, end)) return false;
  return !isPublic(text, start, end, token);
}

/** A path may end in a key, as webhooks do. */
function partsOf(text: string, start: number, token: string): SecretRange[] {
  let from = start;
  return token.split('/').flatMap((part) => {
    const own = { start: from, end: from + part.length, rule: 'entropy' };
    from += part.length + 1;
    return part.length >= leastRandom && isKey(text, own.start, own.end, part) ? [own] : [];
  });
}

/** `_` and `-` also join a token to its label: `token_q7Xk…`, unlike `--key=`. */
function afterLabel(token: string): number {
  const label = /^(?:[A-Za-z]{2,12}[-_]){1,3}(?=[A-Za-z0-9+/]{16,}=*$)/.exec(token.slice(0, 200))?.[0] ?? '';
  return label.length;
}

function standsAsValue(text: string, start: number, end: number): boolean {
  const before = text[start - 1] ?? '\n';
  const after = text[end] ?? '\n';
  const inPercent = /%[qQ]?[{([<]$/.test(text.slice(Math.max(0, start - 3), start));
  return (
    (inPercent || /["'`=:\s,>|@&?/]/.test(before)) &&
    /["'`\s,;<&|@)\]}:/?#\\]/.test(after) &&
    !(before === ' ' && after === '(')
  );
}

/** Integrity hashes, commits and the like, which are meant to be public, by their context. */
function isPublic(text: string, start: number, end: number, token: string): boolean {
  // The address of an account or a contract on a blockchain; a private key there has 64 digits.
  if (isData(text, start, token) || /^0x[0-9a-fA-F]{40}$/.test(token)) return true;
  const before = nearestBefore(text, start);
  if (isKnownToAll(token, before)) return true;
  if (namesEvent.test(before) || isPlainText(token)) return true;
  const link = linkAt(before);
  if (link !== null) {
    // Keys follow a `?`; a path to a commit, a blob or a build names something public.
    if (link.includes('?') || link.includes('#')) return false;
    return isHex(token) ? hostsCode.test(link) : /docs\.google|youtu|drive\.google|figma\.com|notion\.s/.test(link);
  }
  return isHex(token) && isDigest(token.replace(/^0x/, '').length, before, lineAfter(text, end, 60));
}

/** An integrity hash, or a file's data: its slashes separate nothing. */
function isData(text: string, start: number, token: string): boolean {
  return (
    /^sha(?:256|384|512)-/.test(token) ||
    /sha(?:1|256|384|512)[-:]$/i.test(text.slice(Math.max(0, start - 7), start)) ||
    isFileData(token)
  );
}

/** Has the length of a digest or a git object, and its line calls it one; a password's hash is not public. */
function isDigest(length: number, before: string, after: string): boolean {
  if (ofPassword.test(before) || /\*$/.test(before)) return false;
  const near = wordsOf(nameBefore(before));
  if (
    length === commitLength &&
    (asksGit.test(before) || near.some((word) => objects.has(word)) || /commit|revision|sha|merge/i.test(after))
  )
    return true;
  return digestLengths.has(length) && (callsDigest.test(before) || near.some((word) => digests.has(word)));
}

function wordsOf(names: string): string[] {
  return letterRuns(names).map((word) => word.toLowerCase());
}

const hostsCode =
  /\b(?:git|svn|hg|bitbucket|googlesource|sourceforge|launchpad|codeberg|gist|commit|blob|tree|raw|rev|changeset|archive|diff|compare|cgit|gravatar|avatar)/i;
/** Names of digests, tests' expectations and builds. */
const digests = new Set(
  `sha md blake ripemd crc hash hashes hashed hsh digest digests checksum checksums integrity etag match fingerprint thumbprint addr
  address version build expected expect assert equal equals`.split(/\s+/),
);
const callsDigest = /(?:sha-?[0-9]{1,3}|md5|blake[0-9a-z]*|digest|checksum)\(|\betag\b|if-(?:none-)?match/i;
const objects = new Set(
  `commit commits commited committed rev revision ref refs sha hash blob tree oid object objects merge parent git head`.split(
    ' ',
  ),
);
const ofPassword = /passw|pwd|secret|credential|\b(?:nt|lm|ntlm)[ _.-]?hash/i;
/** Hexadecimal digits of git's ids; below, of MD5, RIPEMD, SHA-1, SHA-2 and the like. */
const commitLength = 40;
const digestLengths = new Set([32, 40, 56, 64, 96, 128]);

/** The name beside a token: the last words of its line that are no tokens themselves. */
function nameBefore(before: string): string {
  const names = before.match(/[A-Za-z_$][\w$-]{0,40}/g) ?? [];
  return names
    .filter((name) => name.length < 16 || !isHex(name))
    .slice(-2)
    .join(' ');
}

function lineBefore(text: string, at: number, most: number): string {
  const piece = text.slice(Math.max(0, at - most), at);
  return piece.slice(piece.lastIndexOf('\n') + 1);
}

/** The line up to a place; if a value is alone on it, also the line above with its name. */
function nearestBefore(text: string, at: number): string {
  const line = lineBefore(text, at, 160);
  if (!/^\s*(?:[bruW]?\/?["'`]){0,3}$/.test(line)) return line;
  const above = at - line.length - 1;
  return above > 0 ? `${lineBefore(text, above, 160).trimEnd()} ${line}` : line;
}

/** Words or a link in base64, as in tests of encoders; beside a password's name they count all the same. */
function isPlainText(token: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{12,}={0,2}$/.test(token)) return false;
  const plain = Buffer.from(token, 'base64').toString('latin1');
  return (
    /^https?:\/\/[\w./-]+$/.test(plain) ||
    (/^[A-Za-z]+(?:[ ,.!?]{1,2}[A-Za-z]+)+[.!?]?$/.test(plain) && readsLikeWords(plain))
  );
}

/** Ids that a server gives to requests, for its log. */
const namesEvent =
  /(?:(?:request|trace|span|correlation|invocation|logstream)[-_ ]?(?:id|name)|\btrace(?:parent)?)["'`]?\s{0,3}[:=,]\s{0,3}["'`]$/i;

/** Pictures, fonts, archives, programs and public keys of SSH in base64, by the first bytes of their formats. */
function isFileData(token: string): boolean {
  return /^(?:iVBORw0KGgo|R0lGOD|\/9j\/|H4sIA|UEsDB|JVBERi|AGFzbQ|d09G[FM]|UklGR|AAAA[BCE][23][Nn]z|PHN2Zy|AAABAA|T2dnUw)/.test(
    token,
  );
}

function lineAfter(text: string, at: number, most: number): string {
  return text.slice(at, at + most).split('\n', 1)[0] ?? '';
}

/** The part of a link directly before. */
function linkAt(before: string): string | null {
  const at = before.lastIndexOf('://');
  if (at === -1) return null;
  const link = before.slice(at + 3);
  return /[\s"'`<>]/.test(link) ? null : link;
}

function isUuid(token: string): boolean {
  return /^(?:[A-Za-z]+[-_])?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/.test(token);
}

const assigned =
  /([A-Za-z_$][\w$.-]{0,60})["'\]]{0,2}\s{0,3}(?::\s?\w{1,20}\s?)?(?:[!=]==?|=>|:=|=|:)\s{0,3}(?:[\w.:]{1,30}\()?["'`]$/;
/** The id of one of these grants access. */
const letsIn = new Set('sess session sid ticket invite invitation reset verification confirmation device'.split(' '));

/** `customerId = "…"`, `tenant.id === "…"`: the id of a record. A plain `id` may be a key. */
function namesOne(before: string): boolean {
  const words = wordsOf(assigned.exec(before)?.[1] ?? '');
  return words.length > 1 && words.at(-1) === 'id' && !words.some((word) => letsIn.has(word));
}

/** A UUID is a key unless its context makes it a name; one with few different digits is made up for a test. */
function isSecretUuid(text: string, start: number, end: number): boolean {
  if (new Set(text.slice(start, end).toLowerCase()).size < 9) return false;
  const before = lineBefore(text, start, 160);
  if (namesEvent.test(before)) return false;
  if (/key|token|secret|pass|auth|cred|licen|webhook|hook|api/i.test(before + lineAfter(text, end, 80))) return true;
  if (/u?uid|guid|clsid|\biid|namespace|interface/i.test(nameBefore(before)) || namesOne(before)) return false;
  return standsAsValue(text, start, end);
}

/** Quoted, and mixed as only passwords are: anywhere, even as arguments of an unknown call. */
export function byLikeness(text: string, { starts, ends }: Literals): SecretRange[] {
  const found: SecretRange[] = [];
  for (const [i, start] of starts.entries()) {
    const end = ends[i] as number;
    if (end - start < 8 || end - start > 100) continue;
    const value = text.slice(start, end);
    if (end - start < 60 && value.includes(' ') && isRandomGroups(value)) {
      found.push({ start, end, rule: 'groups' });
      continue;
    }
    if (!hasDigit(text, start, end)) continue;
    const likeness = likenessOf(value);
    // Java passes passwords as character arrays.
    const isMixed = likeness === 'mixed' || isMadeOfWords(value);
    if (likeness !== 'strong' && !(isMixed && text.startsWith('.toCharArray', end + 1))) continue;
    if (isHex(value) || isUuid(value) || isPublicText(value) || isPublic(text, start, end, value)) continue;
    found.push({ start, end, rule: 'like a password' });
  }
  return found;
}

function hasDigit(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) return true;
    if (code === 32) return false;
  }
  return false;
}
