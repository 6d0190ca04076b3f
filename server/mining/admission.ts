/**
 * The one rule for every path that a text comes by: of the working tree, of a commit's tree, of history. What the report leaves out is
 * learned from no older text either, nor is a file that is gone, if today's rules would leave it out.
 */
import { relative, sep } from 'node:path';
import { refusal } from '../git/repository.ts';
import { askGit } from '../git/run.ts';
import { MiningError } from './errors.ts';
import { firstOf, type PathRule, readAttributes, readIgnoreFile, requireFiles } from './ignore.ts';
import { type Listing, reasonOf } from './sources.ts';

export class Admission {
  readonly #folder: string;
  readonly #listing: Listing;
  readonly #signal: AbortSignal | undefined;

  /** `listing`: of the working tree as it is, below `folder`. */
  constructor(folder: string, listing: Listing, signal: AbortSignal | undefined) {
    this.#folder = folder;
    this.#listing = listing;
    this.#signal = signal;
  }

  /** Why texts under these paths, of whatever age, are not learned; asked for all at once, since git is asked too. */
  async ruleFor(paths: readonly string[]): Promise<PathRule> {
    const { root, candidates } = this.#listing;
    const now = new Map(candidates.map((candidate) => [candidate.path, candidate]));
    const gone = [...new Set(paths)].filter((path) => !now.has(path));
    const within = relative(root, this.#folder).split(sep).join('/');
    const rules = firstOf([
      (path) => (within === '' || path.startsWith(`${within}/`) ? undefined : 'outside of the folder'),
      await readIgnoreFile(root),
      (path) => reasonOf(path, 0) ?? undefined,
      await readAttributes(root, '', gone, this.#signal),
      await ignoredByGit(root, gone, this.#signal),
    ]);
    return (path) => {
      const candidate = now.get(path);
      if (candidate === undefined) return rules(path);
      return candidate.kind === 'left-out' ? candidate.reason : undefined;
    };
  }
}

/** By .gitignore, info/exclude and the user's own list, whether git tracked the path once or not. */
async function ignoredByGit(
  root: string,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<PathRule> {
  if (paths.length === 0) return () => undefined;
  requireFiles(root, paths, 0, '.gitignore');
  const { ok, output, words } = await askGit(root, ['check-ignore', '--no-index', '-z', '--stdin'], {
    input: paths.map((path) => `${path}\0`).join(''),
    ...(signal ? { signal } : {}),
  });
  // It exits with 1 where nothing is ignored, which is no failure.
  if (!ok && words !== '') throw new MiningError('refused', refusal(root, words).message);
  const ignored = new Set(output.toString('utf8').split('\0'));
  return (path) => (ignored.has(path) ? 'ignored by git' : undefined);
}
