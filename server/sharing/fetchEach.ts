/**
 * Fetches many refs, of which some may be refused by git, or be gone since they were listed: one of them would block all. Whoever may push can
 * put hundreds there, so the good ones come first, and the search for the others ends after a while; the next one goes on where it ended.
 */
import { messageOf } from '../common/messageOf.ts';
import { ShareError, type ShareProblem } from './errors.ts';
import { MOST_PART_FETCH_BYTES } from './limits.ts';
import type { PrivateRepository } from './privateRepository.ts';
import { refName } from './refs.ts';
import { fetchRefs, type RemoteRef } from './transfer.ts';

/** git's words for an object that it does not take, whoever sends it. */
const REFUSED = /^error: object ([0-9a-f]{40,64}): /m;

export interface FetchedEach {
  /** Whether any was fetched: then the remote is in order, and what alone fails is to blame. */
  readonly isAnyHere: boolean;
  /** What is wrong with each that cannot be fetched, by name. */
  readonly problems: ReadonlyMap<string, ShareError>;
  /** The others that were not fetched, by name: with what was said of them, or of all. It may be the remote's fault, or a neighbour's. */
  readonly untried: ReadonlyMap<string, ShareError>;
}

/** Failed fetches before giving up, and the time that they may take beyond that. Each bad ref costs one per halving, 13 among thousands. */
const MOST_FAILURES = 64;
const MOST_MS = 20_000;
/** Sets that are tried one by one: a bad ref is seldom among the good ones of another. */
const MOST_SETS = 16;
/** Problems of single refs; anything else, such as a full disk, would also hit the next one. */
const OF_A_REF: ReadonlySet<ShareProblem> = new Set(['failed', 'too-large']);

/** @throws what is not a problem of single refs */
export async function fetchEach(
  repository: PrivateRepository,
  url: string,
  refs: readonly RemoteRef[],
  mostBytes: number,
): Promise<FetchedEach> {
  const failed = new Map<string, ShareError>();
  const untried = new Map<string, ShareError>();
  const untilMs = performance.now() + MOST_MS;
  let failures = 0;
  let isAnyHere = false;
  for (const left = refs.length > 0 ? [refs] : []; left.length > 0; ) {
    // First the largest: most of the good ones are fetched together. Then the smallest, so that some bad ones are found in any case.
    const some = failures < MOST_FAILURES / 2 ? left.shift()! : left.pop()!;
    const error = await failureOf(repository, url, some, mostBytes);
    isAnyHere ||= error === null;
    if (error === null) continue;
    failures++;
    const blamed = some.length === 1 ? some : named(error, some);
    for (const { ref } of blamed) failed.set(refName(ref), error);
    const others = some.filter((one) => !blamed.includes(one));
    if (others.length > 0) {
      if (blamed.length === 0) left.push(...parted(others));
      else if (failures < MOST_FAILURES / 2) left.unshift(others);
      else left.push(others);
    }
    if (failures <= MOST_FAILURES || performance.now() < untilMs) continue;
    for (const { ref } of left.flat()) untried.set(refName(ref), error);
    break;
  }
  const problems = new Map([...failed].filter(([, error]) => isAnyHere || isOfContents(error)));
  for (const [name, error] of failed) if (!problems.has(name)) untried.set(name, error);
  return { isAnyHere, problems, untried };
}

/** Not the remote's fault, nor the network's. */
function isOfContents({ problem, cause }: ShareError): boolean {
  return problem === 'too-large' || REFUSED.test(messageOf(cause));
}

/** null once all of them are here. @throws what is not a problem of single refs */
async function failureOf(
  repository: PrivateRepository,
  url: string,
  some: readonly RemoteRef[],
  mostBytes: number,
): Promise<ShareError | null> {
  try {
    // Alone, a large one costs no more than it may have.
    const most = Math.min(mostBytes, some.length * MOST_PART_FETCH_BYTES);
    await fetchRefs(
      repository,
      url,
      some.map(({ ref }) => ref),
      most,
    );
    return null;
  } catch (error) {
    if (error instanceof ShareError && OF_A_REF.has(error.problem)) return error;
    throw error;
  }
}

/** git names the object that it refuses; if that is a commit, its refs are known. */
function named({ cause }: ShareError, refs: readonly RemoteRef[]): RemoteRef[] {
  const [, id] = REFUSED.exec(messageOf(cause)) ?? [];
  return refs.filter(({ commit }) => commit === id);
}

function parted(refs: readonly RemoteRef[]): RemoteRef[][] {
  const sets = Map.groupBy(refs, ({ ref }) => ref.set);
  if (sets.size > 1 && sets.size <= MOST_SETS) return [...sets.values()].sort((a, b) => a.length - b.length);
  const half = Math.ceil(refs.length / 2);
  return [refs.slice(0, half), refs.slice(half)];
}
