import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { runGit } from './git.ts';
import { IgnoreRules } from './ignorePattern.ts';

/** Why a path is to be left out by the user's own word; undefined when it is not. */
export type PathRule = (path: string) => string | undefined;

/** `.repotuneignore` at the repository's top, in gitignore syntax. */
export async function readIgnoreFile(root: string): Promise<PathRule> {
  const text = await fs.readFile(join(root, '.repotuneignore'), 'utf8').catch(() => null);
  if (text === null) return () => undefined;
  const rules = new IgnoreRules(text);
  return (path) => (rules.ignores(path) ? '.repotuneignore' : undefined);
}

const attributes = {
  'linguist-generated': 'generated (.gitattributes)',
  'linguist-vendored': 'vendored (.gitattributes)',
} as const;

/**
 * `linguist-generated` and `linguist-vendored` of .gitattributes, as git itself reads them. `tree`: the git work tree as a path
 * from `root`, '' for the root; `paths` outside it have no say.
 */
export async function readAttributes(
  root: string,
  tree: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<PathRule> {
  const from = tree === '' ? '' : `${tree}/`;
  const own = paths.filter((path) => path.startsWith(from));
  // Asking git costs 100 ms for 10,000 paths: not without need.
  if (!own.some((path) => path.endsWith('/.gitattributes') || path === '.gitattributes')) return () => undefined;
  const output = await runGit(join(root, tree), ['check-attr', '-z', '--stdin', ...Object.keys(attributes)], {
    input: own.map((path) => `${path.slice(from.length)}\0`).join(''),
    ...(signal ? { signal } : {}),
  });
  const reasons = new Map<string, string>();
  const fields = output?.toString('utf8').split('\0') ?? [];
  // <path> <attribute> <value>; a later answer is a later attribute
  for (let i = 0; i + 2 < fields.length; i += 3) {
    const [path, attribute, value] = fields.slice(i, i + 3) as [string, keyof typeof attributes, string];
    if (value === 'set' || value === 'true') reasons.set(from + path, attributes[attribute]);
  }
  return (path) => reasons.get(path);
}

/** What the first rule that says anything says. */
export function firstOf(rules: readonly PathRule[]): PathRule {
  return (path) => {
    for (const rule of rules) {
      const reason = rule(path);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}
