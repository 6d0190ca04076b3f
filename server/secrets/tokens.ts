/** What is drawn at random, whatever its name: keys that a generator wrote, in base64, base62, base32, hexadecimal or as a UUID. */
import type { SecretRange } from './finding.ts';
import { letterRuns, readsLikeWords } from './letterPairs.ts';
import type { Literals } from './literals.ts';
import { isPlaceholder } from './placeholders.ts';
import { isHex, leastRandom, looksRandom } from './randomness.ts';
import { tokenRuns } from './runs.ts';
import { isRandomGroups, likenessOf } from './values.ts';

/** From this length on chance shows even in the middle of code; shorter ones count where a value stands. */
const longToken = 24;

export function byRandomness(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (const { start, end } of tokenRuns(text, leastRandom)) {
    if (isPlainName(text, start, end)) continue;
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

/** `_GLIBCXX20_CONSTEXPR`, `HWCAP2_SME_I16I32`: words in capitals, and what numbers them, in one way to read them. */
const macro =
  /^_{0,2}(?:[A-Z]+(?:[0-9]{1,3}[A-Z]+)?[0-9]{0,3}_{1,2}){1,12}[A-Z]+(?:[0-9]{1,3}[A-Z]+)?[0-9]{0,3}_{0,2}$/;

/** Parts and no digit at all, as most long names of programs: chance writes none of that length so. */
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
  // What is called is a name.
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

/** `_` and `-` join what is drawn to its label as well: `token_q7Xk…`, `--key=` does not. */
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

/** Integrity hashes, commits and the like are public by purpose: their place says so. */
function isPublic(text: string, start: number, end: number, token: string): boolean {
  if (isData(text, start, token)) return true;
  const before = nearestBefore(text, start);
  if (namesEvent.test(before) || isPlainText(token)) return true;
  const link = linkAt(before);
  if (link !== null) {
    // Behind `?` stand keys; a path to a commit, a blob or a build names something public.
    if (link.includes('?') || link.includes('#')) return false;
    return isHex(token) ? hostsCode.test(link) : /docs\.google|youtu|drive\.google|figma\.com|notion\.s/.test(link);
  }
  return isHex(token) && isDigest(token.replace(/^0x/, '').length, before, lineAfter(text, end, 60));
}

/** An integrity hash, or a file: its slashes part nothing. */
function isData(text: string, start: number, token: string): boolean {
  return (
    /^sha(?:256|384|512)-/.test(token) ||
    /sha(?:1|256|384|512)[-:]$/i.test(text.slice(Math.max(0, start - 7), start)) ||
    isFileData(token)
  );
}

/** What its line calls a digest or an object of git has the length of one; a password's hash is no public one. */
function isDigest(length: number, before: string, after: string): boolean {
  if (ofPassword.test(before) || /\*$/.test(before)) return false;
  const near = wordsOf(nameBefore(before));
  if (length === commitLength && (near.some((word) => objects.has(word)) || /commit|revision|sha|merge/i.test(after)))
    return true;
  return digestLengths.has(length) && (callsDigest.test(before) || near.some((word) => digests.has(word)));
}

function wordsOf(names: string): string[] {
  return letterRuns(names).map((word) => word.toLowerCase());
}

const hostsCode =
  /\b(?:git|svn|hg|bitbucket|googlesource|sourceforge|launchpad|codeberg|gist|commit|blob|tree|raw|rev|changeset|archive|diff|compare|cgit|gravatar|avatar)/i;
/** What a digest, a test's expectation or a build is called. */
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
/** Hexadecimal digits of git's names, and of what MD5, RIPEMD, SHA-1, SHA-2 and their kin write. */
const commitLength = 40;
const digestLengths = new Set([32, 40, 56, 64, 96, 128]);

/** The name that a token stands beside: the last words of its line that are no token themselves. */
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

/** The line up to a place; where a value stands alone on it, its name is on the line above. */
function nearestBefore(text: string, at: number): string {
  const line = lineBefore(text, at, 160);
  if (!/^\s*(?:[bruW]?\/?["'`]){0,3}$/.test(line)) return line;
  const above = at - line.length - 1;
  return above > 0 ? `${lineBefore(text, above, 160).trimEnd()} ${line}` : line;
}

/** Words or a link in base64, as in the test of what encodes them; beside the name of a password they are one all the same. */
function isPlainText(token: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{12,}={0,2}$/.test(token)) return false;
  const plain = Buffer.from(token, 'base64').toString('latin1');
  return (
    /^https?:\/\/[\w./-]+$/.test(plain) ||
    (/^[A-Za-z]+(?:[ ,.!?]{1,2}[A-Za-z]+)+[.!?]?$/.test(plain) && readsLikeWords(plain))
  );
}

/** Numbers that a server gives to what it is asked, for its log. */
const namesEvent =
  /(?:request|trace|span|correlation|invocation|logstream)[-_ ]?(?:id|name)["'`]?\s{0,3}[:=,]\s{0,3}["'`]$/i;

/** Pictures, fonts, archives and programs in base64, by what their formats begin with. */
function isFileData(token: string): boolean {
  return /^(?:iVBORw0KGgo|R0lGOD|\/9j\/|H4sIA|UEsDB|JVBERi|AGFzbQ|d09G[FM]|UklGR|PHN2Zy|AAABAA|T2dnUw)/.test(token);
}

function lineAfter(text: string, at: number, most: number): string {
  return text.slice(at, at + most).split('\n', 1)[0] ?? '';
}

/** The part of a link that stands right before. */
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
/** Who knows the number of one of these is let in. */
const letsIn = new Set('sess session sid ticket invite invitation reset verification confirmation device'.split(' '));

/** `customerId = "…"`, `tenant.id === "…"`: one of many. What `id` alone says nothing of may be a key. */
function namesOne(before: string): boolean {
  const words = wordsOf(assigned.exec(before)?.[1] ?? '');
  return words.length > 1 && words.at(-1) === 'id' && !words.some((word) => letsIn.has(word));
}

/** A UUID is a key unless its place calls it a name; one of few different digits is made up for a test. */
function isSecretUuid(text: string, start: number, end: number): boolean {
  if (new Set(text.slice(start, end).toLowerCase()).size < 9) return false;
  const before = lineBefore(text, start, 160);
  if (namesEvent.test(before)) return false;
  if (/key|token|secret|pass|auth|cred|licen|webhook|hook|api/i.test(before + lineAfter(text, end, 80))) return true;
  if (/u?uid|guid|clsid|\biid|namespace|interface/i.test(nameBefore(before)) || namesOne(before)) return false;
  return standsAsValue(text, start, end);
}

/** Quoted, and mixed as only passwords are: in any place, the arguments of an unknown call included. */
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
    // Java hands passwords over as characters.
    if (likeness !== 'strong' && !(likeness === 'mixed' && text.startsWith('.toCharArray', end + 1))) continue;
    if (isHex(value) || isUuid(value) || isPublic(text, start, end, value)) continue;
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
