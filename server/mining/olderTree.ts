/** A commit's tree as files to mine. */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBlobs } from '../git/blobs.ts';
import { git, records } from '../git/git.ts';
import { countChangedPaths, MOST_PATHS } from '../git/pathCounts.ts';
import { languageOf } from '../languages/languageOf.ts';
import type { Admission } from './admission.ts';
import { missingTextsWarning } from './changes.ts';
import { MiningError } from './errors.ts';
import { type Candidate, type Listing, reasonOf } from './sources.ts';

export interface OlderTree {
  readonly listing: Listing;
  /** Paths with the same content as in the working tree. */
  readonly same: ReadonlySet<string>;
}

/**
 * The tree of `commit` below `folder`, without what the user's rules leave out now: files unchanged in the working tree are used in place,
 * the others are written into `scratch`.
 */
export async function olderTree(
  admission: Admission,
  now: Listing,
  commit: string,
  scratch: string,
  onWarning: (sentence: string) => void,
  signal: AbortSignal | undefined,
): Promise<OlderTree> {
  const { root } = now;
  const byPath = new Map(now.candidates.map((candidate) => [candidate.path, candidate]));
  const same = new Set<string>();
  const known = (path: string, blob: string): Candidate | null => {
    const candidate = byPath.get(path);
    if (candidate?.kind !== 'open') return null;
    if (!holds(candidate.fullPath, blob)) return null;
    same.add(path);
    return candidate;
  };
  const candidates = await writeTree(root, commit, scratch, { admission, known, onWarning, signal });
  return { listing: { ...now, candidates, warnings: [] }, same };
}

/**
 * Whether a file holds a blob's text: byte for byte, or with the line ends of Windows, which git adds at checkout (`core.autocrlf`) and mining
 * takes away. A repository's filter may store it differently.
 */
function holds(path: string, blob: string): boolean {
  try {
    const content = readFileSync(path);
    if (idOf(content, blob.length) === blob) return true;
    return content.includes('\r\n') && idOf(withoutReturns(content), blob.length) === blob;
  } catch {
    return false;
  }
}

function withoutReturns(content: Buffer): Buffer {
  return Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

/** git's id of a blob with this content. */
function idOf(content: Buffer, digits: number): string {
  const hash = createHash(digits === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${content.length}\0`).update(content).digest('hex');
}

export interface TreeWriting {
  readonly admission: Admission;
  /** Files that are used in place and not written. */
  readonly known: (path: string, blob: string) => Candidate | null;
  readonly onWarning: (sentence: string) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes the sources of a commit's tree into `scratch` under plain numbers, except those `known` by path and blob. Uses `cat-file`, not a
 * checkout, which would run filter programs named in a repository's config, and register a work tree in the user's repository.
 */
export async function writeTree(
  root: string,
  commit: string,
  scratch: string,
  { admission, known, onWarning, signal }: TreeWriting,
): Promise<Candidate[]> {
  const [paths = 0] = await countChangedPaths(root, [{ from: null, to: `${commit}^{tree}` }], signal);
  if (paths > MOST_PATHS) {
    onWarning(
      `The tree of commit ${commit.slice(0, 10)} names more paths than can be looked at: it is not learned from.`,
    );
    throw new MiningError(
      'git-failed',
      `The tree of commit ${commit} names more than ${MOST_PATHS} paths: choose another one.`,
    );
  }
  const output = await git(root, ['ls-tree', '-r', '-z', '--long', '--full-tree', '--end-of-options', commit], signal);
  if (!output)
    throw new MiningError(
      'git-failed',
      `git could not list the files of ${commit}: run git fsck to see what is wrong.`,
    );
  const candidates: Candidate[] = [];
  const wanted: { path: string; blob: string }[] = [];
  const entries = records(output).map((record) => {
    // <mode> blob <id> <size>\t<path>; the size of one that is not here is BAD
    const [, mode = '', id = '', length = '', path = ''] =
      /^(\d+) \w+ ([0-9a-f]+) +(\d+|-|BAD)\t(.*)$/s.exec(record) ?? [];
    return { mode, id, bytes: Number(length) || 0, path };
  });
  const all = entries.map(({ path }) => path);
  const hasRules = all.some((path) => path === '.gitattributes' || path.endsWith('/.gitattributes'));
  const leftOut = await admission.ruleFor(all, hasRules ? commit : undefined);
  for (const { mode, id, bytes, path } of entries) {
    const special = mode === '120000' ? 'symbolic link' : mode === '160000' ? 'submodule' : null;
    const reason = special ?? reasonOf(path, bytes) ?? leftOut(path) ?? null;
    const candidate: Candidate | null = reason === null ? known(path, id) : { kind: 'left-out', path, bytes, reason };
    if (candidate === null) wanted.push({ path, blob: id });
    else candidates.push(candidate);
  }
  // In pieces, so that a tree's text is never in memory as a whole.
  for (let at = 0; at < wanted.length; at += 200) {
    const piece = wanted.slice(at, at + 200);
    const blobs = await readBlobs(root, [...new Set(piece.map(({ blob }) => blob))], signal);
    for (const [i, { path, blob }] of piece.entries()) {
      const content = blobs.get(blob);
      const language = languageOf(path);
      if (!content) candidates.push({ kind: 'left-out', path, bytes: 0, reason: notHere });
      if (!content || language === null) continue;
      const fullPath = join(scratch, String(at + i));
      await writeFile(fullPath, content);
      candidates.push({ kind: 'open', path, fullPath, language, stat: lstatSync(fullPath) });
    }
  }
  const missing = candidates.filter(
    (candidate) => candidate.kind === 'left-out' && candidate.reason === notHere,
  ).length;
  if (missing > 0) onWarning(missingTextsWarning(`files of ${commit.slice(0, 10)}`, missing));
  return candidates.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const notHere = 'not in this clone, or damaged';
