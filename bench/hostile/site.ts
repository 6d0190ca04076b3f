/** The sandbox of one room: its own home, canary programs that leave a trace, and files beside the repository that must not be touched. */
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HostileRepository } from './repository.ts';
import { markOf, moduleOf } from './text.ts';

/** Private files of the home. */
export const HOME_FILES = ['.ssh/id_ed25519', '.bashrc', '.netrc'] as const;

/** A program that ran, and its arguments. */
export interface Fired {
  readonly label: string;
  readonly cwd: string;
  readonly args: string;
}

export class Site {
  readonly root: string;
  /** Files of the user outside the repository. */
  readonly outside: string;
  readonly home: string;
  readonly data: string;
  /** Output of a step for the judge. */
  readonly learned: string;
  readonly temporary: string;
  readonly #log: string;
  #read = 0;

  constructor(root: string) {
    this.root = root;
    this.outside = join(root, 'outside');
    this.home = join(root, 'home');
    this.data = join(root, 'data');
    this.learned = join(root, 'learned');
    this.temporary = join(root, 'tmp');
    this.#log = join(root, 'attacker', 'fired.log');
    for (const folder of [this.learned, this.temporary, this.data]) mkdirSync(folder, { recursive: true });
    this.write(this.#log, '');
    this.write(join(this.home, 'gitconfig'), '[user]\n\tname = A Person\n\temail = person@example.org\n');
    for (const file of HOME_FILES) {
      const mark = markOf(`${root} ${file}`);
      this.outsideMarks.set(mark, file);
      this.write(join(this.home, file), `# ${mark}\n`);
    }
    for (const name of ['private', 'ledger', 'index']) this.#ownModule(`source/${name}.ts`);
    this.#ownModule('notes.ts');
    this.#ownModule('.env');
  }

  /** Marks of the files outside: whatever shows one has read it. */
  readonly outsideMarks = new Map<string, string>();

  /** A file of the user with a mark, below {@link outside}. */
  #ownModule(path: string): void {
    const mark = markOf(`${this.root} ${path}`);
    this.outsideMarks.set(mark, path);
    this.write(join(this.outside, path), moduleOf(mark));
  }

  write(path: string, content: string | Uint8Array, mode?: number): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    if (mode !== undefined) chmodSync(path, mode);
  }

  /** A repository below the room's `work`, with an honest history unless told otherwise. */
  repository(name = 'project'): HostileRepository {
    return new HostileRepository(join(this.root, 'work', name));
  }

  /** Path of a program that leaves a trace with its label. */
  canary(label: string): string {
    return this.plant(join(this.root, 'attacker', 'bin', label.replaceAll(/[^\w.-]+/g, '-')), label);
  }

  /** Makes `path` such a program. It uses only shell built-ins, to leave its trace under any PATH. */
  plant(path: string, label: string): string {
    const script = `#!/bin/sh\nprintf 'FIRED\\t%s\\t%s\\t%s\\n' '${label}' "$PWD" "$*" >> '${this.#log}'\nexit 0\n`;
    this.write(path, script, 0o755);
    return path;
  }

  /** The trace of an attack other than a program. */
  plantTrace(label: string): void {
    appendFileSync(this.#log, `FIRED\t${label}\t\t\n`);
  }

  /** What ran since the last call. */
  fired(): Fired[] {
    const text = readFileSync(this.#log, 'utf8');
    const news = text.slice(this.#read);
    this.#read = text.length;
    return news
      .split('\n')
      .filter((line) => line.startsWith('FIRED\t'))
      .map((line) => {
        const [, label = '', cwd = '', args = ''] = line.split('\t');
        return { label, cwd, args };
      });
  }

  /** The environment of the user of this home; `proxy` receives all traffic that would leave the machine. */
  environment(proxy: string, changes: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'] ?? '',
      LANG: 'C.UTF-8',
      HOME: this.home,
      XDG_CONFIG_HOME: join(this.home, '.config'),
      XDG_CACHE_HOME: join(this.home, '.cache'),
      XDG_DATA_HOME: join(this.home, '.local', 'share'),
      XDG_STATE_HOME: join(this.home, '.local', 'state'),
      XDG_RUNTIME_DIR: this.temporary,
      TMPDIR: this.temporary,
      REPOTUNE_DATA: this.data,
      GIT_CONFIG_GLOBAL: join(this.home, 'gitconfig'),
      GIT_CONFIG_NOSYSTEM: '1',
      http_proxy: proxy,
      https_proxy: proxy,
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      ALL_PROXY: proxy,
      ...changes,
    };
  }
}
