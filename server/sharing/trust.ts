/** What is known of those who published: their signatures, and whether anything of theirs was taken before. */
import { authorKey, isKnown, signerKey } from './authors.ts';
import type { SharedVersion } from './catalogue.ts';
import { ShareError } from './errors.ts';
import type { PrivateRepository } from './privateRepository.ts';
import { type Signature, type SignaturePolicy, signaturesOf } from './signatures.ts';
import { isByItsAuthor, otherSignerSentence } from './signer.ts';

export interface Trust {
  readonly signature: Signature;
  /** Whether no adapter by this author was taken before. */
  readonly newAuthor: boolean;
  /** Whether some by this author were, with another key than signed this one, if one did. */
  readonly otherKey: boolean;
  /** Whether its signature is good, and somebody else's than its author's. */
  readonly otherSigner: boolean;
}

/** In the order of `versions`. */
export async function trustIn(
  repository: PrivateRepository,
  storeDir: string,
  versions: readonly SharedVersion[],
): Promise<Trust[]> {
  const signatures = await signaturesOf(
    repository,
    versions.map(({ manifestRef, id }) => ({ commit: manifestRef.commit, id })),
  );
  const trust = async ({ author }: SharedVersion, signature: Signature): Promise<Trust> => {
    const newAuthor = !(await isKnown(storeDir, authorKey(author.email, signature)));
    return {
      signature,
      newAuthor,
      // Also where an unsigned one was taken before, as from whoever writes in this name.
      otherKey: (newAuthor || signature.kind !== 'good') && (await isKnown(storeDir, signerKey(author.email))),
      otherSigner:
        signature.kind === 'good' && !(await isByItsAuthor(signature, author, repository.trust.allowedSigners)),
    };
  };
  return await Promise.all(versions.map((version, index) => trust(version, signatures[index]!)));
}

export function isRevoked({ signature }: Trust): boolean {
  return signature.kind === 'bad' && signature.revoked === true;
}

/** For a list: a few words. */
export function signatureWords(trust: Trust): string {
  const { signature, otherSigner } = trust;
  if (signature.kind === 'none') return 'not signed';
  if (signature.kind === 'good') return `signed by ${signature.signer}${otherSigner ? ', not its author' : ''}`;
  if (isRevoked(trust)) return 'signed with a revoked key';
  return signature.judged ? 'signature not valid' : 'signature cannot be verified here';
}

/** Of versions taken before their signers were revoked; null if there are none. */
export function revokedHere(
  versions: readonly { readonly id: string; readonly here: boolean; readonly revoked: boolean }[],
): string | null {
  const ids = versions.filter(({ here, revoked }) => here && revoked).map(({ id }) => id);
  if (ids.length === 0) return null;
  const [is, were, them] = ids.length === 1 ? ['is', 'was', 'it'] : ['are', 'were', 'them'];
  return `${ids.join(', ')}, which ${is} here, ${were} signed with a key that is revoked now. If you trust ${them} no longer, delete ${them} in the panel's Adapters tab (on the command line: repotune adapters delete ${ids[0]}).`;
}

/** What was not looked at may be valid. */
function badSentence({ judged, why }: Extract<Signature, { readonly kind: 'bad' }>): string {
  return judged ? `Its signature is not valid: ${why}` : `It is signed, but ${why}`;
}

/** A warning for the user, or null. @throws {ShareError} if the policy forbids it. */
export function signatureWarning(
  { signature, otherSigner }: Trust,
  policy: SignaturePolicy,
  author: SharedVersion['author'],
): string | null {
  if (policy === 'off') return null;
  if (signature.kind === 'good') return otherSigner ? otherSignerSentence(signature, author) : null;
  const isSigned = signature.kind === 'bad';
  const what = isSigned ? badSentence(signature) : 'It is not signed';
  const todo = isSigned
    ? signature.advice
    : 'Ask AUTHOR to sign (git config commit.gpgSign true) and publish it again.';
  const advice = todo.replace('AUTHOR', () => author.name);
  if (policy === 'require')
    throw new ShareError('untrusted', `${what}, and your settings require signatures. ${advice}`);
  const doubt = `${what}; anyone who can push to the remote may have written it in ${author.name}'s name.`;
  return isSigned ? `${doubt} ${advice}` : doubt;
}
