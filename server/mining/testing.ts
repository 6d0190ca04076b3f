import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const NO_SETTINGS = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

/** What is committed: paths with what is written there. */
export interface Commit {
  readonly message: string;
  readonly files: Iterable<readonly [path: string, text: string]>;
}

/** For `git fast-import`, as `git commit` would have made it on the branch main. */
export function commitStream({ message, files }: Commit, seconds: number): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const written = Array.from(files, ([path, text]) => `M 100644 inline ${path}\n${data(text)}`);
  const head = `commit refs/heads/main\ncommitter Ada Dev <ada@example.com> ${seconds} +0000\n`;
  return `${head}${data(`${message}\n`)}${written.join('')}`;
}

/** A throw-away folder for tests, with git inside unless told otherwise. */
export class ScratchRepository {
  readonly root = mkdtempSync(join(tmpdir(), 'repotune-mining-'));

  constructor(options: { readonly git: boolean } = { git: true }) {
    if (options.git) this.git('init', '--quiet', '--initial-branch=main');
  }

  write(path: string, content: string | Uint8Array): this {
    const full = join(this.root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
    return this;
  }

  /** Dates count up from a fixed one, so that equal content gives equal commit ids. */
  #seconds = 1_700_000_000;

  commit(message = 'change', author = 'Ada Dev <ada@example.com>'): this {
    this.git('add', '--all');
    this.#seconds += 60;
    const date = `${this.#seconds} +0000`;
    const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(author) ?? [];
    const identity = {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    };
    this.git(['commit', '--quiet', '--allow-empty', '-m', message], {
      ...identity,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    });
    return this;
  }

  /** {@link write} and {@link commit} for each in turn, in three processes instead of two per commit. */
  commits(list: readonly Commit[]): this {
    const stream = list.map((one, at) => commitStream(one, this.#seconds + 60 * (at + 1))).join('');
    this.#seconds += 60 * list.length;
    execFileSync('git', ['fast-import', '--quiet'], {
      cwd: this.root,
      env: { ...process.env, ...NO_SETTINGS },
      input: stream,
    });
    this.git('reset', '--quiet', '--hard');
    return this;
  }

  git(...args: readonly string[] | [readonly string[], Record<string, string>]): string {
    const [list, env] = (Array.isArray(args[0]) ? args : [args, {}]) as [readonly string[], Record<string, string>];
    // Without the maintenance check, a commit takes a third of the time.
    return execFileSync('git', ['-c', 'commit.gpgsign=false', '-c', 'maintenance.auto=false', ...list], {
      cwd: this.root,
      env: { ...process.env, ...NO_SETTINGS, ...env },
      encoding: 'utf8',
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A TypeScript module with `functions` functions, different for each `seed`. */
export function moduleText(seed: string, functions = 8): string {
  return Array.from({ length: functions }, (_, i) => {
    const name = `${seed}${i}`;
    return [
      `export function ${name}Total(items: readonly number[], ${name}Rate: number): number {`,
      `  let total = ${i * 7 + seed.length};`,
      '  for (const item of items) {',
      `    if (item > ${i}) {`,
      `      total += item * ${name}Rate;`,
      '    } else {',
      `      total -= item + ${i + 3};`,
      '    }',
      '  }',
      `  return Math.round(total / ${i + 1});`,
      '}',
      '',
    ].join('\n');
  }).join('\n');
}
