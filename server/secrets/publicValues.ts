/** Values that look generated and are known to everybody, or are made to be given away. */

/** Digests of nothing, and git's empty tree and blob: MD5, SHA-1, SHA-256. */
const ofNothing = new Set([
  'd41d8cd98f00b204e9800998ecf8427e',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
]);
/** A number of 64 bits with its type, as hash functions have them; a short key may be one. */
const number = /^0x[0-9a-f]{1,16}(?:u?l{1,2}u?|[ui]64|n)?$/i;
/** The header of a request, by the W3C. */
const traceParent = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const ofKey = /key|secret|token|passw|auth/i;

/** `before`: its line up to there. */
export function isKnownToAll(token: string, before: string): boolean {
  return (number.test(token) && !ofKey.test(before)) || traceParent.test(token) || ofNothing.has(token.toLowerCase());
}

/** `git checkout 1a2b…`: an object of git follows. */
export const asksGit =
  /\bgit\s(?:-C\s\S{1,60}\s|-\S{1,30}\s){0,3}(?:checkout|reset|switch|fetch|cherry-pick|revert|show|log|diff|merge|rebase|bisect|cat-file|rev-parse|worktree|archive|describe|branch|tag)\b/;

/** A release of a program: `trivy-0.49.1`. */
export function isRelease(value: string): boolean {
  return /^[a-z]{2,20}(?:-[a-z]{2,20}){0,3}[-@:]v?[0-9]{1,3}(?:\.[0-9]{1,3}){1,2}$/.test(value);
}

/** A digest with its algorithm, as of images, and of host keys by OpenSSH. */
const taggedDigest =
  /^(?:sha1:[0-9a-f]{40}|sha256:(?:[0-9a-f]{64}|[A-Za-z0-9+/]{43}=?)|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/i;
/** What separates the parts of a mail or a form. */
const boundary = /^-{2,6}=?_?(?:[A-Za-z]{2,20}_)?(?:Part|Boundary|NextPart|WebKitFormBoundary)_?[\w.=-]{6,60}$/i;

/** A quoted text that is public by its shape, whatever it is called. */
export function isPublicText(value: string): boolean {
  return taggedDigest.test(value) || boundary.test(value);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

const opens = /-{5}BEGIN (?:(?:[A-Z0-9]{1,10} )?PUBLIC KEY|CERTIFICATE(?: REQUEST)?|X509 CRL)-{5}/g;
/** Longer chains of certificates are read up to here, UTF-16 units. */
const longest = 8_000;

/** Armoured public keys and certificates, from their BEGIN to their END. */
export function publicArmour(text: string): Range[] {
  if (!text.includes('-----BEGIN ')) return [];
  return [...text.matchAll(opens)].flatMap(({ 0: head, index }) => {
    const start = index + head.length;
    const close = text.slice(start, start + longest).indexOf('-----');
    const isWhole = close !== -1 && text.startsWith('-----END ', start + close);
    return isWhole ? [{ start, end: start + close }] : [];
  });
}

/** Whether something at ascending places lies in one of the ranges, which are in order. */
export function within(ranges: readonly Range[]): (start: number) => boolean {
  let i = 0;
  return (start) => {
    while (i < ranges.length && (ranges[i] as Range).end <= start) i++;
    return i < ranges.length && (ranges[i] as Range).start <= start;
  };
}
