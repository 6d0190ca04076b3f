/** Which lines recent commits changed in existing files, and the blobs before and after. */
import { blobSizes, readFileAt } from '../git/blobs.ts';
import { listable } from '../git/pathCounts.ts';
import { streamGit } from '../git/run.ts';
import { languageOf } from '../languages/languageOf.ts';
import { maxFileBytes } from './content.ts';
import { type Hunk, hunksAround } from './hunks.ts';
import type { PathRule } from './ignore.ts';
import { Pauses } from './pauses.ts';

export interface Change {
  readonly commit: string;
  readonly path: string;
  readonly oldBlob: string;
  readonly newBlob: string;
  readonly hunks: readonly Hunk[];
}

export interface ChangeOptions {
  /** The history to read, e.g. `HEAD` or `abc123..HEAD`. */
  readonly range: string;
  readonly maxCommits: number;
  /** Whether changes to this path are wanted. */
  readonly admits: (path: string) => boolean;
  /** Says, for all changed paths at once, which are left out and why. */
  readonly ruleFor?: ((paths: readonly string[]) => Promise<PathRule>) | undefined;
  /** Called with one sentence for anything left out that a user should know about. */
  readonly onWarning?: ((sentence: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A change as a commit's trees show it, before its lines are known. */
type RawChange = Omit<Change, 'hunks'>;

/** A commit with more files than this renames, formats or imports. */
const maxFilesPerCommit = 30;
/** Limits of one git call, whose output is read into memory later; the paths are on its command line, which is short on Windows. */
const mostInPiece = { commits: 200, bytes: 32 << 20, pathChars: 12_000 } as const;
const maxIgnoredBytes = 1 << 20;

const bots =
  /\[bot\]|\b(dependabot|renovate|github-actions|greenkeeper|snyk|pre-commit-ci|semantic-release|pyup|mergify|codecov)\b/i;
const notWriting =
  /^(revert|merge|bump|release|format|reformat|lint|style|chore\(deps|build\(deps)\b|\b(prettier|eslint --fix|clang-format|gofmt|rustfmt|cargo fmt|black|isort|ruff format|whitespace|indent(ation)?|reformat|typos?)\b|^v?\d+\.\d+/i;

/**
 * Newest first, in pieces, so that callers can stop early. Bots, merges, reverts, mass renames and formatting are left out, and so are
 * files that are too large for mining or in no known language: git is not even asked for their text.
 */
export async function* recentChanges(root: string, options: ChangeOptions): AsyncGenerator<Change[]> {
  const written = await writtenCommits(root, options);
  const commits = await listable(root, written, options.signal);
  if (commits.length < written.length)
    options.onWarning?.(
      `Commits in history that change more paths than can be looked at are left out: ${written.length - commits.length}.`,
    );
  const raw = await rawChanges(root, commits, options);
  const leftOut = { missing: 0, large: 0 };
  let piece = new Piece();
  for (let at = 0; at < raw.length; at += mostInPiece.commits) {
    const some = raw.slice(at, at + mostInPiece.commits);
    const ids = some.flatMap(({ wanted }) => wanted.flatMap(({ oldBlob, newBlob }) => [oldBlob, newBlob]));
    const sizes = await blobSizes(root, [...new Set(ids)], options.signal);
    for (const { commit, wanted, unwanted } of some) {
      const here: RawChange[] = [];
      const passed = [...unwanted];
      let bytes = 0;
      for (const change of wanted) {
        const [before, after] = [sizes.get(change.oldBlob), sizes.get(change.newBlob)];
        if (before === undefined || after === undefined) leftOut.missing++;
        else if (Math.max(before, after) > maxFileBytes) leftOut.large++;
        else {
          here.push(change);
          bytes += before + after;
          continue;
        }
        passed.push(change.path);
      }
      if (here.length === 0) continue;
      if (!piece.hasRoomFor(here, passed, bytes)) {
        yield await withHunks(root, piece, options);
        piece = new Piece();
      }
      piece.add(commit, here, passed, bytes);
    }
  }
  if (piece.commits.length > 0) yield await withHunks(root, piece, options);
  if (leftOut.large > 0)
    options.onWarning?.(
      `Changes in history of files with more than ${maxFileBytes >> 10} KB are left out: ${leftOut.large}.`,
    );
  if (leftOut.missing > 0) options.onWarning?.(missingTextsWarning('changes in history', leftOut.missing));
}

/** Nothing is fetched while mining: the user is told that the clone lacks texts. */
export function missingTextsWarning(what: string, count: number): string {
  return `Some texts are not in this clone, or are damaged: ${what} left out: ${count} (git fetch --refetch --no-filter brings what a partial clone lacks).`;
}

/** Commits by people rather than tools, judging by authors and subjects. */
async function writtenCommits(root: string, { range, maxCommits, signal }: ChangeOptions): Promise<string[]> {
  const ignored = await ignoredRevisions(root, signal);
  const commits: string[] = [];
  const onLine = (line: Buffer): void => {
    // <id>\x02<author>\x02<subject>, between lines that say `commit <id>`
    const [commit = '', author = '', subject = ''] = line.toString('utf8').split('\u0002');
    if (!/^[0-9a-f]{40,64}$/.test(commit) || ignored.has(commit)) return;
    if (!bots.test(author) && !notWriting.test(subject)) commits.push(commit);
  };
  const format = '--format=%H%x02%an <%ae>%x02%s';
  const args = ['rev-list', '--no-merges', `--max-count=${maxCommits}`, format] as const;
  await streamGit(root, args, { revisions: [range], ...withSignal(signal) }, onLine);
  return commits;
}

/** Commits that the project itself lists as noise, in the file that `git blame` and forges read. */
async function ignoredRevisions(root: string, signal: AbortSignal | undefined): Promise<Set<string>> {
  const content = await readFileAt(root, 'HEAD', '.git-blame-ignore-revs', maxIgnoredBytes, signal);
  return new Set(content?.toString('utf8').match(/^[0-9a-f]{40}/gm) ?? []);
}

interface RawCommit {
  readonly commit: string;
  readonly wanted: readonly RawChange[];
  /** Other paths that it changed, whose text is not read. */
  readonly unwanted: readonly string[];
}

/** What each commit changed, from its trees alone: no file text is read. */
async function rawChanges(root: string, commits: readonly string[], options: ChangeOptions): Promise<RawCommit[]> {
  if (commits.length === 0) return [];
  const found: { commit: string; changes: RawChange[] }[] = [];
  let header: RegExpExecArray | null = null;
  const onField = (field: Buffer): void => {
    const current = found.at(-1);
    if (header !== null && current !== undefined) {
      const [, oldBlob = '', newBlob = ''] = header;
      header = null;
      // One more than the limit is enough to know that it is too many.
      if (current.changes.length > maxFilesPerCommit) return;
      current.changes.push({ commit: current.commit, oldBlob, newBlob, path: field.toString('utf8') });
      return;
    }
    const text = field.toString('latin1');
    // :100644 100644 <old> <new> M, then the path
    if (text.startsWith(':')) header = /^:\d+ (?=100)\d+ ([0-9a-f]+) ([0-9a-f]+) M$/.exec(text) ?? NOT_A_FILE;
    else found.push({ commit: text, changes: [] });
  };
  const args = ['diff-tree', '--stdin', '-r', '--raw', '-z', '--no-abbrev', '--no-renames', '--diff-filter=M'] as const;
  const input = `${commits.join('\n')}\n`;
  const { ok, words } = await streamGit(root, args, { input, separator: 0, ...withSignal(options.signal) }, onField);
  if (!ok) warnUnread(options, words.split('\n').at(-1) ?? '');
  const pauses = new Pauses(options.signal);
  const looked = found.filter(({ changes }) => changes.length <= maxFilesPerCommit);
  const sources = looked.flatMap(({ changes }) => changes.map(({ path }) => path)).filter(isSource);
  const leftOut = await options.ruleFor?.(sources);
  const raw: RawCommit[] = [];
  for (const { commit, changes } of looked) {
    if (pauses.due) await pauses.take();
    const files = changes.filter(({ oldBlob }) => oldBlob !== '');
    const isWanted = ({ path }: RawChange): boolean =>
      isSource(path) && options.admits(path) && leftOut?.(path) === undefined;
    const { wanted = [], unwanted = [] } = Object.groupBy(files, (change) =>
      isWanted(change) ? 'wanted' : 'unwanted',
    );
    if (wanted.length > 0) raw.push({ commit, wanted, unwanted: unwanted.map(({ path }) => path) });
  }
  return raw;
}

function isSource(path: string): boolean {
  return !path.includes('\uFFFD') && languageOf(path) !== null;
}

/** In place of a header: a link or a submodule. */
const NOT_A_FILE = /$/.exec('') as RegExpExecArray;

/** Commits that share wanted paths: git is asked for exactly these paths, and for nothing that is left out. */
class Piece {
  readonly commits: string[] = [];
  readonly changes: RawChange[] = [];
  readonly paths = new Set<string>();
  readonly #passed = new Set<string>();
  #bytes = 0;
  #pathChars = 0;

  hasRoomFor(wanted: readonly RawChange[], passed: readonly string[], bytes: number): boolean {
    return (
      this.commits.length < mostInPiece.commits &&
      this.#bytes + bytes <= mostInPiece.bytes &&
      this.#pathChars < mostInPiece.pathChars &&
      !wanted.some(({ path }) => this.#passed.has(path)) &&
      !passed.some((path) => this.paths.has(path))
    );
  }

  add(commit: string, wanted: readonly RawChange[], passed: readonly string[], bytes: number): void {
    this.commits.push(commit);
    this.changes.push(...wanted);
    for (const { path } of wanted) {
      if (!this.paths.has(path)) this.#pathChars += path.length;
      this.paths.add(path);
    }
    for (const path of passed) this.#passed.add(path);
    this.#bytes += bytes;
  }
}

async function withHunks(root: string, piece: Piece, options: ChangeOptions): Promise<Change[]> {
  const { hunks, problem } = await hunksAround(root, piece.commits, [...piece.paths], options.signal);
  if (problem !== null) warnUnread(options, problem);
  return piece.changes.map((change) => ({
    ...change,
    hunks: hunks.get(`${change.commit} ${change.oldBlob}..${change.newBlob}`) ?? [],
  }));
}

function warnUnread({ onWarning }: ChangeOptions, words: string): void {
  onWarning?.(`git could not read all of the history: ${words}`);
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
