/** What the user leaves out in every repository: git's lists of ignored files and of attributes that are in no repository. */
import { promises as fs } from 'node:fs';
import { devNull, homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { askGit, type GitOptions } from '../git/run.ts';
import { type OwnList, unusable } from './ignore.ts';

export interface OwnLists {
  readonly ignored: readonly OwnList[];
  /** The attributes that the user gives files everywhere, if any. */
  readonly attributes: Pick<GitOptions, 'attributesFile'>;
}

/**
 * The list that `core.excludesFile` names, and the user's own where the folder's configuration names another in its place: what somebody
 * ignores everywhere is not learned for that. Of attributes the user's own alone, which ours of the command line would replace otherwise. As
 * for rules, none may be a pipe.
 */
export async function ownLists(root: string, signal: AbortSignal | undefined): Promise<OwnLists> {
  const { ignored, attributes } = await placesOfLists(root, signal);
  for (const list of ignored) await isThere(root, list, 'core.excludesFile');
  return {
    ignored: ignored.map((list, i) => (i === 0 ? {} : { excludesFile: list ?? '' })),
    attributes: (await isThere(root, attributes, 'core.attributesFile')) ? { attributesFile: attributes } : {},
  };
}

/** Where these lists are, or would be. */
export async function pathsOfOwnLists(root: string): Promise<readonly string[]> {
  const { ignored, attributes } = await placesOfLists(root, undefined);
  return [...ignored.map((list) => list ?? usual('ignore')), attributes].map((path) => resolve(root, path));
}

interface Places {
  /** null: the usual one. */
  readonly ignored: readonly (string | null)[];
  readonly attributes: string;
}

async function placesOfLists(root: string, signal: AbortSignal | undefined): Promise<Places> {
  const named = await namedLists(root, signal);
  const [excludes, attributes] = [of(named, 'core.excludesfile'), of(named, 'core.attributesfile')];
  return {
    ignored: excludes.isReplaced ? [excludes.inForce, excludes.users ?? usual('ignore')] : [excludes.inForce],
    attributes: attributes.users ?? usual('attributes'),
  };
}

interface Named {
  readonly scope: string;
  readonly key: string;
  readonly path: string;
}

async function namedLists(root: string, signal: AbortSignal | undefined): Promise<readonly Named[]> {
  const keys = '^core\\.(excludesfile|attributesfile)$';
  const args = ['config', '-z', '--type=path', '--show-scope', '--get-regexp', keys] as const;
  const { output } = await askGit(root, args, signal ? { signal } : {});
  // <scope> <key>\n<path>; a later one counts before an earlier one
  const fields = output.toString('utf8').split('\0');
  const named: Named[] = [];
  for (let i = 0; i + 2 < fields.length; i += 2) {
    const [scope, entry] = fields.slice(i, i + 2) as [string, string];
    const end = entry.indexOf('\n');
    named.push({ scope, key: entry.slice(0, end), path: entry.slice(end + 1) });
  }
  return named;
}

/** `isReplaced`: the folder's configuration names the one in force. */
function of(
  named: readonly Named[],
  key: string,
): Record<'inForce' | 'users', string | null> & { isReplaced: boolean } {
  const isLocal = ({ scope }: Named): boolean => scope === 'local' || scope === 'worktree';
  const all = named.filter((one) => one.key === key);
  const last = all.at(-1);
  const users = all.findLast((one) => !isLocal(one))?.path ?? null;
  return { inForce: last?.path ?? null, users, isReplaced: last !== undefined && isLocal(last) };
}

/** gitignore(5), gitattributes(5): where git looks unless told otherwise. */
function usual(name: 'ignore' | 'attributes'): string {
  const { XDG_CONFIG_HOME: configuration, HOME: home } = process.env;
  return join(configuration || join(home || homedir(), '.config'), 'git', name);
}

async function isThere(root: string, named: string | null, key: string): Promise<boolean> {
  if (named === null || named === '' || named === devNull) return false;
  const path = resolve(root, named);
  const stat = await fs.stat(path).catch(() => null);
  if (stat && !stat.isFile() && !stat.isDirectory()) throw unusable(`${path}, which ${key} names,`, 'a file');
  return stat?.isFile() ?? false;
}
