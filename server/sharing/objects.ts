/** Creates and reads commits without a work tree. */
import { GitFailed, isFull, ShareError } from './errors.ts';
import { tellingLine } from './gitWords.ts';
import type { PrivateRepository } from './privateRepository.ts';

export interface CommitFile {
  readonly name: string;
  /** Blob id. */
  readonly blob: string;
}

const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export async function blobOfFile(repository: PrivateRepository, path: string): Promise<string> {
  return objectId(await repository.run('hash-object', '-w', '--no-filters', '--', path));
}

export async function blobOfText(repository: PrivateRepository, text: string): Promise<string> {
  return objectId(await repository.runWithInput(text, 'hash-object', '-w', '--stdin'));
}

/**
 * A commit without parents. Its dates are the version's own, so that publishing again after an interruption makes the same (unsigned)
 * commit and finds what is already there. One that is signed is committed now: whether a key was valid is judged by that date, and the
 * version may be older than the key.
 */
export async function commitFiles(
  repository: PrivateRepository,
  files: readonly CommitFile[],
  message: string,
  at: string,
  sign: boolean,
): Promise<string> {
  const entries = files.map(({ name, blob }) => `100644 blob ${blob}\t${name}\n`).join('');
  const tree = objectId(await repository.runWithInput(entries, 'mktree'));
  const how = sign ? '-S' : '--no-gpg-sign';
  const made = repository.runAt(at, sign ? null : at, 'commit-tree', how, '-m', message, tree);
  return objectId(await (sign ? made.catch(notSigned) : made));
}

/** What gpg and ssh-keygen say, after git's own line that something failed. */
const WHY_UNSIGNED = /signing failed|no secret key|no private key|couldn't load|load key|agent|not found/i;

/** All that a signed commit needs beyond an unsigned one is the signature. */
function notSigned(error: unknown): never {
  if (!(error instanceof GitFailed) || isFull(error)) throw error;
  throw new ShareError(
    'failed',
    `git could not sign the adapter with your key (${tellingLine(error.message, WHY_UNSIGNED)}). Make git commit -S work in a terminal without asking for a passphrase: unlock the key in its agent, or name another (git config user.signingKey). To publish without a signature: git config commit.gpgSign false`,
    { cause: error },
  );
}

/** Why a file of a commit cannot be read. */
export type Unreadable = { readonly problem: ShareError };

export interface WantedFile {
  readonly commit: string;
  readonly name: string;
  readonly mostBytes: number;
}

/** Bytes of many files in two git calls: first their sizes, then those that are not too large. In the order requested. */
export async function readFilesOf(
  repository: PrivateRepository,
  wanted: readonly WantedFile[],
): Promise<(Buffer | Unreadable)[]> {
  if (wanted.length === 0) return [];
  const specs = wanted.map(({ commit, name }) => `${objectId(commit)}:${name}`);
  const sizes = (await repository.catFile(lines(specs), '--batch-check')).toString('utf8').split('\n');
  const answers = wanted.map(({ name, mostBytes }, index): Unreadable | null => {
    const [, type, size] = /^[0-9a-f]{40,64} (\w+) (\d+)$/.exec(sizes[index] ?? '') ?? [];
    if (type !== 'blob')
      return {
        problem: new ShareError('damaged', `The published adapter has no ${name}. Ask its author to publish it again.`),
      };
    if (Number(size) <= mostBytes) return null;
    return {
      problem: new ShareError(
        'too-large',
        `The ${name} of the published adapter has ${size} bytes; at most ${mostBytes} are allowed.`,
      ),
    };
  });
  const readable = specs.filter((_, index) => answers[index] === null);
  const contents = readable.length === 0 ? [] : splitBatch(await repository.catFile(lines(readable), '--batch'));
  let next = 0;
  return answers.map(
    (answer) =>
      answer ?? contents[next++] ?? { problem: new ShareError('failed', 'git gave fewer files than asked for.') },
  );
}

/** Sizes of objects by id, without reading them; missing ones are left out. */
export async function sizesOf(repository: PrivateRepository, ids: readonly string[]): Promise<Map<string, number>> {
  const text = (await repository.catFile(lines(ids.map(objectId)), '--batch-check')).toString('utf8');
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, id, size] = /^([0-9a-f]{40,64}) \w+ (\d+)$/.exec(line) ?? [];
      return id === undefined ? [] : [[id, Number(size)] as const];
    }),
  );
}

/** One file. @throws {ShareError} if it is missing, not a file, or larger than `mostBytes`. */
export async function readFileOf(
  repository: PrivateRepository,
  commit: string,
  name: string,
  mostBytes: number,
): Promise<Buffer> {
  const [answer] = await readFilesOf(repository, [{ commit, name, mostBytes }]);
  if (Buffer.isBuffer(answer)) return answer;
  throw answer!.problem;
}

/** `<id> <type> <size>\n<bytes>\n`, repeated. */
function splitBatch(bytes: Buffer): Buffer[] {
  const contents: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const size = Number(bytes.toString('latin1', at, end).split(' ')[2]);
    if (end < 0 || !Number.isInteger(size))
      throw new ShareError('failed', 'git gave an answer that Repotune cannot read.');
    contents.push(bytes.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return contents;
}

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}

export function objectId(text: string): string {
  const id = text.trim();
  if (!OBJECT_ID.test(id))
    throw new ShareError('failed', `git answered ${JSON.stringify(id.slice(0, 80))} where an object id was expected.`);
  return id;
}
