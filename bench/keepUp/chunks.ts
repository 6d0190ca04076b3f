/** A history cut into chunks of commits, and a clone checked out at one of them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export class History {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** A clone of `from` at `to`, made once. */
  static of(from: string, to: string): History {
    if (!existsSync(to)) git(undefined, 'clone', '--quiet', '--no-checkout', '--', from, to);
    return new History(to);
  }

  /**
   * The boundaries of `chunks` chunks of the newest `commits` first-parent commits, oldest first: chunk i is between the i-th and the next
   * of these commits.
   */
  cuts(commits: number, chunks: number): string[] {
    const all = git(this.folder, 'rev-list', '--first-parent', `--max-count=${commits + 1}`, 'origin/HEAD').split('\n');
    const ids = all.reverse();
    if (ids.length < 2 * chunks + 1)
      throw new Error(`${this.folder} has ${ids.length - 1} commits, too few for ${chunks} chunks. Ask for fewer.`);
    return Array.from({ length: chunks + 1 }, (_, i) => ids[Math.round((i * (ids.length - 1)) / chunks)]!);
  }

  dayOf(commit: string): string {
    return git(this.folder, 'show', '--no-patch', '--format=%cs', commit);
  }

  standAt(commit: string): void {
    git(this.folder, 'checkout', '--quiet', '--force', '--detach', commit);
    git(this.folder, 'clean', '--quiet', '--force', '-d', '-x');
  }
}

function git(cwd: string | undefined, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 64 << 20 });
  if (status !== 0) throw new Error(`git ${args.join(' ')} failed: ${stderr.trim()}`);
  return stdout.trim();
}
