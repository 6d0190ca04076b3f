/** Whether who signed a version is who is named as its author: whoever is trusted to sign could publish in another's name. */
import { createHash } from 'node:crypto';
import { readBounded } from '../storage/readBounded.ts';
import type { Signature } from './signatures.ts';

type Good = Extract<Signature, { readonly kind: 'good' }>;
interface Author {
  readonly name: string;
  readonly email: string;
}

const MOST_LIST_BYTES = 2 ** 20;

/** `allowedSigners`: path of the user's list, in which a key may have several names; '' for none. */
export async function isByItsAuthor(signature: Good, author: Author, allowedSigners: string): Promise<boolean> {
  if (names(signature.signer, author)) return true;
  if (allowedSigners === '' || !signature.fingerprint.startsWith('SHA256:')) return false;
  const list = await readBounded(allowedSigners, MOST_LIST_BYTES).catch(() => '');
  return list
    .split('\n')
    .some((line) => keyPrint(line) === signature.fingerprint && principalsOf(line).some((one) => names(one, author)));
}

/** A gpg key's user ID (Ann <ann@example.org>), or a principal of ssh: an address, a pattern of some, or another name. */
function names(signer: string, { name, email }: Author): boolean {
  const [, address] = /<([^<>]*)>\s*$/.exec(signer) ?? [];
  if (address !== undefined) return address.toLowerCase() === email.toLowerCase();
  return matches(signer.toLowerCase(), email.toLowerCase()) || signer.toLowerCase() === name.toLowerCase();
}

/** ssh_config(5), "PATTERNS": * for any characters, ? for one. A pattern of anybody names nobody. */
function matches(pattern: string, text: string): boolean {
  if (/^[*?@]*$/.test(pattern)) return false;
  const source = pattern
    .replace(/[\\^$.|+(){}[\]]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** ssh-keygen(1), "ALLOWED SIGNERS": principals, options, type and key. */
function principalsOf(line: string): string[] {
  const [, quoted, plain = ''] = /^\s*(?:"([^"]*)"|(\S+))\s/.exec(line) ?? [];
  return (quoted ?? plain).split(',').filter((one) => one !== '' && !one.startsWith('!'));
}

/** As git gives it; null for a line without a key. */
function keyPrint(line: string): string | null {
  const [, key] = /\s(?:ssh|ecdsa|sk)-[\w@.-]+\s+([\w+/=]+)/.exec(line) ?? [];
  if (key === undefined) return null;
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/** A sentence that points it out. */
export function otherSignerSentence({ signer }: Good, { name, email }: Author): string {
  return `It was signed by ${signer}, and names ${name} <${email}> as its author. Unless these are the same person, ask ${signer} about it.`;
}
