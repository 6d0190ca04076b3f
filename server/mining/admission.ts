/**
 * The one rule for texts from every source: the working tree, a commit's tree, history, an open document. A file that the report leaves out
 * is not learned from older versions either, nor is a deleted file if today's rules would leave out it, or what it became.
 */
import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { foldedPath } from '../common/foldedPath.ts';
import type { WorkTree } from '../git/repository.ts';
import { storeOf } from '../git/storeLocation.ts';
import { maxFileBytes, reasonFromFile } from './content.ts';
import { copiedRule } from './copiedLibraries.ts';
import { doublesOf } from './doubles.ts';
import { readBytes } from './fileMiner.ts';
import { firstOf, ignoredByGit, nothingLeftOut, type PathRule, readAttributes } from './ignore.ts';
import { InsideFolder } from './insideFolder.ts';
import { readOwnRules } from './learning.ts';
import { listOne, MOST_PATH_LENGTH, TOO_LONG } from './listing.ts';
import { Pauses } from './pauses.ts';
import { namesSince, type Renames, recentRenames } from './renames.ts';
import { type Listing, reasonAgainstEntry, reasonOf } from './sources.ts';
import type { FileVerdict } from './types.ts';

/** Why paths are left out, by path. */
export type Reasons = ReadonlyMap<string, string>;

export class Admission {
  readonly #folder: string;
  readonly #listing: Listing;
  /** Why an existing path is left out; null if it may be learned. */
  readonly #now: ReadonlyMap<string, string | null>;
  /** The same for left-out paths, case-folded as some file systems do. */
  readonly #folded: Reasons;
  readonly #signal: AbortSignal | undefined;
  #renames: Promise<Renames | null> | null = null;
  #doubles: Promise<ReadonlySet<string> | null> | null = null;

  /** `listing`: of the current working tree below `folder`; `texts`: its files that are left out for their content. */
  constructor(folder: string, listing: Listing, texts: Reasons, signal: AbortSignal | undefined) {
    this.#folder = folder;
    this.#listing = listing;
    this.#signal = signal;
    const now = new Map<string, string | null>();
    const folded = new Map<string, string>();
    for (const candidate of listing.candidates) {
      const { path } = candidate;
      const reason = candidate.kind === 'left-out' ? candidate.reason : (texts.get(path) ?? null);
      now.set(path, reason);
      if (reason !== null) folded.set(foldedPath(path), reason);
    }
    this.#now = now;
    this.#folded = folded;
  }

  /**
   * Why texts of any age under these paths are not learned; all at once, since it asks git. `commit`: the one whose tree is read, so that
   * its .gitattributes count as well as today's.
   */
  async ruleFor(paths: readonly string[], commit?: string): Promise<PathRule> {
    const { root, storeDir, ownLists } = this.#listing;
    // git resolves links in the root's path, and the case of a disk that ignores it.
    const within = this.#folder === root ? '' : pathBelow(root, await realpath(this.#folder));
    const inside = new InsideFolder(root);
    const own = await readOwnRules(root, storeDir, [...this.#now.keys(), ...paths]);
    const byName = firstOf([
      (path) => (path.length > MOST_PATH_LENGTH ? TOO_LONG : undefined),
      // git answers nothing at all if one of the paths leads through a link.
      (path) => inside.linkOn(path) ?? undefined,
      (path) => (within === '' || path.startsWith(`${within}/`) ? undefined : 'outside of the folder'),
      own,
      (path) => reasonOf(path, 0) ?? undefined,
      copiedRule(root),
      (path) => this.#folded.get(foldedPath(path)),
      (path) => this.#aboveOf(path),
    ]);
    const admitted = [...new Set(paths)].filter((path) => (this.#now.get(path) ?? byName(path)) === undefined);
    const gone = admitted.filter((path) => !this.#now.has(path));
    // An existing path's former content may have moved to where the user leaves it out.
    const there = own === nothingLeftOut ? [] : admitted.filter((path) => this.#now.has(path));
    const older = [...gone, ...there];
    const renames = older.length === 0 ? NOTHING : await this.renames();
    const became = renames && new Map(older.map((path) => [path, [...namesSince(renames, path)]]));
    const doubles = await this.#doublesOf(own);
    // A clone may lack the data to decide: what is unknown is not learned.
    const unknown = new Set(became === null || doubles === null ? older : []);
    const asked = [...new Set([...gone, ...gone.flatMap((path) => became?.get(path) ?? [])])].filter(
      (path) => !this.#now.has(path) && byName(path) === undefined,
    );
    const options = { ...ownLists?.attributes, ...(this.#signal && { signal: this.#signal }) };
    const byGit = firstOf([
      await readAttributes(root, '', asked, options),
      await ignoredByGit(root, asked, ownLists?.ignored ?? [], this.#signal),
    ]);
    const today: PathRule = (path) => (this.#now.has(path) ? reasonIn(this.#now, path) : (byName(path) ?? byGit(path)));
    const then =
      commit === undefined ? null : await readAttributes(root, '', admitted, { ...options, attributesFrom: commit });
    const since: PathRule = (path) => {
      if (unknown.has(path)) return UNKNOWN;
      const rule = this.#now.has(path) ? own : today;
      return became?.get(path)?.flatMap((name) => rule(name) ?? [])[0] ?? (doubles?.has(path) ? DOUBLE : undefined);
    };
    return (path) => today(path) ?? then?.(path) ?? since(path);
  }

  /** Why a folder above a path is left out, e.g. replaced by a submodule, which is another repository. */
  #aboveOf(path: string): string | undefined {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const reason = reasonIn(this.#now, path.slice(0, end));
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** The names that paths have been given since; null if git cannot tell. */
  renames(): Promise<Renames | null> {
    this.#renames ??= recentRenames(this.#listing.root, this.#signal);
    return this.#renames;
  }

  async #doublesOf(own: PathRule): Promise<ReadonlySet<string> | null> {
    if (own === nothingLeftOut) return NONE;
    this.#doubles ??= doublesOf(this.#listing.root, own, this.#signal);
    return await this.#doubles;
  }
}

const NOTHING: Renames = new Map();
const NONE: ReadonlySet<string> = new Set();
/** About a path's former text; today's may be another. */
const DOUBLE = 'once held text that is left out now';
const UNKNOWN = 'git cannot tell what was moved since';

function reasonIn(reasons: ReadonlyMap<string, string | null>, path: string): string | undefined {
  return reasons.get(path) ?? undefined;
}

/** Files that are left out in every version. Not today's duplicates, which are learned under the other's name. */
export function reasonsOf(files: readonly FileVerdict[]): Reasons {
  return new Map(
    files.flatMap(({ path, reason }) =>
      reason === undefined || / ?duplicate of /.test(reason) ? [] : ([[path, reason]] as const),
    ),
  );
}

/**
 * Why the text of an open document, as in the editor, is not taken; null if it is. `path`: from the root of the repository, or of a folder
 * without one. The rules are those for the file that it is, or will be once saved.
 */
export async function reasonAgainstDocument(
  { folder, workTree, path, text }: OpenDocument,
  signal?: AbortSignal,
): Promise<string | null> {
  // Before anything is copied.
  if (text.length > maxFileBytes) return 'too large';
  const root = workTree?.root ?? folder;
  const within = pathBelow(root, folder);
  if (within !== '' && !path.startsWith(`${within}/`)) return 'outside of the folder';
  const byName =
    (path.length > MOST_PATH_LENGTH ? TOO_LONG : null) ??
    reasonAgainstEntry(new InsideFolder(root), path) ??
    reasonOf(path, 0) ??
    reasonFromFile(Buffer.from(text));
  if (byName !== null) return byName;
  const { reason, tree, lists } = await listOne(folder, workTree, path, signal);
  if (reason !== undefined) return reason;
  const byUser = firstOf([
    await readOwnRules(root, await storeOf(root, workTree), [path]),
    copiedRule(root),
    ...(tree === null
      ? []
      : [await readAttributes(root, tree, [path], { ...lists?.attributes, ...(signal && { signal }) })]),
  ]);
  return byUser(path) ?? null;
}

export interface OpenDocument {
  readonly folder: string;
  readonly workTree: WorkTree | null;
  readonly path: string;
  readonly text: string;
}

/** '' for the root itself. */
export function pathBelow(root: string, folder: string): string {
  return relative(root, folder).split(sep).join('/');
}

/** The same for files that are not mined, by reading them. */
export async function reasonsOfTexts({ candidates }: Listing, signal: AbortSignal | undefined): Promise<Reasons> {
  const pauses = new Pauses(signal);
  const reasons = new Map<string, string>();
  for (const candidate of candidates) {
    if (candidate.kind === 'left-out') continue;
    if (pauses.due) await pauses.take();
    const bytes = readBytes(candidate.fullPath);
    const reason = bytes === null ? 'cannot be read' : reasonFromFile(bytes);
    if (reason !== null) reasons.set(candidate.path, reason);
  }
  return reasons;
}
