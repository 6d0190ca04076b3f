/** Who signed a commit, as git verifies it. */
import { isFile } from '../storage/isFile.ts';
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
  /** Whether its key was good once. */
  readonly revoked?: true;
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

/** A commit that is to be the publication of the version `id`. */
export interface Publication {
  readonly commit: string;
  readonly id: string;
}

export async function signatureOf(repository: PrivateRepository, publication: Publication): Promise<Signature> {
  const [signature] = await signaturesOf(repository, [publication]);
  return signature!;
}

/** In the order of `publications`: unsigned ones cost next to nothing, signed ones the verifier's processes each. */
export async function signaturesOf(
  repository: PrivateRepository,
  publications: readonly Publication[],
): Promise<Signature[]> {
  if (publications.length === 0) return [];
  const judged = await judgedBy(repository, publications);
  const headers = await headersOf(repository, publications);
  const { revokedKeys } = repository.trust;
  const listIsGone = revokedKeys !== '' && !(await isFile(revokedKeys));
  const signatures: Signature[] = [];
  for (const one of publications) {
    const header = headers.get(one.commit) ?? '';
    const judgement = judged.get(one.commit) ?? NOT_JUDGED;
    const isSsh = /SSH/.test(beginningOf(header) ?? '');
    // git only warns of it, and takes the signature.
    if (isSsh && listIsGone) signatures.push(withoutList(revokedKeys));
    else if (judgement.status === 'B' && isSsh && revokedKeys !== '' && (await isGoodWithoutList(repository, one)))
      signatures.push(revokedBy(revokedKeys));
    else signatures.push(signatureFrom(judgement, header, one.id));
  }
  return signatures;
}

interface Judgement {
  /** `%G?` of git-log(1). */
  readonly status: string;
  readonly signer: string;
  readonly fingerprint: string;
  readonly subject: string;
}

const NOT_JUDGED: Judgement = { status: 'N', signer: '', fingerprint: '', subject: '' };
const SEPARATOR = '\x01';

/** By commit. */
async function judgedBy(
  repository: PrivateRepository,
  publications: readonly Publication[],
  ...settings: readonly string[]
): Promise<Map<string, Judgement>> {
  // If the user has git show signatures, that output would come between these.
  const format = `--format=${['%H', '%G?', '%GS', '%GF', '%s'].join(SEPARATOR)}`;
  const options = ['--no-walk=unsorted', '--ignore-missing', '--stdin', '--no-show-signature', format];
  const commits = publications.map(({ commit }) => `${commit}\n`).join('');
  const text = await repository.runWithInput(commits, ...settings, 'log', ...options);
  return new Map(
    text.split('\n').map((line) => {
      const [commit = '', status = 'N', signer = '', fingerprint = '', ...subject] = line.split(SEPARATOR);
      return [commit, { status, signer, fingerprint, subject: subject.join(SEPARATOR) }];
    }),
  );
}

function signatureFrom({ status, signer, fingerprint, subject }: Judgement, header: string, id: string): Signature {
  if (status === 'G') {
    if (isPublication(subject, id) && !hasParents(header)) return { kind: 'good', signer, fingerprint };
    return { kind: 'bad', why: 'what was signed is a commit that publishes nothing', advice: ASK, judged: true };
  }
  if (status !== 'N' && status !== 'U') {
    const [why, advice] = REASONS[status] ?? [`git says ${status}`, ASK];
    return { kind: 'bad', why, advice, judged: true, ...(status === 'R' ? { revoked: true } : {}) };
  }
  const begins = beginningOf(header);
  if (status === 'N') return unverified(begins);
  const [, why, advice] = UNTRUSTED.find(([beginning]) => beginning.test(begins ?? '')) ?? UNTRUSTED.at(-1)!;
  return { kind: 'bad', why, advice, judged: true };
}

/** git has one word for a key on the list and for a signature that does not match. */
async function isGoodWithoutList(repository: PrivateRepository, publication: Publication): Promise<boolean> {
  const judged = await judgedBy(repository, [publication], '-c', 'gpg.ssh.revocationFile=');
  return judged.get(publication.commit)?.status === 'G';
}

function revokedBy(list: string): Signature {
  return {
    kind: 'bad',
    why: `the key is on your list of revoked keys (${list}), or that list is damaged`,
    advice: ASK,
    judged: true,
    revoked: true,
  };
}

function withoutList(list: string): Signature {
  return {
    kind: 'bad',
    why: `your list of revoked keys ${list} is missing`,
    advice: 'Put it back, or name another (git config --global gpg.ssh.revocationFile).',
    judged: false,
  };
}

/** How a commit's signature begins; null for none. */
function beginningOf(header: string): string | null {
  return /^gpgsig(?:-sha256)? (.*)/m.exec(header)?.[1] ?? null;
}

/** As written: git says that what was fetched without its history has none. */
function hasParents(header: string): boolean {
  return /^parent /m.test(header);
}

/** By commit. Each answer of `git cat-file --batch` is a line with the object's size, its contents, and a line break. */
async function headersOf(
  repository: PrivateRepository,
  publications: readonly Publication[],
): Promise<Map<string, string>> {
  const asked = publications.map(({ commit }) => `${commit}\n`).join('');
  const bytes = await repository.catFile(asked, '--batch');
  const headers = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const [commit = '', , size] = bytes.toString('utf8', at, end).split(' ');
    at = end + 1;
    // One that is missing has no size.
    if (size === undefined) continue;
    const [header = ''] = bytes.toString('utf8', at, at + Number(size)).split('\n\n', 1);
    headers.set(commit, header);
    at += Number(size) + 1;
  }
  return headers;
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
