/** Who signed a commit, as git verifies it. */
import { ShareError } from './errors.ts';
import type { PrivateRepository } from './privateRepository.ts';

export type SignaturePolicy = 'require' | 'warn' | 'off';

export type Signature =
  | { readonly kind: 'good'; readonly signer: string; readonly fingerprint: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'bad'; readonly why: string };

/** Meanings of `%G?` in git-log(1) except good. */
const REASONS: Readonly<Record<string, string>> = {
  B: 'the signature does not match',
  U: 'the key is not among the allowed signers',
  X: 'the signature has expired',
  Y: 'the key has expired',
  R: 'the key was revoked',
  E: 'the key is not known here',
};

export async function signatureOf(repository: PrivateRepository, commit: string): Promise<Signature> {
  // If the user has git show signatures, that output would replace the first of these.
  const format = '--format=%G?%n%GS%n%GF';
  const text = await repository.run('log', '-1', '--no-walk', '--no-show-signature', format, commit, '--');
  const [status = 'N', signer = '', fingerprint = ''] = text.split('\n');
  if (status === 'G') return { kind: 'good', signer, fingerprint };
  if (status === 'N') return await unverified(repository, commit);
  return { kind: 'bad', why: REASONS[status] ?? `git says ${status}` };
}

/** The program that verifies a signature with this beginning, to name it if missing. */
const VERIFIED_BY: readonly (readonly [beginning: RegExp, what: string])[] = [
  [/SSH/, 'without a list of signers of your own (git config --global gpg.ssh.allowedSignersFile)'],
  [/PGP/, 'by gpg: it is not installed, or cannot read it'],
  [/SIGNED MESSAGE/, 'by gpgsm: it is not installed, or cannot read it'],
];

/** git also answers `N` if it cannot verify a signature. */
async function unverified(repository: PrivateRepository, commit: string): Promise<Signature> {
  const [header = ''] = (await repository.run('cat-file', 'commit', commit)).split('\n\n', 1);
  const begins = /^gpgsig(?:-sha256)? (.*)/m.exec(header)?.[1];
  if (begins === undefined) return { kind: 'none' };
  const what = VERIFIED_BY.find(([beginning]) => beginning.test(begins))?.[1];
  return { kind: 'bad', why: `it cannot be verified here${what === undefined ? '' : ` ${what}`}` };
}

/** A warning for the user, or null. @throws {ShareError} if the policy forbids it. */
export function signatureWarning(signature: Signature, policy: SignaturePolicy, author: string): string | null {
  if (policy === 'off' || signature.kind === 'good') return null;
  const what = signature.kind === 'none' ? 'It is not signed' : `Its signature is not valid: ${signature.why}`;
  if (policy === 'require')
    throw new ShareError(
      'untrusted',
      `${what}, and your settings require signatures. Ask ${author} to publish it signed (commit.gpgsign).`,
    );
  return `${what}; anyone who can push to the remote may have written it in ${author}'s name.`;
}
