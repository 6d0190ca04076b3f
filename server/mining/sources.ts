import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { isSecretFile } from '../secrets/fileNames.ts';
import { maxFileBytes, reasonFromPath } from './content.ts';
import { MiningError } from './errors.ts';
import type { Repository } from './git.ts';
import { firstOf, readAttributes, readIgnoreFile } from './ignore.ts';
import { type FallbackName, languageOf } from './languageOf.ts';
import type { LanguageName } from './languages/index.ts';
import { type ListedFile, listFolder, listTracked } from './listing.ts';

/** A file to mine, or one whose verdict is known without opening it. */
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
  readonly candidates: readonly Candidate[];
  readonly warnings: readonly string[];
}

/** All files of a folder with what their names and the user's own rules say. */
export async function listCandidates(
  folder: string,
  repository: Repository | null,
  signal?: AbortSignal,
): Promise<Listing> {
  const root = repository?.root ?? folder;
  const warnings: string[] = [];
  let listed: readonly ListedFile[];
  let workTrees: readonly string[] = [''];
  if (repository) {
    listed = await listTracked(folder, signal);
    if (repository.shallow) {
      warnings.push(
        'This is a shallow clone: other files are held out than in a full clone (git fetch --unshallow mends it).',
      );
    }
  } else {
    const walk = await listFolder(folder, signal);
    listed = walk.files;
    workTrees = walk.repositories;
    if (!walk.complete)
      warnings.push(
        `Only the first ${listed.length} files were looked at: this folder has no git to list its sources.`,
      );
  }
  if (listed.length === 0) {
    throw new MiningError(
      'empty-repository',
      repository
        ? `git tracks no file in ${folder}: add the sources (git add) and commit, then try again.`
        : `${folder} holds no files: open a folder with source code.`,
    );
  }
  const ignored = await readIgnoreFile(root);
  const paths = listed.map(({ path }) => path);
  const attributes = firstOf(await Promise.all(workTrees.map((tree) => readAttributes(root, tree, paths, signal))));
  const candidates = listed.map((file) => candidateOf(root, file, (path) => ignored(path) ?? attributes(path)));
  return { root, candidates, warnings };
}

function candidateOf(root: string, file: ListedFile, userRule: (path: string) => string | undefined): Candidate {
  const { path } = file;
  if (file.reason !== undefined) return { kind: 'left-out', path, bytes: 0, reason: file.reason };
  const fullPath = join(root, path);
  // lstat: a tracked file may have become a link that leaves the repository. Synchronous: 8,000 take 60 ms so, 300 ms by promises.
  const stat = lstatSync(fullPath, { throwIfNoEntry: false });
  if (!stat) return { kind: 'left-out', path, bytes: 0, reason: 'cannot be read' };
  if (stat.isSymbolicLink()) return { kind: 'left-out', path, bytes: 0, reason: 'symbolic link' };
  if (!stat.isFile()) return { kind: 'left-out', path, bytes: 0, reason: 'not a regular file' };
  const reason = userRule(path) ?? reasonOf(path, stat.size);
  const language = languageOf(path);
  if (reason !== null || language === null)
    return { kind: 'left-out', path, bytes: stat.size, reason: reason ?? 'unsupported language' };
  return { kind: 'open', path, fullPath, language, stat };
}

/** Why a file is not opened, from what is known without that. */
export function reasonOf(path: string, bytes: number): string | null {
  if (isSecretFile(path)) return 'secret file';
  if (languageOf(path) === null) return 'unsupported language';
  return reasonFromPath(path) ?? (bytes > maxFileBytes ? 'too large' : null);
}
