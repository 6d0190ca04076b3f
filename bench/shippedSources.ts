/** Real code available on every machine after `npm ci`: sources shipped by our dependencies, as git repositories. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packageRoot } from '../server/storage/paths.ts';

const modules = join(packageRoot, 'node_modules');

const sets = {
  msal: ['@azure/msal-browser', '@azure/msal-common', '@azure/msal-node'],
  huggingface: ['@huggingface/hub', '@huggingface/tasks', '@huggingface/jinja'],
  tools: ['zod'],
} as const;
export const shippedSets = [...Object.keys(sets), 'llama.cpp'] as readonly string[];

export class ShippedSources {
  readonly #root = mkdtempSync(join(tmpdir(), 'repotune-sources-'));

  /** The folder of a git worktree with one commit. */
  repository(name: string): string {
    const folder = join(this.#root, name);
    if (name === 'llama.cpp') {
      git(
        this.#root,
        '-c',
        'init.defaultBranch=main',
        '-c',
        'advice.detachedHead=false',
        'clone',
        '--quiet',
        join(modules, 'node-llama-cpp', 'llama', 'gitRelease.bundle'),
        folder,
      );
      return folder;
    }
    const packages = sets[name as keyof typeof sets] as readonly string[] | undefined;
    if (!packages) throw new Error(`No such set of sources: ${name}. There are ${shippedSets.join(', ')}.`);
    mkdirSync(folder);
    for (const one of packages)
      cpSync(join(modules, one, 'src'), join(folder, basename(one), 'src'), { recursive: true });
    commitAsShipped(folder);
    return folder;
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** Turns a folder into a repository with one commit. `addFlags`: passed to `git add`. */
export function commitAsShipped(folder: string, ...addFlags: readonly string[]): void {
  const author = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '--all', ...addFlags);
  git(folder, ...author, 'commit', '--quiet', '-m', 'sources as shipped');
}

/** A fixed date: the first commit's id determines which files are held out, which must be the same in every run. */
const WHEN = { GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' };

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync('git', args, { cwd, env: { ...process.env, ...WHEN }, stdio: ['ignore', 'ignore', 'inherit'] });
}
