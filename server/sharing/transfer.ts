/** Transfers over the wire: list, fetch, push, delete. Refs are always full names, from `refs.ts` or a parsed answer. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../common/messageOf.ts';
import { explain, isInTheWay, ShareError } from './errors.ts';
import { LEAST_BYTES_PER_SECOND, MOST_VERSIONS, STILL_SECONDS } from './limits.ts';
import { objectId } from './objects.ts';
import type { PrivateRepository } from './privateRepository.ts';
import { parseRef, REF_SPACES, refName, rootOf, type SharedRef } from './refs.ts';
import { send } from './sending.ts';

export interface RemoteRef {
  readonly ref: SharedRef;
  readonly commit: string;
}

/** A line of `ls-remote` is at most an id, a tab and a name of some 250 characters. */
const MOST_REFS_EACH = 8;

/** All our refs at the remote; others are skipped. @throws {ShareError} `too-large` for more refs than `most` versions have */
export async function listRemote(
  repository: PrivateRepository,
  url: string,
  most: number = MOST_VERSIONS,
): Promise<RemoteRef[]> {
  const patterns = REF_SPACES.map((space) => `${rootOf(space)}*`);
  const text = await repository.ask('ls-remote', '--refs', '--', url, ...patterns).catch((error: unknown) => {
    throw explain(error, 'listing what is shared');
  });
  const lines = text === '' ? [] : text.split('\n');
  if (lines.length > most * MOST_REFS_EACH)
    throw new ShareError(
      'too-large',
      `The remote has ${lines.length} shared refs; at most ${most * MOST_REFS_EACH} are supported. Remove old ones, and what nobody can use, on the command line: repotune share prune --keep 10 --unusable`,
    );
  return lines.flatMap((line) => {
    const [commit = '', name = ''] = line.split('\t');
    const ref = parseRef(name);
    return ref === null ? [] : [{ ref, commit: objectId(commit) }];
  });
}

/** Name of a fetched ref in the private repository. */
export function localRef(ref: SharedRef): string {
  return `refs/fetched/${ref.space}/${refName(ref).slice(rootOf(ref.space).length)}`;
}

/** Fetches refs as they were listed. @throws {ShareError} if more than `mostBytes` arrive, or next to nothing for minutes */
export async function fetchRefs(
  repository: PrivateRepository,
  url: string,
  refs: readonly SharedRef[],
  mostBytes: number,
): Promise<void> {
  if (refs.length === 0) return;
  const before = await objectBytes(repository);
  const abort = new AbortController();
  let tooLarge = false;
  let tooSlow = false;
  let looked = { atMs: performance.now(), bytes: before };
  // git limits what it receives by push, not by fetch: watch the growing pack instead. Nor does it mind signs of life without end.
  const watch = setInterval(async () => {
    const bytes = await objectBytes(repository);
    const seconds = (performance.now() - looked.atMs) / 1000;
    tooLarge ||= bytes - before > mostBytes;
    tooSlow ||= seconds > STILL_SECONDS && bytes - looked.bytes < seconds * LEAST_BYTES_PER_SECOND;
    if (seconds > STILL_SECONDS) looked = { atMs: performance.now(), bytes };
    if (tooLarge || tooSlow) abort.abort();
  }, 50);
  try {
    const specs = refs.map((ref) => `+${refName(ref)}:${localRef(ref)}`);
    const options = ['--no-tags', '--no-write-fetch-head', '--no-auto-gc', '--depth=1', '--quiet', '--stdin'];
    await repository.abortable(abort.signal).runWithInput(`${specs.join('\n')}\n`, 'fetch', ...options, '--', url);
    tooLarge ||= (await objectBytes(repository)) - before > mostBytes;
  } catch (error) {
    if (tooSlow) {
      await repository.removeUnfinished();
      throw new ShareError(
        'unreachable',
        `The remote has sent next to nothing for ${STILL_SECONDS} seconds, so the transfer was given up. Check the network and try again; adapters that are already here stay usable.`,
        { cause: error },
      );
    }
    if (!tooLarge) throw explain(error, 'fetching from the remote');
  } finally {
    clearInterval(watch);
  }
  if (!tooLarge) return;
  await repository.removeUnfinished();
  throw new ShareError(
    'too-large',
    `The remote sent more than the ${mostBytes} bytes that were expected, so the transfer was aborted.`,
  );
}

export type PushAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'exists' }
  /** `words`: all of git's output. */
  | { readonly kind: 'refused'; readonly words: string };

/** Creates refs, all or none, if none of them exists yet. `onSent`: told how much is on its way. */
export async function createRefs(
  repository: PrivateRepository,
  url: string,
  refs: readonly RemoteRef[],
  onSent?: (bytes: number) => void,
): Promise<PushAnswer> {
  await repository.forgetFetched(refs.map(({ commit }) => commit));
  const leases = refs.map(({ ref }) => `--force-with-lease=${refName(ref)}:`);
  return await push(
    repository,
    url,
    leases,
    refs.map(({ ref, commit }) => `${commit}:${refName(ref)}`),
    onSent,
  );
}

/** Lets a ref that has not changed since it was listed name another commit. */
export async function replaceRef(
  repository: PrivateRepository,
  url: string,
  { ref, commit }: RemoteRef,
  by: string,
): Promise<PushAnswer> {
  await repository.forgetFetched([by]);
  const name = refName(ref);
  return await push(repository, url, [`--force-with-lease=${name}:${commit}`], [`${by}:${name}`]);
}

/** Deletes refs that have not changed since they were listed, in order; each push all or none. */
export async function deleteRefs(
  repository: PrivateRepository,
  url: string,
  refs: readonly RemoteRef[],
): Promise<PushAnswer> {
  for (const some of byLength(refs)) {
    const leases = some.map(({ ref, commit }) => `--force-with-lease=${refName(ref)}:${commit}`);
    const specs = some.map(({ ref }) => `:${refName(ref)}`);
    const answer = await push(repository, url, leases, specs);
    if (answer.kind !== 'done') return answer;
  }
  return { kind: 'done' };
}

/** Windows takes command lines of 32,767 characters, Linux and macOS at least 256 kB: refs that need more go in several pushes. */
const MOST_COMMAND_CHARACTERS = 24_000;

function byLength(refs: readonly RemoteRef[]): RemoteRef[][] {
  const pushes: RemoteRef[][] = [];
  let left = 0;
  for (const one of refs) {
    // The name twice, the commit, and the syntax around them.
    const length = 2 * refName(one.ref).length + one.commit.length + 30;
    if (length > left) {
      pushes.push([]);
      left = MOST_COMMAND_CHARACTERS;
    }
    left -= length;
    pushes.at(-1)!.push(one);
  }
  return pushes;
}

async function push(
  repository: PrivateRepository,
  url: string,
  leases: readonly string[],
  specs: readonly string[],
  onSent: (bytes: number) => void = () => {},
): Promise<PushAnswer> {
  if (specs.length === 0) return { kind: 'done' };
  try {
    // Not every host can do several at once or none; one alone is always whole.
    const together = specs.length > 1 ? ['--atomic'] : [];
    const options = ['--porcelain', '--no-verify', ...together, '--quiet', ...leases];
    await send(repository, [...options, '--', url, ...specs], onSent);
    return { kind: 'done' };
  } catch (error) {
    const text = messageOf(error);
    if (specs.length > 1 && /does not support --atomic/i.test(text))
      return await pushEach(repository, url, leases, specs, onSent);
    if (isInTheWay(text)) return { kind: 'refused', words: text };
    if (/\[rejected\].*(?:stale info|already exists|fetch first)|reference already exists|cannot lock ref/i.test(text))
      return { kind: 'exists' };
    if (/\[remote rejected\]|deny updating a hidden ref|funny refname|not permitted/i.test(text))
      return { kind: 'refused', words: text };
    throw explain(error, 'pushing to the remote');
  }
}

async function pushEach(
  repository: PrivateRepository,
  url: string,
  leases: readonly string[],
  specs: readonly string[],
  onSent: (bytes: number) => void,
): Promise<PushAnswer> {
  for (const [index, spec] of specs.entries()) {
    const answer = await push(repository, url, [leases[index]!], [spec], onSent);
    if (answer.kind !== 'done') return answer;
  }
  return { kind: 'done' };
}

async function objectBytes(repository: PrivateRepository): Promise<number> {
  const folder = join(repository.dir, 'objects');
  const packs = await readdir(join(folder, 'pack')).catch(() => []);
  const sizes = await Promise.all(
    packs.map((name) =>
      stat(join(folder, 'pack', name)).then(
        (info) => info.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
