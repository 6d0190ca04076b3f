import type { Stats } from 'node:fs';
import { join } from 'node:path';
import type { WorkTree } from '../git/repository.ts';
import { storeOf } from '../git/storeLocation.ts';
import type { LanguageName } from '../languages/grammars/index.ts';
import { type FallbackName, languageOf } from '../languages/languageOf.ts';
import { isSecretFile } from '../secrets/fileNames.ts';
import { maxFileBytes } from './content.ts';
import { copiedRule } from './copiedLibraries.ts';
import { MiningError } from './errors.ts';
import { reasonFromPath } from './generated.ts';
import { firstOf, oddIgnoreLines, type PathRule, readAttributes } from './ignore.ts';
import { InsideFolder, statOfEntry } from './insideFolder.ts';
import { readOwnRules } from './learning.ts';
import { type ListedFile, listFolder, listTracked, type NestedRepository, TOO_LONG } from './listing.ts';
import type { OwnLists } from './ownLists.ts';

/** A file to mine, or one with a verdict that needs no opening. */
export type Candidate =
  | {
      readonly kind: 'open';
      readonly path: string;
      readonly fullPath: string;
      readonly language: LanguageName | FallbackName;
      readonly stat: Stats;
    }
  | { readonly kind: 'left-out'; readonly path: string; readonly bytes: number; readonly reason: string };

export interface Listing {
  readonly root: string;
  /** Where the user's choices about the repository are kept. */
  readonly storeDir: string;
  readonly candidates: readonly Candidate[];
  readonly warnings: readonly string[];
  /** The user's lists that git is asked with; null without git. */
  readonly ownLists: OwnLists | null;
}

/** All files of a folder, with verdicts by their names and the user's own rules. */
export async function listCandidates(
  folder: string,
  workTree: WorkTree | null,
  signal?: AbortSignal,
): Promise<Listing> {
  const root = workTree?.root ?? folder;
  const warnings: string[] = [];
  let listed: readonly ListedFile[];
  let ownLists: OwnLists | null = null;
  let workTrees: readonly NestedRepository[];
  if (workTree) {
    const tracked = await listTracked(root, folder, signal);
    listed = tracked.files;
    ownLists = tracked.lists;
    workTrees = [{ path: '', lists: ownLists }];
    if (workTree.shallow) {
      warnings.push(
        'This is a shallow clone, so it holds out different files than a full clone does. Run git fetch --unshallow to fix that.',
      );
    }
  } else {
    const walk = await listFolder(folder, signal);
    listed = walk.files;
    workTrees = walk.repositories;
    warnings.push(...walk.warnings);
    if (!walk.complete)
      warnings.push(
        `Only the first ${listed.length} files were looked at: this folder has no git to list its sources.`,
      );
  }
  if (listed.length === 0) {
    throw new MiningError(
      'empty-repository',
      workTree
        ? `git tracks no file in ${folder}: add the sources (git add) and commit, then try again.`
        : `${folder} holds no files: open a folder with source code.`,
    );
  }
  const paths = listed.flatMap(({ path, reason }) => (reason === TOO_LONG ? [] : [path]));
  const storeDir = await storeOf(root, workTree);
  const ignored = await readOwnRules(root, storeDir, paths);
  warnings.push(...(await oddIgnoreLines(root, paths)));
  const attributes = firstOf(
    await Promise.all(
      workTrees.map(({ path, lists }) =>
        readAttributes(root, path, paths, { ...lists.attributes, ...(signal && { signal }) }),
      ),
    ),
  );
  const inside = new InsideFolder(root);
  const rule = firstOf([ignored, attributes, copiedRule(root)]);
  const candidates = listed.map((file) => candidateOf(inside, file, rule));
  const absent = candidates.filter((one) => one.kind === 'left-out' && one.reason === NOT_CHECKED_OUT).length;
  if (absent > 0)
    warnings.push(
      `This is a sparse checkout: nothing is learned from the files that are not checked out, ${absent} of ${candidates.length}.`,
    );
  return { root, storeDir, candidates, warnings, ownLists };
}

const NOT_CHECKED_OUT = 'not checked out';

function candidateOf(inside: InsideFolder, file: ListedFile, rule: PathRule): Candidate {
  const { path } = file;
  if (file.reason !== undefined) return { kind: 'left-out', path, bytes: 0, reason: file.reason };
  const fullPath = join(inside.root, path);
  const stat = statOfEntry(fullPath);
  if (!stat && file.isSparse) return { kind: 'left-out', path, bytes: 0, reason: NOT_CHECKED_OUT };
  const elsewhere = inside.reasonAgainst(path);
  if (elsewhere !== null) return { kind: 'left-out', path, bytes: 0, reason: elsewhere };
  if (!stat) return { kind: 'left-out', path, bytes: 0, reason: 'cannot be read' };
  const special = reasonOfKind(stat);
  if (special !== null) return { kind: 'left-out', path, bytes: 0, reason: special };
  const reason = rule(path) ?? reasonOf(path, stat.size);
  const language = languageOf(path);
  if (reason !== null || language === null)
    return { kind: 'left-out', path, bytes: stat.size, reason: reason ?? 'unsupported language' };
  return { kind: 'open', path, fullPath, language, stat };
}

function reasonOfKind(stat: Stats): string | null {
  if (stat.isSymbolicLink()) return 'symbolic link';
  return stat.isFile() ? null : 'not a regular file';
}

/** Why the entry at a path is not taken, whatever its text; null if there is nothing yet. */
export function reasonAgainstEntry(inside: InsideFolder, path: string): string | null {
  const elsewhere = inside.linkOn(path);
  if (elsewhere !== null) return elsewhere;
  const stat = statOfEntry(join(inside.root, path));
  return stat === undefined ? null : reasonOfKind(stat);
}

/** Why a file is not even opened. */
export function reasonOf(path: string, bytes: number): string | null {
  if (isSecretFile(path)) return 'secret file';
  if (languageOf(path) === null) return 'unsupported language';
  return reasonFromPath(path) ?? (bytes > maxFileBytes ? 'too large' : null);
}
