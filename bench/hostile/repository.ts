/** A repository prepared by an attacker: any file, any configuration, any object. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markOf, moduleOf } from './text.ts';

const FIRST_COMMIT_SECONDS = 1_700_000_000;

/** Git's environment while a room is built: nothing of the user who runs the check. */
export const BUILDING = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Mallory',
  GIT_AUTHOR_EMAIL: 'mallory@example.org',
  GIT_COMMITTER_NAME: 'Mallory',
  GIT_COMMITTER_EMAIL: 'mallory@example.org',
};

export class HostileRepository {
  readonly root: string;
  #seconds = FIRST_COMMIT_SECONDS;
  #count = 0;

  constructor(root: string, options: readonly string[] = []) {
    this.root = root;
    mkdirSync(root, { recursive: true });
    this.git('init', '--quiet', '--initial-branch=main', ...options);
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  write(path: string, content: string | Uint8Array): this {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
    return this;
  }

  git(...args: readonly string[]): string {
    return this.gitWith(args);
  }

  /** Git's output without the trailing newline. */
  gitWith(args: readonly string[], input?: string | Uint8Array, more: Readonly<Record<string, string>> = {}): string {
    const date = `${this.#seconds} +0000`;
    return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], {
      cwd: this.root,
      env: { ...process.env, ...BUILDING, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, ...more },
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(input === undefined ? {} : { input }),
    }).replace(/\n$/, '');
  }

  /** Even if git made it read-only. */
  overwrite(path: string, content: string): void {
    chmodSync(path, 0o644);
    writeFileSync(path, content);
  }

  /** Commits the index, whatever is on disk. */
  commitTree(message: string): this {
    const commit = this.git('commit-tree', '-p', 'HEAD', '-m', message, this.git('write-tree'));
    this.git('update-ref', 'refs/heads/main', commit);
    return this;
  }

  /** Advances the time by an hour per commit, so that history spans days. */
  commit(message = `change ${++this.#count}`): this {
    this.git('add', '--all');
    return this.commitIndex(message);
  }

  commitIndex(message: string): this {
    this.#seconds += 3600;
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this;
  }

  /** Honest modules, and commits that add and change files: enough to be mined, too little for long training. */
  honest(files = 10): this {
    for (let at = 0; at < files; at++) this.write(`src/part${at}.ts`, moduleOf(this.markOf(`src/part${at}.ts`), 8));
    this.commit('first');
    for (let at = 0; at < 4; at++) {
      this.write(`src/later${at}.ts`, moduleOf(this.markOf(`src/later${at}.ts`), 7));
      for (let more = 1; more <= Math.min(4, files); more++) this.grow(`src/part${files - more}.ts`);
      this.commit();
    }
    return this;
  }

  /** Appends a function to an existing file. */
  grow(path: string): this {
    appendFileSync(this.path(path), `\n${moduleOf(this.markOf(`${path} ${++this.#count}`), 1)}`);
    return this;
  }

  /** Two commits that touch all honest files: these are what a split by time holds out, whatever came before. */
  settle(): this {
    const paths = this.git('ls-files', '-z', '*part[0-9]*.ts').split('\0').filter(Boolean);
    for (let round = 0; round < 2; round++) {
      for (const path of paths) this.grow(path);
      this.commit();
    }
    return this;
  }

  /** The mark of the honest module at `path`. */
  markOf(path: string): string {
    return markOf(`${this.root} honest ${path}`);
  }

  /** Appends to `.git/config`, without calling git, which would read it. */
  configure(text: string): this {
    appendFileSync(this.path('.git', 'config'), `${text}\n`);
    return this;
  }

  head(): string {
    return this.git('rev-parse', 'HEAD');
  }

  #missing: string | null = null;

  /** Turns this into a clone with a promisor pack that lacks a blob of history; returns the blob's id. */
  dropBlob(): string {
    if (this.#missing !== null) return this.#missing;
    const blob = this.git('rev-parse', 'HEAD:src/part0.ts');
    this.write('src/part0.ts', `${this.git('cat-file', '-p', blob)}\n// once more\n`).commit();
    const all = this.git('rev-list', '--objects', '--all', '--no-object-names').split('\n');
    const kept = all.filter((id) => id !== blob);
    const pack = this.gitWith(['pack-objects', '--quiet', '.git/objects/pack/pack'], `${kept.join('\n')}\n`);
    this.write(`.git/objects/pack/pack-${pack}.promisor`, '');
    this.git('prune-packed', '--quiet');
    rmSync(this.path('.git', 'objects', blob.slice(0, 2), blob.slice(2)), { force: true });
    this.#missing = blob;
    return blob;
  }

  readonly #inner = new Map<string, HostileRepository>();

  /** A submodule with its own `.git` in the worktree, the old style; it advances with two commits of this repository. */
  submodule(path: string): HostileRepository {
    const known = this.#inner.get(path);
    if (known !== undefined) return known;
    const inner = new HostileRepository(this.path(path)).honest(2);
    this.#inner.set(path, inner);
    this.write('.gitmodules', `[submodule "${path}"]\n\tpath = ${path}\n\turl = ext::sh -c true\n`);
    this.commit('a submodule');
    inner.write('src/part1.ts', moduleOf(inner.markOf('again'))).commit();
    return this.commit('its next version') && inner;
  }
}
