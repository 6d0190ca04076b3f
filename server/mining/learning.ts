/**
 * A user's choices about learning in one repository: whether it is paused, and which files are never learned from again. Kept in the store,
 * so never committed, and shared by all work trees.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { foldedPath } from '../common/foldedPath.ts';
import { gitText } from '../git/git.ts';
import { withLock } from '../storage/lock.ts';
import { NewerRelease, requireKnownFormat } from '../storage/newerRelease.ts';
import { readBounded } from '../storage/readBounded.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';
import { readAssistantLists } from './assistantLists.ts';
import { MiningError } from './errors.ts';
import { firstOf, nothingLeftOut, type PathRule, readIgnoreFile } from './ignore.ts';
import { statOfEntry } from './insideFolder.ts';
import { namesSince, type Renames, recentRenames, stagedRenames } from './renames.ts';

/** More would be whole folders, for which `.repotuneignore` needs one line. */
const MOST_FILES = 10_000;
const MOST_BYTES = 4 * 2 ** 20;

const learningSchema = z.object({
  format: z.literal(1),
  /** Nothing is learned unasked, and nothing is recorded. */
  paused: z.boolean(),
  /** Relative to the repository's root, '/' separated. */
  forgotten: z.array(z.string().min(1).max(4096)).max(MOST_FILES),
});

export type Learning = Readonly<z.infer<typeof learningSchema>>;

const AS_USUAL: Learning = { format: 1, paused: false, forgotten: [] };

/** @throws {MiningError} if it exists but cannot be read: what it keeps out must not be learned because of that. */
export async function readLearning(storeDir: string): Promise<Learning> {
  const path = pathOf(storeDir);
  try {
    const value: unknown = JSON.parse(await readBounded(path, MOST_BYTES));
    requireKnownFormat(path, value);
    return learningSchema.parse(value);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return AS_USUAL;
    if (error instanceof NewerRelease) throw new MiningError('unusable-rules', error.message);
    throw new MiningError(
      'unusable-rules',
      `${path}, the list of files that are not learned from, cannot be read. Fix or remove it.`,
    );
  }
}

export function pauseLearning(storeDir: string, paused: boolean): Promise<Learning> {
  return change(storeDir, (learning) => ({ ...learning, paused }));
}

/** `path` is from the repository's root. What was already learned from it stays in the adapters. */
export function forgetFile(storeDir: string, path: string): Promise<Learning> {
  return change(storeDir, (learning) => {
    const forgotten = [...without(learning.forgotten, path), path].sort();
    if (forgotten.length > MOST_FILES) throw tooMany(learning);
    return { ...learning, forgotten };
  });
}

export function learnFileAgain(storeDir: string, path: string): Promise<Learning> {
  return change(storeDir, (learning) => ({ ...learning, forgotten: without(learning.forgotten, path) }));
}

/**
 * The files that the user excludes from learning: by `.repotuneignore`, by a list for assistants on the way to any of `paths`, or one by
 * one, in the store. {@link nothingLeftOut} if there are none.
 */
export async function readOwnRules(root: string, storeDir: string, paths: readonly string[]): Promise<PathRule> {
  const [own, kept, { forgotten }] = await Promise.all([
    readIgnoreFile(root),
    readAssistantLists(root, paths),
    readLearning(storeDir),
  ]);
  const ignored = kept === nothingLeftOut ? own : own === nothingLeftOut ? kept : firstOf([own, kept]);
  const byHand = await readForgotten(root, forgotten);
  if (byHand === nothingLeftOut) return ignored;
  return ignored === nothingLeftOut ? byHand : firstOf([ignored, byHand]);
}

/** What is forgotten, also under later names. */
export async function readForgotten(root: string, forgotten: Learning['forgotten']): Promise<PathRule> {
  if (forgotten.length === 0) return nothingLeftOut;
  return forgottenRule([...forgotten, ...(await renamedSince(root, forgotten))]);
}

/** Per repository, at one commit: documents ask with every edit, and only commits rename. */
const renamedIn = new Map<string, { readonly of: string; readonly names: Promise<string[]> }>();

/** Later names, by commits and in the index, of forgotten files that no longer exist: they stay forgotten under those. */
async function renamedSince(root: string, forgotten: readonly string[]): Promise<string[]> {
  const gone = forgotten.filter((path) => statOfEntry(join(root, path)) === undefined);
  if (gone.length === 0) return [];
  const head = await gitText(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}']).catch(
    () => null,
  );
  // Without git there are no renames.
  if (head === null) return [];
  const of = [head, ...gone].join('\0');
  const known = renamedIn.get(root);
  const names = known?.of === of ? known.names : recentRenames(root).then((renames) => namesIn(renames, gone));
  if (names !== known?.names) {
    renamedIn.set(root, { of, names });
    // Retry after a failure.
    names.catch(() => renamedIn.delete(root));
  }
  const committed = await names;
  return [...committed, ...namesIn(await stagedRenames(root), [...gone, ...committed])];
}

/** What became of the files that are gone. @throws {MiningError} if git cannot tell. */
function namesIn(renames: Renames | null, gone: readonly string[]): string[] {
  if (renames !== null) {
    const isGone = forgottenRule(gone);
    const before = [...renames.keys()].filter((path) => isGone(path) !== undefined);
    return before.flatMap((path) => [...namesSince(renames, path)]);
  }
  throw new MiningError(
    'unusable-rules',
    `Parts of the history are not in this clone, so git cannot tell what became of ${gone.join(', ')}, which you had forgotten, and nothing ` +
      'is learned. Run git fetch --refetch --no-filter, or have them learned again.',
  );
}

/** Case-insensitive, as some file systems are. */
export function forgottenRule(forgotten: readonly string[]): PathRule {
  const known = new Set(forgotten.map(foldedPath));
  return (path) => (known.has(foldedPath(path)) ? 'forgotten, as you asked' : undefined);
}

function without(paths: readonly string[], path: string): string[] {
  return paths.filter((other) => foldedPath(other) !== foldedPath(path));
}

async function change(storeDir: string, to: (learning: Learning) => Learning): Promise<Learning> {
  await makeStoreFolder(storeDir);
  return await withLock(join(storeDir, 'learning.lock'), 'changing what is learned', async () => {
    const before = await readLearning(storeDir);
    const next = to(before);
    const text = `${JSON.stringify(next, null, 2)}\n`;
    // It could not be read any more, and nothing would be learned.
    if (Buffer.byteLength(text) > MOST_BYTES) throw tooMany(before);
    await writeAside(pathOf(storeDir), text);
    return next;
  });
}

function tooMany({ forgotten }: Learning): Error {
  return new Error(`${forgotten.length} files are forgotten already. Name their folders in .repotuneignore instead.`);
}

function pathOf(storeDir: string): string {
  return join(storeDir, 'learning.json');
}
