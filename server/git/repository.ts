/** The repository that a folder lies in. If there is a `.git`, git's refusal is never mistaken for "no git". */
import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { folderOfDotGit, nearestDotGit, requireFiles } from './dotGit.ts';
import { GitError } from './errors.ts';
import { gitText } from './git.ts';
import { askGit } from './run.ts';

/** A work tree and its git folders; all absolute. */
export interface WorkTree {
  readonly root: string;
  /** Shared by all work trees of a repository. */
  readonly commonDir: string;
  readonly shallow: boolean;
}

export interface Repository extends WorkTree {
  /** '' before the first commit. */
  readonly commit: string;
  /** Root of HEAD's first-parent line, '' before the first commit. In a shallow clone, the oldest commit fetched. */
  readonly firstCommit: string;
}

/** The answer only requires git's own small files: if it takes longer, git is blocked for good. */
const ANSWER_MS = 8_000;

/**
 * The repository according to git; null if the folder lies in no work tree.
 * @throws {GitError} `no-git-program`, `bare-repository`, or `refused` with git's own message and a remedy.
 */
export async function findRepository(folder: string, signal?: AbortSignal): Promise<Repository | null> {
  const tree = await findWorkTree(folder, signal);
  if (tree === null) return null;
  const [head, roots] = await Promise.all([
    gitText(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}'], signal),
    // First parents only: merging an unrelated history must not change what is held out.
    askGit(folder, ['rev-list', '--first-parent', '--max-parents=0'], { revisions: ['HEAD'], ...withSignal(signal) }),
  ]);
  // Files are held out by the first commit's id: without it, others would be.
  if (!roots.ok && (await namesCommit(folder, signal))) throw refusal(folder, roots.words);
  const firstCommit = roots.output.toString('utf8').trim().split('\n').at(-1) ?? '';
  return { ...tree, commit: head ?? '', firstCommit };
}

/** HEAD names no commit before the first one; in a damaged repository, one that cannot be read. */
async function namesCommit(folder: string, signal: AbortSignal | undefined): Promise<boolean> {
  return (await gitText(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD'], signal)) !== null;
}

/** As {@link findRepository}, without looking at the history. */
export async function findWorkTree(folder: string, signal?: AbortSignal): Promise<WorkTree | null> {
  // git cannot be started here: callers that need a folder report that.
  if (!(await stat(folder).catch(() => null))?.isDirectory()) return null;
  const dotGit = await nearestDotGit(folder);
  const gitDir = dotGit === null ? null : await folderOfDotGit(dotGit);
  if (dotGit !== null) await requireFiles(dotGit, gitDir);
  const places = ['--git-dir', '--git-common-dir', '--show-toplevel'];
  const { ok, output, words } = await askGit(
    folder,
    ['rev-parse', '--is-bare-repository', '--is-shallow-repository', '--path-format=absolute', ...places],
    { silentMs: ANSWER_MS, ...withSignal(signal) },
  );
  const [bare, shallow, dir = '', commonDir = '', root = '', ...more] = output.toString('utf8').split('\n');
  if (bare === 'true' || /cannot use bare repository/.test(words)) throw bareRepository(folder);
  if (!ok && dotGit === null) return null;
  if (!ok) throw refusal(folder, words);
  if (more.length !== 1) throw refusal(folder, 'a path with a line break in it');
  await requireOwn(root, dir);
  await requireOwnCommon(dir, commonDir);
  return { root, commonDir, shallow: shallow === 'true' };
}

/** A repository's configuration (`core.worktree`) can name any folder as its work tree, and so claim to track its files. */
async function requireOwn(root: string, gitDir: string): Promise<void> {
  const own = await folderOfDotGit(join(root, '.git'));
  if (own !== null && own === (await realpath(gitDir).catch(() => null))) return;
  throw new GitError(
    'refused',
    `The repository ${gitDir} says that its files lie in ${root}, which does not belong to it. ` +
      `Nothing is read there: remove core.worktree from its configuration, or clone it again.`,
  );
}

/** A linked work tree's common folder is the one around its own; a file `commondir` could name any other. */
async function requireOwnCommon(gitDir: string, commonDir: string): Promise<void> {
  const own = await realpath(gitDir).catch(() => null);
  const common = await realpath(commonDir).catch(() => null);
  if (own !== null && (own === common || dirname(dirname(own)) === common)) return;
  throw new GitError(
    'refused',
    `The repository ${gitDir} keeps its files in ${commonDir}, which does not belong to it. ` +
      `Nothing is read there: remove the file commondir from it, or clone it again.`,
  );
}

function bareRepository(folder: string): GitError {
  return new GitError(
    'bare-repository',
    `${folder} is a bare repository without files: clone it and tune on the clone.`,
  );
}

const WAYS_OUT: readonly (readonly [RegExp, string])[] = [
  [/dubious ownership|unsafe repository/i, 'If you trust its owner, run the command that it names, and try again.'],
  [/git repo version|repository version|unknown repository extension/i, 'Install a newer git, and try again.'],
  [
    /bad config|bad boolean|bad numeric|invalid value|error parsing/i,
    'Fix the line of its configuration that it names, and try again.',
  ],
  [/must be run in a work tree/i, 'Open the folder with the files, not the one that git keeps for itself.'],
];

/** git's own message, and a remedy. */
export function refusal(folder: string, words: string): GitError {
  const [, wayOut] = WAYS_OUT.find(([pattern]) => pattern.test(words)) ?? [
    null,
    'Run git status there, fix what it names, and try again. If it is no repository, remove its .git.',
  ];
  return new GitError('refused', `git refuses to work in ${folder}. ${wayOut} It says: ${words.replace(/\s+/g, ' ')}`);
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
