import { promises as fs, type Stats } from 'node:fs';
import { join } from 'node:path';
import { readBlobs } from '../git/blobs.ts';
import { records } from '../git/git.ts';
import { refusal } from '../git/repository.ts';
import { askGit, type GitOptions } from '../git/run.ts';
import { MiningError } from './errors.ts';
import { IgnoreRules, oddRules, unreadableRules } from './ignorePattern.ts';
import { statOfEntry } from './insideFolder.ts';

/** Why a path is left out by the user's own rules; undefined if it is not. */
export type PathRule = (path: string) => string | undefined;

/** The rule of having no rules. */
export const nothingLeftOut: PathRule = () => undefined;

const IGNORE_FILE = '.repotuneignore';
export const maxIgnoreBytes = 1 << 20;

/**
 * `.repotuneignore` at the repository's top, in gitignore syntax; those in other folders are read as assistants' lists are.
 * @throws {MiningError} if it exists but cannot be read: what it keeps out must not be learned because of that.
 */
export async function readIgnoreFile(root: string): Promise<PathRule> {
  const text = await ignoreText(root);
  if (text === null) return nothingLeftOut;
  const rules = new IgnoreRules(text);
  return (path) => (rules.ignores(path) ? IGNORE_FILE : undefined);
}

/** Nobody writes more of them by hand. Each is tried on every path. */
const oddLines = { mostTried: 50, mostNamed: 10 } as const;

/** One sentence for each of its first lines that match none of these paths and use syntax that only other tools read. */
export async function oddIgnoreLines(root: string, paths: readonly string[]): Promise<string[]> {
  const odd = oddRules((await ignoreText(root)) ?? '', root);
  const named: string[] = [];
  let tried = 0;
  for (const { line, rule } of odd.slice(0, oddLines.mostTried)) {
    if (named.length === oddLines.mostNamed) break;
    tried++;
    // As a line of its file: by itself, a carriage return within it would end it.
    const alone = new IgnoreRules(`${rule.replace(/^!/, '')}\n`);
    if (paths.some((path) => alone.ignores(path))) continue;
    named.push(
      `Line ${line} of .repotuneignore, ${JSON.stringify(rule)}, leaves out no file: as in .gitignore, there is no {a,b}, no comment after a rule, no \\ between folders, no // and no absolute path, and quotes and blanks before a rule are part of it.`,
    );
  }
  const more = odd.length - tried;
  if (more === 0 || named.length === 0) return named;
  return [...named, `${more} more lines of .repotuneignore have such syntax, and may leave out no file either.`];
}

/** null if there is none. */
async function ignoreText(root: string): Promise<string | null> {
  const path = join(root, IGNORE_FILE);
  const stat = await fs.lstat(path).catch(() => null);
  const text =
    stat !== null ? await ignoreTextOfDisk(path, stat) : isOrdinary(root) ? null : await ignoreTextOfIndex(root);
  const wanted = text === null ? null : unreadableRules(text);
  if (wanted !== null) throw unusable(path, wanted);
  return text;
}

async function ignoreTextOfDisk(path: string, stat: Stats): Promise<string> {
  if (!stat.isFile() || stat.size > maxIgnoreBytes) throw unusable(path, 'a plain file of at most 1 MB');
  return await fs.readFile(path, 'utf8').catch(() => {
    throw unusable(path, 'readable');
  });
}

/** From the index, for a tracked file missing in a sparse checkout; null if there is none. */
async function ignoreTextOfIndex(root: string): Promise<string | null> {
  const { ok, output, words } = await askGit(root, ['ls-files', '-z', '--stage', '-t'], {
    paths: [`:(top,literal)${IGNORE_FILE}`],
  });
  if (!ok) throw new MiningError('refused', refusal(root, words).message);
  const [, id] = /^S \d+ ([0-9a-f]+) 0\t/.exec(output.toString('utf8')) ?? [];
  if (id === undefined) return null;
  const text = (await readBlobs(root, [id])).get(id);
  if (text === undefined || text.length > maxIgnoreBytes)
    throw unusable(join(root, IGNORE_FILE), 'on the disk or in this clone');
  return text.toString('utf8');
}

/** Whether all rules are among the files: no linked work tree, whose git keeps its own elsewhere, and no sparse checkout. */
export function isOrdinary(root: string): boolean {
  const dotGit = join(root, '.git');
  const stat = statOfEntry(dotGit);
  if (stat === undefined) return true;
  const own = ['attributes', 'sparse-checkout'].map((name) => join(dotGit, 'info', name));
  return stat.isDirectory() && own.every((path) => statOfEntry(path) === undefined);
}

export function unusable(path: string, wanted: string): MiningError {
  return new MiningError(
    'unusable-rules',
    `${path} is not ${wanted}: nothing is learned without its rules. Fix or remove it.`,
  );
}

const ENCRYPTED = 'encrypted (.gitattributes)';

/** Reasons by attribute and value; git reports one without a value as `set`. */
const attributes = {
  'linguist-generated': (value) => (isSet(value) ? 'generated (.gitattributes)' : undefined),
  'linguist-vendored': (value) => (isSet(value) ? 'vendored (.gitattributes)' : undefined),
  // In plain text only where the key is: git-crypt, transcrypt, git-agecrypt and the like.
  filter: (value) => (/crypt|cipher|sops|vault|gpg|pgp|(?:^|\W)age(?:$|\W)/i.test(value) ? ENCRYPTED : undefined),
} satisfies Record<string, (value: string) => string | undefined>;

/** Why files with this attribute are left out; undefined if they are not. */
export function reasonOf(attribute: string, value: string): string | undefined {
  return attribute in attributes ? attributes[attribute as keyof typeof attributes](value) : undefined;
}

function isSet(value: string): boolean {
  return value === 'set' || value === 'true';
}

/** Which attributes count beside those of the working tree's files, or instead of them. */
export type AttributeOptions = Pick<GitOptions, 'attributesFile' | 'attributesFrom' | 'signal'>;

/**
 * `linguist-generated`, `linguist-vendored` and encrypting filters of .gitattributes, as git itself reads them. `tree`: the git work tree as
 * a path from `root`, '' for the root; `paths` outside it are ignored.
 */
export async function readAttributes(
  root: string,
  tree: string,
  paths: readonly string[],
  options: AttributeOptions = {},
): Promise<PathRule> {
  const from = tree === '' ? '' : `${tree}/`;
  const own = paths.filter((path) => path.startsWith(from));
  if (own.length === 0) return () => undefined;
  // Asking git costs 100 ms for 10,000 paths: only if needed. An uncommitted file counts too.
  const rules = requireRuleFiles(join(root, tree), own, from.length, '.gitattributes');
  const { attributesFile, attributesFrom: commit } = options;
  const isAlone = attributesFile === undefined && commit === undefined;
  if (rules === 0 && isAlone && isOrdinary(join(root, tree))) return () => undefined;
  const { ok, output, words } = await askGit(
    join(root, tree),
    ['check-attr', '-z', '--stdin', ...Object.keys(attributes)],
    {
      input: own.map((path) => `${path.slice(from.length)}\0`).join(''),
      ...options,
    },
  );
  // A partial clone may lack them: what is unknown is not learned.
  if (!ok && commit !== undefined) return () => 'without the .gitattributes of its time';
  const reasons = new Map<string, string>();
  if (!ok) throw new MiningError('refused', refusal(join(root, tree), words).message);
  const fields = output.toString('utf8').split('\0');
  // <path> <attribute> <value>; a later answer is a later attribute
  for (let i = 0; i + 2 < fields.length; i += 3) {
    const [path, attribute, value] = fields.slice(i, i + 3) as [string, keyof typeof attributes, string];
    const reason = attributes[attribute](value);
    if (reason !== undefined) reasons.set(from + path, reason);
  }
  return (path) => reasons.get(path);
}

const IGNORED = 'ignored by git';
const IGNORED_ELSEWHERE = 'in your own list of ignored files, which core.excludesFile of the repository replaces';

/** A list of what the user ignores everywhere: the one in force, or another in its place. */
export type OwnList = Pick<GitOptions, 'excludesFile'>;

/** Why a file is left out that git ignores when asked with this list. */
export function reasonOfList({ excludesFile }: OwnList): string {
  return excludesFile === undefined ? IGNORED : IGNORED_ELSEWHERE;
}

/** By .gitignore, info/exclude and these lists of the user's, whether git tracks the path or not. */
export async function ignoredByGit(
  root: string,
  paths: readonly string[],
  lists: readonly OwnList[],
  signal: AbortSignal | undefined,
): Promise<PathRule> {
  if (paths.length === 0) return () => undefined;
  requireRuleFiles(root, paths, 0, '.gitignore');
  const ignored = new Map<string, string>();
  // Rules missing in a sparse checkout are in the index alone; reading those never ignores what git tracks.
  const ways = isOrdinary(root) ? [['--no-index']] : [['--no-index'], []];
  for (const [list, by] of lists.flatMap((list) => ways.map((by) => [list, by] as const))) {
    const { exitCode, output, words } = await askGit(root, ['check-ignore', ...by, '-z', '--stdin'], {
      // Read as a pathspec, where a colon at the beginning is no part of the name.
      input: paths.map((path) => `./${path}\0`).join(''),
      ...list,
      ...(signal ? { signal } : {}),
    });
    // 1 is not a failure: nothing is ignored.
    if (exitCode !== 0 && exitCode !== 1) throw new MiningError('refused', refusal(root, words).message);
    for (const path of records(output).map((record) => record.slice(2)))
      if (!ignored.has(path)) ignored.set(path, reasonOfList(list));
  }
  return (path) => ignored.get(path);
}

/** git looks for rules in every folder on the way to a path, and would wait for a pipe in their place. Returns how many there are. */
export function requireRuleFiles(
  top: string,
  paths: readonly string[],
  prefix: number,
  name: '.gitattributes' | '.gitignore',
): number {
  let count = 0;
  const folders = new Set(['']);
  for (const path of paths) {
    const inner = path.slice(prefix);
    for (
      let end = inner.lastIndexOf('/');
      end > 0 && !folders.has(inner.slice(0, end));
      end = inner.lastIndexOf('/', end - 1)
    )
      folders.add(inner.slice(0, end));
  }
  for (const folder of folders) {
    const path = join(top, folder, name);
    const stat = statOfEntry(path);
    if (stat !== undefined) count++;
    if (stat && !stat.isFile() && !stat.isSymbolicLink() && !stat.isDirectory()) throw unusable(path, 'a file');
  }
  return count;
}

/** The answer of the first rule that has one. */
export function firstOf(rules: readonly PathRule[]): PathRule {
  return (path) => {
    for (const rule of rules) {
      const reason = rule(path);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}
