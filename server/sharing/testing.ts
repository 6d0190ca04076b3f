/** Real repositories for tests: a bare one as the team's remote, clones as people, adapters as the trainer writes them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AdapterStore, type StoredAdapter } from '../adapters/store.ts';
import { type AdapterSpec, adapterGguf, manifestFor, u32, u64 } from '../adapters/testing.ts';
import type { Manifest } from '../protocol/manifest.ts';
import type { ShareError } from './errors.ts';
import { type ShareOptions, TeamShare } from './teamShare.ts';

const TARGET = { name: 'blk.0.attn_q.weight', in: 16, out: 32 };
export const SPEC: AdapterSpec = { targets: [TARGET], rank: 16, alpha: 16 };
/** An adapter of two parts. */
const LARGE_TARGET = { name: 'blk.1.attn_q.weight', in: 132_000, out: 132_000 };
export const LARGE_SPEC: AdapterSpec = { ...SPEC, targets: [LARGE_TARGET] };
/** A base with a header only: the checks read no tensor data. */
const BASE = baseGguf([TARGET, LARGE_TARGET]);
export const BASE_SHA256 = createHash('sha256').update(BASE).digest('hex');

/** Changes the files of a shared commit. */
export type Edit = (files: Map<string, Buffer>) => void;

export class Team {
  readonly dir = mkdtempSync(join(tmpdir(), 'repotune-team-'));
  readonly remote = join(this.dir, 'remote.git');
  readonly basePath = join(this.dir, 'base.gguf');

  readonly #objectFormat: 'sha1' | 'sha256';
  readonly #people = new Map<string, Person>();

  /** `like`: copies another team's remote and people with all they have, which is faster than building them again. */
  constructor(objectFormat: 'sha1' | 'sha256' = 'sha1', like?: Team) {
    this.#objectFormat = objectFormat;
    if (like === undefined) {
      writeFileSync(this.basePath, BASE);
      cpSync(emptyRepository(this.#objectFormat, '--bare'), this.remote, { recursive: true });
      // Otherwise every push starts a process that looks whether there is something to collect.
      appendFileSync(join(this.remote, 'config'), configuration({ 'receive.autogc': 'false' }));
      return;
    }
    cpSync(like.dir, this.dir, { recursive: true });
    for (const name of like.#people.keys()) {
      const person = new Person(join(this.dir, name), this.basePath);
      const config = join(person.folder, '.git', 'config');
      writeFileSync(config, readFileSync(config, 'utf8').replace(like.#address, this.#address));
      this.#people.set(name, person);
    }
  }

  get #address(): string {
    return pathToFileURL(this.remote).href;
  }

  copy(): Team {
    return new Team(this.#objectFormat, this);
  }

  /** A clone with its own user: theirs where there is one, else a new one. */
  person(name: string, settings: Readonly<Record<string, string>> = {}): Person {
    const known = this.#people.get(name);
    if (known !== undefined) return known;
    const folder = join(this.dir, name);
    cpSync(emptyRepository(this.#objectFormat), folder, { recursive: true });
    appendFileSync(
      join(folder, '.git', 'config'),
      configuration({
        'remote.origin.url': this.#address,
        'remote.origin.fetch': '+refs/heads/*:refs/remotes/origin/*',
        'user.name': name,
        'user.email': `${name}@example.org`,
        'commit.gpgSign': 'false',
        ...settings,
      }),
    );
    const person = new Person(folder, this.basePath);
    this.#people.set(name, person);
    return person;
  }

  refs(): string[] {
    return git(this.remote, 'for-each-ref', '--format=%(refname)').split('\n').filter(Boolean);
  }

  /** Replaces the first published version by what an attacker with push access would put there. */
  tamper(edit: Edit, kind: 'manifest' | 'adapter'): void {
    const ref = this.refs().find((one) => one.includes(`/${kind}/`))!;
    const files = new Map(
      git(this.remote, 'ls-tree', '--name-only', ref)
        .split('\n')
        .filter(Boolean)
        .map((name) => [name, execFileSync('git', ['cat-file', 'blob', `${ref}:${name}`], { cwd: this.remote })]),
    );
    edit(files);
    const entries = [...files].map(([name, content]) => {
      const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], {
        cwd: this.remote,
        input: content,
        encoding: 'utf8',
      }).trim();
      return `100644 blob ${blob}\t${name}\n`;
    });
    const tree = execFileSync('git', ['mktree'], {
      cwd: this.remote,
      input: entries.join(''),
      encoding: 'utf8',
    }).trim();
    const commit = git(
      this.remote,
      '-c',
      'user.name=m',
      '-c',
      'user.email=m@example.org',
      'commit-tree',
      '-m',
      'x',
      tree,
    ).trim();
    git(this.remote, 'update-ref', ref, commit);
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export class Person {
  readonly folder: string;
  readonly #basePath: string;

  constructor(folder: string, basePath: string) {
    this.folder = folder;
    this.#basePath = basePath;
  }

  async share(changes: Partial<ShareOptions> = {}): Promise<TeamShare> {
    return await TeamShare.open({
      folder: this.folder,
      signatures: 'off',
      findBase: async (sha256) => (sha256 === BASE_SHA256 ? this.#basePath : null),
      ...changes,
    });
  }

  /** Puts an adapter into this person's store. */
  async tuned(id: string, spec: AdapterSpec = SPEC, changes: Partial<Manifest> = {}): Promise<StoredAdapter> {
    const file = join(this.folder, `${id}.gguf`);
    writeFileSync(file, adapterGguf(spec));
    const manifest = await manifestFor(id, file, changes);
    const base = { ...manifest.base, sha256: BASE_SHA256, ...changes.base };
    return await (await AdapterStore.of(this.folder)).add({
      manifest: { ...manifest, base },
      adapterFile: file,
      report: { of: id },
    });
  }
}

/** By what `git init` was told. To be copied: a test makes many, and starting git costs more than copying a few files. */
const emptyRepositories = new Map<string, string>();

function emptyRepository(objectFormat: string, ...more: readonly string[]): string {
  const key = [objectFormat, ...more].join();
  const known = emptyRepositories.get(key);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'repotune-empty-'));
  git(folder, 'init', '--quiet', '--template=', '--initial-branch=main', `--object-format=${objectFormat}`, ...more);
  emptyRepositories.set(key, folder);
  return folder;
}

/** Settings such as `gpg.ssh.program`, as git writes them. */
function configuration(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => {
      const [section, ...rest] = key.split('.');
      const name = rest.pop();
      const subsection = rest.length > 0 ? ` ${JSON.stringify(rest.join('.'))}` : '';
      return `[${section}${subsection}]\n\t${name} = ${JSON.stringify(value)}\n`;
    })
    .join('');
}

export const agree = async (): Promise<boolean> => true;

export function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync('git', [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function baseGguf(targets: AdapterSpec['targets']): Buffer {
  const text = (value: string): Buffer => Buffer.concat([u64(value.length), Buffer.from(value)]);
  const tensors = targets.map(({ name, in: columns, out }) =>
    Buffer.concat([text(name), u32(2), u64(columns), u64(out), u32(0), u64(0)]),
  );
  return Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(0), ...tensors, Buffer.alloc(4096)]);
}

export function editJson(
  files: Map<string, Buffer>,
  name: string,
  edit: (value: Record<string, object>) => void,
): void {
  const value = JSON.parse(files.get(name)!.toString());
  edit(value);
  files.set(name, Buffer.from(JSON.stringify(value)));
}

export function writeHook(dir: string, name: string, text: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, name), text);
  chmodSync(join(dir, name), 0o755);
}

/** What went wrong, as `problem: sentence`; `none` if nothing did. */
export async function problem(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'none',
    (error: ShareError) => `${error.problem}: ${error.message}`,
  );
}

export function storeOf(person: Person): Promise<AdapterStore> {
  return AdapterStore.of(person.folder);
}
