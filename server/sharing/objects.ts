/** Commits made and read without a work tree. */
import { ShareError } from './errors.ts';
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
 * A commit without parents. Its dates are the version's own, so that publishing again after an interruption makes the same
 * (unsigned) commit and finds what is there already.
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
  return objectId(await repository.runAt(at, 'commit-tree', sign ? '-S' : '--no-gpg-sign', '-m', message, tree));
}

/** Bytes of a file of a commit. @throws {ShareError} when it is missing, not a file, or larger than `mostBytes`. */
export async function readFileOf(
  repository: PrivateRepository,
  commit: string,
  name: string,
  mostBytes: number,
): Promise<Buffer> {
  const spec = `${objectId(commit)}:${name}`;
  const type = await repository.run('cat-file', '-t', spec).catch(() => '');
  if (type !== 'blob')
    throw new ShareError('damaged', `What was published has no ${name}. Ask its author to publish it again.`);
  const size = Number(await repository.run('cat-file', '-s', spec));
  if (!(size <= mostBytes))
    throw new ShareError(
      'too-large',
      `${name} of what was published has ${size} bytes; at most ${mostBytes} are taken.`,
    );
  return await repository.readBlob(spec);
}

export function objectId(text: string): string {
  const id = text.trim();
  if (!OBJECT_ID.test(id))
    throw new ShareError('failed', `git answered ${JSON.stringify(id.slice(0, 80))} where an object id was expected.`);
  return id;
}
