/** Traps for tests: a repository whose configuration names a program that leaves a mark when it runs. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commitStream, moduleText } from '../mining/testing.ts';

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Ada Dev',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada Dev',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

export class Trap {
  readonly dir = mkdtempSync(join(tmpdir(), 'repotune-trap-'));
  readonly folder = join(this.dir, 'folder');
  /** A program that leaves a mark. */
  readonly program = join(this.dir, 'canary.sh');
  readonly #mark = join(this.dir, 'ran');

  /** `template`: a repository to copy; an empty folder by default. */
  constructor(template?: string) {
    if (template === undefined) mkdirSync(this.folder);
    else cpSync(template, this.folder, { recursive: true });
    writeFileSync(this.program, `#!/bin/sh\necho "$0 $*" >> ${this.#mark}\nexit 1\n`);
    chmodSync(this.program, 0o755);
  }

  get sprung(): string {
    return existsSync(this.#mark) ? readFileSync(this.#mark, 'utf8') : '';
  }

  reset(): void {
    rmSync(this.#mark, { force: true });
  }

  write(path: string, content: string, mode = 0o644): this {
    const full = join(this.folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content, { mode });
    return this;
  }

  config(...settings: readonly (readonly [string, string])[]): this {
    for (const [name, value] of settings) this.must(['config', '--add', name, value]);
    return this;
  }

  commit(message = 'change'): this {
    this.must(['add', '--all']);
    this.must(['commit', '--quiet', '--no-verify', '-m', message]);
    return this;
  }

  /** Plain git, without our restrictions. */
  plain(
    args: readonly string[],
    { input = '', env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {},
  ): SpawnSyncReturns<string> {
    return spawnSync('git', args, {
      cwd: this.folder,
      env: { ...process.env, ...IDENTITY, ...env },
      input,
      encoding: 'utf8',
      timeout: 20_000,
    });
  }

  must(args: readonly string[], input = ''): string {
    const { status, stdout, stderr } = this.plain(args, { input });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Modules with a history that changes each once. The default size is enough for mining to accept. */
export function ordinaryRepository(modules = 8, functions = 8): Trap {
  const trap = new Trap();
  trap.must(['init', '--quiet', '--initial-branch=main']);
  const names = [...'abcdefgh'].slice(0, modules);
  const text = (name: string): string => moduleText(`part${name}`, functions);
  const changes = names.map((name) => {
    const more = `export const limit${name} = compute(${name.charCodeAt(0) * 31}, 'limit of part ${name}');\n`;
    return { message: `Set the limit of ${name}`, files: [[`src/${name}.ts`, `${text(name)}\n${more}`] as const] };
  });
  const first = { message: 'first', files: names.map((name) => [`src/${name}.ts`, text(name)] as const) };
  const seconds = Math.floor(Date.now() / 1000);
  trap.must(['fast-import', '--quiet'], [first, ...changes].map((one) => commitStream(one, seconds)).join(''));
  trap.must(['reset', '--quiet', '--hard']);
  return trap;
}
