/** Queries to git in a folder, and parsing of its answers. */
import type { GitArguments } from './commands.ts';
import { askGit, type GitOptions } from './run.ts';

/** git's output, or null when it exits with an error. */
export async function runGit(cwd: string, args: GitArguments, options: GitOptions = {}): Promise<Buffer | null> {
  const { ok, output } = await askGit(cwd, args, options);
  return ok ? output : null;
}

/** As {@link runGit} without input. */
export function git(cwd: string, args: GitArguments, signal?: AbortSignal): Promise<Buffer | null> {
  return runGit(cwd, args, signal ? { signal } : {});
}

/** As {@link runGit}, as trimmed text. */
export async function gitText(cwd: string, args: GitArguments, signal?: AbortSignal): Promise<string | null> {
  return (await git(cwd, args, signal))?.toString('utf8').trim() ?? null;
}

/** The NUL-separated records of a `-z` answer. */
export function records(output: Buffer): string[] {
  return output.toString('utf8').split('\0').slice(0, -1);
}
