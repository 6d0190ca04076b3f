/** Trees without a work tree, written object by object. */
import { execFileSync } from 'node:child_process';

function git(root: string, args: readonly string[], input = ''): string {
  const identity = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
  };
  return execFileSync('git', args, { cwd: root, input, encoding: 'utf8', env: { ...process.env, ...identity } }).trim();
}

/** Writes a tree with these lines, in the format of `git ls-tree`, and returns its id. */
export function treeOf(root: string, ...lines: readonly string[]): string {
  return git(root, ['mktree'], lines.map((line) => `${line}\n`).join(''));
}

/** Ten folders in each of ten folders in each …, with the tree `leaf` at the end of every path: few objects, countless paths. */
export function bomb(root: string, leaf: string, levels = 9): string {
  let id = leaf;
  for (let level = 0; level < levels; level++)
    id = treeOf(root, ...Array.from({ length: 10 }, (_, at) => `040000 tree ${id}\td${at}`));
  return id;
}

export function commitOf(root: string, tree: string, ...parents: readonly string[]): string {
  return git(root, ['commit-tree', tree, '-m', 'trees', ...parents.flatMap((parent) => ['-p', parent])]);
}

/** Trees with one file each, of the same name, and an empty one. */
export function leaves(root: string): { readonly one: string; readonly other: string; readonly empty: string } {
  const leafOf = (text: string): string =>
    treeOf(root, `100644 blob ${git(root, ['hash-object', '-w', '--stdin'], text)}\tf.ts`);
  return { one: leafOf('const one = 1;\n'), other: leafOf('const other = 2;\n'), empty: treeOf(root) };
}
