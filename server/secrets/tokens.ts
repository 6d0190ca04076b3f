/** What is drawn at random, whatever its name: keys that a generator wrote, in base64, base62, base32, hexadecimal or as a UUID. */
import type { SecretRange } from './finding.ts';
import type { Literals } from './literals.ts';
import { isPlaceholder } from './placeholders.ts';
import { isHex, leastRandom, looksRandom } from './randomness.ts';
import { tokenRuns } from './tokenRuns.ts';
import { likenessOf } from './values.ts';

/** From this length on chance shows even in the middle of code; shorter ones count where a value stands. */
const longToken = 24;

export function byRandomness(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (const { start, end } of tokenRuns(text, leastRandom)) {
    const token = text.slice(start, Math.min(end, start + 400));
    if (isUuid(token)) {
      if (isSecretUuid(text, start, end)) found.push({ start, end, rule: 'uuid' });
      continue;
    }
    const from = afterLabel(token);
    const bare = from === 0 ? token : token.slice(from);
    if (!looksRandom(bare.replace(/=+$/, '')) || isPlaceholder(bare)) continue;
    if (token.length - from < longToken && !standsAsValue(text, start + from, end)) continue;
    if (isPublic(text, start, end, bare)) continue;
    found.push({ start: start + from, end, rule: 'entropy' });
  }
  return found;
}

/** `_` and `-` join what is drawn to its label as well: `token_q7Xk…`, `--key=` does not. */
function afterLabel(token: string): number {
  const label = /^(?:[A-Za-z]{2,12}[-_]){1,3}(?=[A-Za-z0-9+/]{16,}=*$)/.exec(token.slice(0, 200))?.[0] ?? '';
  return label.length;
}

function standsAsValue(text: string, start: number, end: number): boolean {
  const before = text[start - 1] ?? '\n';
  const after = text[end] ?? '\n';
  return /["'`=:\s,>|@&?/]/.test(before) && /["'`\s,;<&|@)\]}:/?#]/.test(after) && !(before === ' ' && after === '(');
}

/** Integrity hashes, commits and the like are public by purpose: their place says so. */
function isPublic(text: string, start: number, end: number, token: string): boolean {
  if (
    /^sha(?:256|384|512)-/.test(token) ||
    /sha(?:1|256|384|512)[-:]$/i.test(text.slice(Math.max(0, start - 7), start))
  )
    return true;
  const before = lineBefore(text, start, 160);
  const link = linkAt(before);
  if (link !== null) {
    // Behind `?` stand keys; a path to a commit, a blob or a build names something public.
    if (link.includes('?') || link.includes('#')) return false;
    return isHex(token)
      ? hostsCode.test(link) || token.length === 40
      : /docs\.google|youtu|drive\.google|figma\.com|notion\.s/.test(link);
  }
  if (isHex(token))
    return namesHash.test(before) || (/^[0-9a-f]{40}$/.test(token) && namesCommit.test(lineAfter(text, end, 60)));
  return false;
}

const hostsCode =
  /\b(?:git|svn|hg|bitbucket|googlesource|sourceforge|launchpad|codeberg|gist|commit|blob|tree|raw|rev|changeset|archive|diff|compare|cgit|gravatar|avatar)/i;
const namesHash =
  /sha-?[0-9]{0,3}|md5|blake|ripemd|crc|hash|digest|checksum|commit|\brev\b|revision|\bref\b|integrity|etag|fingerprint|thumbprint|\bblob\b|\btree\b|\boid\b|object|merge|parent|git|version|build|\bid\b|address|\baddr\b|expected|assert|equal/i;
const namesCommit = /commit|revision|sha|merge/i;

function lineBefore(text: string, at: number, most: number): string {
  const piece = text.slice(Math.max(0, at - most), at);
  return piece.slice(piece.lastIndexOf('\n') + 1);
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

/** A UUID is a key unless its place calls it a name; one of few different digits is made up for a test. */
function isSecretUuid(text: string, start: number, end: number): boolean {
  if (new Set(text.slice(start, end).toLowerCase()).size < 9) return false;
  const line = lineBefore(text, start, 160) + lineAfter(text, end, 80);
  if (/key|token|secret|pass|auth|cred|licen|webhook|hook|api/i.test(line)) return true;
  if (/u?uid|guid|\bid\b|[a-z]I[dD]\b|_id\b|_ID\b|clsid|\biid\b|namespace|interface/i.test(line)) return false;
  return standsAsValue(text, start, end);
}

/** Quoted, and mixed as only passwords are: in any place, the arguments of an unknown call included. */
export function byLikeness(text: string, { starts, ends }: Literals): SecretRange[] {
  const found: SecretRange[] = [];
  for (const [i, start] of starts.entries()) {
    const end = ends[i] as number;
    if (end - start < 8 || end - start > 100) continue;
    if (!hasDigit(text, start, end)) continue;
    const value = text.slice(start, end);
    if (likenessOf(value) !== 'strong' || isHex(value) || isUuid(value) || isPublic(text, start, end, value)) continue;
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
