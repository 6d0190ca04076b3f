/**
 * A bare repository inside the adapter store for what is on its way to or from the team's remote. Nothing is fetched into the user's own
 * repository, and none of its configuration, hooks or attributes apply. It is a cache: if it is damaged, or not as we made it, it is
 * recreated.
 */
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PROTOCOLS_FROM_HTTPS, SSH_OPTIONS } from '../git/environment.ts';
import { type RemoteOptions, runRemote } from '../git/remoteGit.ts';
import type { GitAnswer } from '../git/run.ts';
import { removeAll } from '../storage/patient.ts';
import { readBounded } from '../storage/readBounded.ts';
import { readIfThere } from '../storage/readIfThere.ts';
import { writeAside } from '../storage/writeAside.ts';
import { GitFailed } from './errors.ts';
import { ANSWER_SECONDS, STILL_SECONDS, UNFETCHABLE } from './limits.ts';
import { isMadeHere, MADE_HERE, markMadeHere } from './madeHere.ts';

/** The git configuration needed to commit, sign and verify as the user. */
export interface Identity {
  readonly name: string;
  readonly email: string;
  readonly signingKey: string;
  /** `openpgp`, `ssh` or `x509`. */
  readonly signingFormat: string;
  readonly sign: boolean;
  /** The ssh of the user's own configuration, with its options; '' for the one that git finds. */
  readonly sshCommand: string;
  readonly allowedSigners: string;
  /** List of ssh keys that count no longer (ssh-keygen(1), -k); '' for none. */
  readonly revokedKeys: string;
  /** That of the folder's repository, and so of its remote: git transfers nothing between the two formats. */
  readonly objectFormat: 'sha1' | 'sha256';
}

/** Commits without their parents, one a line. */
const SHALLOW = 'shallow';

const EXPECTED = new Set([
  MADE_HERE,
  'HEAD',
  'config',
  'objects',
  'refs',
  'packed-refs',
  'FETCH_HEAD',
  'ORIG_HEAD',
  SHALLOW,
  'info',
  UNFETCHABLE,
]);

const MOST_CONFIG_BYTES = 64 * 1024;
const MOST_SHALLOW_BYTES = 16 * 2 ** 20;

export class PrivateRepository {
  readonly dir: string;
  /** Whose signatures count. */
  readonly trust: Pick<Identity, 'allowedSigners' | 'revokedKeys'>;
  readonly #ssh: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal | undefined;
  /** Told what a remote is waited for. */
  readonly onWait: (sentence: string) => void;

  private constructor(
    dir: string,
    trust: PrivateRepository['trust'],
    ssh: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
    onWait: (sentence: string) => void,
  ) {
    this.dir = dir;
    this.trust = trust;
    this.#ssh = ssh;
    this.#signal = signal;
    this.onWait = onWait;
  }

  /** The caller holds the lock on `dir`. */
  static async open(
    dir: string,
    identity: Identity,
    signal?: AbortSignal,
    onWait: (sentence: string) => void = () => {},
  ): Promise<PrivateRepository> {
    if (!(await isAsMade(dir, identity))) await removeAll(dir);
    await removeLocks(dir);
    await make(dir, identity);
    const repository = new PrivateRepository(dir, identity, ownSsh(identity), signal, onWait);
    if (await repository.#isWhole()) return repository;
    await removeAll(dir);
    await make(dir, identity);
    return repository;
  }

  /** Whether the commit of every ref is there: git would fetch none of them again, so that nobody could read them any more. */
  async #isWhole(): Promise<boolean> {
    const [refs, commits] = [
      ['for-each-ref', '--format=%(objectname)'],
      ['cat-file', '--batch-check'],
    ] as const;
    const listed = await this.#answer(refs, {});
    // An empty ref, as a power failure leaves it, is only a warning here; no other can take its place.
    if (!listed.ok || /broken ref/.test(listed.words)) return false;
    if (listed.output.length === 0) return true;
    const found = await this.#answer(commits, { input: listed.output.toString('utf8') });
    return found.ok && !/ missing$/m.test(found.output.toString('utf8'));
  }

  /** The same repository, with commands that this signal ends too. */
  abortable(signal: AbortSignal): PrivateRepository {
    return new PrivateRepository(
      this.dir,
      this.trust,
      this.#ssh,
      this.#signal === undefined ? signal : AbortSignal.any([this.#signal, signal]),
      this.onWait,
    );
  }

  /** Deletes what a fetch that was ended has left, which may be large. */
  async removeUnfinished(): Promise<void> {
    await removeLocks(this.dir);
  }

  /**
   * git notes whatever it fetches here as having parents elsewhere, and no host takes what is noted so: that of a version made here which
   * was fetched too, and deleted at the remote since. `commits`: made here, without parents.
   */
  async forgetFetched(commits: readonly string[]): Promise<void> {
    const path = join(this.dir, SHALLOW);
    const noted = (await readIfThere(path, MOST_SHALLOW_BYTES)) ?? '';
    const left = noted.split('\n').filter((line) => !commits.includes(line));
    if (left.join('\n') !== noted) await writeAside(path, left.join('\n'));
  }

  async run(...args: readonly string[]): Promise<string> {
    return await this.#text(args, {});
  }

  /** A query to a remote, which must start answering within seconds. */
  async ask(...args: readonly string[]): Promise<string> {
    // git's http helper outlives a killed git, so it must give up by itself.
    const slow = ['-c', 'http.lowSpeedLimit=1', '-c', `http.lowSpeedTime=${ANSWER_SECONDS - 1}`];
    const onSilence = (seconds: number): void =>
      this.onWait(`The remote has said nothing for ${seconds} seconds. Waiting for ${ANSWER_SECONDS} at most.`);
    return await this.#text([...slow, ...args], { silentMs: ANSWER_SECONDS * 1000, onSilence });
  }

  /** `git commit-tree` takes its dates only from the environment. `null` for the present. */
  async runAt(authored: string, committed: string | null, ...args: readonly string[]): Promise<string> {
    const now = committed === null ? {} : { GIT_COMMITTER_DATE: committed };
    return await this.#text(args, { environment: { GIT_AUTHOR_DATE: authored, ...now } });
  }

  async runWithInput(input: string, ...args: readonly string[]): Promise<string> {
    return await this.#text(args, { input });
  }

  /** `onWords`: called with what git says meanwhile. */
  async runHeard(onWords: (words: string) => void, ...args: readonly string[]): Promise<string> {
    return await this.#text(args, { onWords });
  }

  /** Output of `git cat-file --batch` or `--batch-check`. */
  async catFile(input: string, option: '--batch' | '--batch-check'): Promise<Buffer> {
    return await this.#bytes(['cat-file', option], { input });
  }

  async #text(args: readonly string[], options: RemoteOptions): Promise<string> {
    return (await this.#bytes(args, options)).toString('utf8').trim();
  }

  /** @throws {GitFailed} with git's stdout and stderr: `push --porcelain` reports rejections on stdout. */
  async #bytes(args: readonly string[], options: RemoteOptions): Promise<Buffer> {
    const { ok, output, words } = await this.#answer(args, options);
    if (!ok) throw new GitFailed(`${output.toString('utf8')}\n${words}`.trim() || `git ${args[0]} failed`);
    return output;
  }

  async #answer(args: readonly string[], options: RemoteOptions): Promise<GitAnswer> {
    const signal = this.#signal === undefined ? {} : { signal: this.#signal };
    const isHttps = args.some((arg) => /^https:/i.test(arg));
    const protocols = isHttps ? { GIT_ALLOW_PROTOCOL: PROTOCOLS_FROM_HTTPS } : {};
    const environment = { ...this.#ssh, ...protocols, ...options.environment };
    return await runRemote(this.dir, args, { ...options, environment, ...signal });
  }
}

async function make(dir: string, identity: Identity): Promise<void> {
  await mkdir(join(dir, 'objects'), { recursive: true });
  await mkdir(join(dir, 'refs'), { recursive: true });
  await writeAside(join(dir, 'HEAD'), 'ref: refs/heads/none\n');
  await writeAside(join(dir, 'config'), configuration(identity));
  await markMadeHere(dir);
}

/** OpenSSH alone has these options, so another program that the user has in its place is not used. */
const IS_OPENSSH = /(?:^|[\\/'"])ssh(?:\.exe)?['"]?(?:\s|$)/i;

/** On Windows it is often the system's, whose agent git's own ssh cannot ask. */
function ownSsh({ sshCommand }: Identity): Record<string, string> {
  return IS_OPENSSH.test(sshCommand) ? { GIT_SSH_COMMAND: `${sshCommand} ${SSH_OPTIONS}` } : {};
}

const SHA256 = '\tobjectFormat = "sha256"\n';

function configuration(identity: Identity): string {
  const { name, email, signingKey, signingFormat, sign, allowedSigners, revokedKeys, objectFormat } = identity;
  const sections: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    [
      'core',
      [
        ['repositoryFormatVersion', objectFormat === 'sha1' ? '0' : '1'],
        ['bare', 'true'],
        ['hooksPath', '/dev/null'],
        ['fsmonitor', 'false'],
        ['attributesFile', '/dev/null'],
        ['logAllRefUpdates', 'false'],
        // Weights hardly compress, and trying takes seconds per part.
        ['compression', '0'],
        // Larger ones, which are not ours, are not read into memory.
        ['bigFileThreshold', '64m'],
      ],
    ],
    ['extensions', objectFormat === 'sha1' ? [] : [['objectFormat', objectFormat]]],
    [
      'fetch',
      [
        // Not `transfer`, which counts only where the user has set nothing here.
        ['fsckObjects', 'true'],
        ['unpackLimit', '1'],
        ['recurseSubmodules', 'false'],
        ['writeCommitGraph', 'false'],
      ],
    ],
    // What is written and read here is UTF-8, whatever the user's terminal shows.
    [
      'i18n',
      [
        ['commitEncoding', 'UTF-8'],
        ['logOutputEncoding', 'UTF-8'],
      ],
    ],
    ['gc', [['auto', '0']]],
    ['maintenance', [['auto', 'false']]],
    ['credential', [['interactive', 'false']]],
    [
      'http',
      [
        ['lowSpeedLimit', '1'],
        ['lowSpeedTime', String(STILL_SECONDS)],
      ],
    ],
    ['protocol', [['allow', 'never']]],
    ...['https', 'http', 'ssh', 'file'].map((one) => [`protocol "${one}"`, [['allow', 'always']]] as const),
    ['user', [['name', name], ['email', email], ...optional('signingKey', signingKey)]],
    ['commit', [['gpgSign', String(sign)]]],
    [
      'push',
      [
        ['gpgSign', 'false'],
        ['followTags', 'false'],
      ],
    ],
    ['gpg', optional('format', signingFormat)],
    ['gpg "ssh"', [...optional('allowedSignersFile', allowedSigners), ...optional('revocationFile', revokedKeys)]],
  ];
  return sections
    .map(
      ([section, entries]) =>
        `[${section}]\n${entries.map(([key, value]) => `\t${key} = ${quoted(value)}\n`).join('')}`,
    )
    .join('');
}

function optional(key: string, value: string): [string, string][] {
  return value === '' ? [] : [[key, value]];
}

function quoted(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would begin another setting
  return `"${value.replace(/[\x00-\x1f\x7f]/g, ' ').replace(/["\\]/g, '\\$&')}"`;
}

/** Files such as `commondir` or `objects/info/alternates` would make git read from elsewhere. */
async function isAsMade(dir: string, { objectFormat }: Identity): Promise<boolean> {
  const info = await lstat(dir).catch(() => null);
  if (info === null) return true;
  if (!info.isDirectory()) return false;
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  // A link would lead elsewhere, and at a pipe git would wait for ever.
  if (entries.some((entry) => !entry.isFile() && !entry.isDirectory()) || !(await isMadeHere(dir))) return false;
  for (const entry of entries.filter(({ parentPath }) => parentPath === dir)) {
    if (!EXPECTED.has(entry.name) && !/\.(?:lock|tmp)$|_[A-Za-z0-9]{6}$/.test(entry.name)) return false;
  }
  const before = await readBounded(join(dir, 'config'), MOST_CONFIG_BYTES).catch(() => '');
  if (before !== '' && before.includes(SHA256) !== (objectFormat === 'sha256')) return false;
  return (await lstat(join(dir, 'objects', 'info', 'alternates')).catch(() => null)) === null;
}

/** A killed git leaves its lock files; the caller's lock excludes a living one. */
async function removeLocks(dir: string): Promise<void> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const inObjects = entry.parentPath.startsWith(join(dir, 'objects'));
    const left = inObjects ? /^tmp_|\.lock$/.test(entry.name) : entry.name.endsWith('.lock');
    if (entry.isFile() && left) await rm(join(entry.parentPath, entry.name), { force: true });
  }
}
