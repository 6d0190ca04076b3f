/** Who signed a commit, as git verifies it. */
import { ShareError } from './errors.ts';
import type { PrivateRepository } from './privateRepository.ts';

export type SignaturePolicy = 'require' | 'warn' | 'off';

export type Signature =
  | { readonly kind: 'good'; readonly signer: string; readonly fingerprint: string }
  | { readonly kind: 'none' }
  | Bad;

interface Bad {
  readonly kind: 'bad';
  readonly why: string;
  /** What to do about it, as a sentence. `AUTHOR` stands for the author's name. */
  readonly advice: string;
  /** Whether git could judge it; otherwise something is missing here. */
  readonly judged: boolean;
}

const ASK = 'Ask AUTHOR to publish it again, signed with a valid key.';

/** Meanings of `%G?` in git-log(1) except good. */
const REASONS: Readonly<Record<string, readonly [why: string, advice: string]>> = {
  B: ['the signature does not match', ASK],
  X: ['the signature has expired', ASK],
  Y: ['the key has expired', ASK],
  R: ['the key was revoked', ASK],
  E: ['the key is not known here', 'If you know the key of AUTHOR, import it (gpg --import).'],
};

/** Subject of the commit that publishes a version. What it begins with is part of the format: releases verify each other's. */
export function publicationSubject(id: string, name: string): string {
  return `Adapter ${id}: ${name}`;
}

/**
 * Who signs commits signs much else: in a merged change, the three files of an adapter would have been signed with it, and anybody who can
 * push could point to that commit.
 */
function isPublication(subject: string, id: string): boolean {
  return subject.startsWith(publicationSubject(id, '').trimEnd());
}

/** For `U`, by how the signature begins. */
const UNTRUSTED: readonly (readonly [beginning: RegExp, why: string, advice: string])[] = [
  [
    /SSH/,
    'the key is not among the allowed signers, or was not valid when it was signed',
    'If it is the key of AUTHOR, add it to your list of signers (git config --global gpg.ssh.allowedSignersFile).',
  ],
  [/./, 'the key is not one that you trust', 'If it is the key of AUTHOR, sign it (gpg --lsign-key).'],
];

/** `id`: of the version that the commit is to be the publication of. */
export async function signatureOf(repository: PrivateRepository, commit: string, id: string): Promise<Signature> {
  // If the user has git show signatures, that output would replace the first of these.
  const format = '--format=%G?%n%GS%n%GF%n%s';
  const text = await repository.run('log', '-1', '--no-walk', '--no-show-signature', format, commit, '--');
  const [status = 'N', signer = '', fingerprint = '', subject = ''] = text.split('\n');
  if (status === 'G') {
    if (isPublication(subject, id) && !(await hasParents(repository, commit)))
      return { kind: 'good', signer, fingerprint };
    return { kind: 'bad', why: 'what was signed is a commit that publishes nothing', advice: ASK, judged: true };
  }
  if (status !== 'N' && status !== 'U') {
    const [why, advice] = REASONS[status] ?? [`git says ${status}`, ASK];
    return { kind: 'bad', why, advice, judged: true };
  }
  const begins = await beginningOf(repository, commit);
  if (status === 'N') return unverified(begins);
  const [, why, advice] = UNTRUSTED.find(([beginning]) => beginning.test(begins ?? '')) ?? UNTRUSTED.at(-1)!;
  return { kind: 'bad', why, advice, judged: true };
}

/** How a commit's signature begins; null for none. */
async function beginningOf(repository: PrivateRepository, commit: string): Promise<string | null> {
  return /^gpgsig(?:-sha256)? (.*)/m.exec(await headerOf(repository, commit))?.[1] ?? null;
}

/** As written: git says that what was fetched without its history has none. */
async function hasParents(repository: PrivateRepository, commit: string): Promise<boolean> {
  return /^parent /m.test(await headerOf(repository, commit));
}

async function headerOf(repository: PrivateRepository, commit: string): Promise<string> {
  const [header = ''] = (await repository.run('cat-file', 'commit', commit)).split('\n\n', 1);
  return header;
}

/** What a signature with this beginning is verified by, to name it if missing. */
const VERIFIED_BY: readonly (readonly [beginning: RegExp, what: string, advice: string])[] = [
  [
    /SSH/,
    ' without a list of signers of your own',
    'Name one that has the key of AUTHOR (git config --global gpg.ssh.allowedSignersFile).',
  ],
  [
    /PGP/,
    ' by gpg: it is not installed, or cannot read it',
    'Install gpg, and import the key of AUTHOR (gpg --import).',
  ],
  [/SIGNED MESSAGE/, ' by gpgsm: it is not installed, or cannot read it', 'Install gpgsm.'],
];

/** git also answers `N` if it cannot verify a signature. */
function unverified(begins: string | null): Signature {
  if (begins === null) return { kind: 'none' };
  const [, what, advice] = VERIFIED_BY.find(([beginning]) => beginning.test(begins)) ?? [null, '', ASK];
  return { kind: 'bad', why: `it cannot be verified here${what}`, advice, judged: false };
}

/** A warning for the user, or null. @throws {ShareError} if the policy forbids it. */
export function signatureWarning(signature: Signature, policy: SignaturePolicy, author: string): string | null {
  if (policy === 'off' || signature.kind === 'good') return null;
  const isSigned = signature.kind === 'bad';
  const what = isSigned ? `Its signature is not valid: ${signature.why}` : 'It is not signed';
  const todo = isSigned
    ? signature.advice
    : 'Ask AUTHOR to sign (git config commit.gpgSign true) and publish it again.';
  const advice = todo.replace('AUTHOR', () => author);
  if (policy === 'require')
    throw new ShareError('untrusted', `${what}, and your settings require signatures. ${advice}`);
  const doubt = `${what}; anyone who can push to the remote may have written it in ${author}'s name.`;
  return isSigned ? `${doubt} ${advice}` : doubt;
}
