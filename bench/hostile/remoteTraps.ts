/** Traps in history, in remotes, in included files and in submodules. */
import { join } from 'node:path';
import type { Site } from './site.ts';
import { quoted, set, setting, type Trap } from './trap.ts';

/** A commit with a signature in each format, and the program that would verify it. */
export const SIGNATURE_TRAPS: readonly Trap[] = [
  signature('gpg', 'program', '-----BEGIN PGP SIGNATURE-----', '-----END PGP SIGNATURE-----'),
  signature('gpg "ssh"', 'program', '-----BEGIN SSH SIGNATURE-----', '-----END SSH SIGNATURE-----'),
  signature('gpg "x509"', 'program', '-----BEGIN SIGNED MESSAGE-----', '-----END SIGNED MESSAGE-----'),
];

function signature(section: string, key: string, begin: string, end: string): Trap {
  const trap = setting(section, key, [['log', '-2']]);
  return {
    name: trap.name,
    lay(site, repository) {
      const proof = trap.lay(site, repository);
      site.write(join(site.root, 'attacker', 'signers'), 'mallory@example.org ssh-ed25519 AAAA\n');
      set(repository, 'log', 'showSignature = true');
      set(repository, 'gpg "ssh"', `allowedSignersFile = ${quoted(join(site.root, 'attacker', 'signers'))}`);
      // History is read by each commit's changes: an empty commit would be skipped along with its signature.
      repository.grow('src/part1.ts').commit('signed');
      const commit = repository.gitWith(['cat-file', 'commit', 'HEAD']);
      const signed = commit.replace(/\n\n/, `\ngpgsig ${begin}\n \n iQ${'A'.repeat(60)}\n ${end}\n\n`);
      const id = repository.gitWith(['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], `${signed}\n`);
      repository.git('update-ref', 'refs/heads/main', id);
      return proof;
    },
  };
}

/** A promisor remote with an object that is missing here: git fetches it on access. */
export const LAZY_FETCH_TRAPS: readonly Trap[] = [
  promisor('remote.trap.uploadpack', (site) => [
    `url = ${quoted(site.outside)}`,
    `uploadpack = ${quoted(site.canary('remote.trap.uploadpack'))}`,
  ]),
  promisor(
    'ext transport',
    (site) => [`url = ${quoted(`ext::${site.canary('ext transport')} %S`)}`],
    '[protocol "ext"]\n\tallow = always',
  ),
  promisor(
    'core.sshCommand',
    () => ['url = ssh://trap.example/x'],
    (site) => `[core]\n\tsshCommand = ${quoted(site.canary('core.sshCommand'))}`,
  ),
  promisor(
    'core.gitProxy',
    () => ['url = git://trap.example/x'],
    (site) => `[core]\n\tgitProxy = ${quoted(site.canary('core.gitProxy'))}`,
  ),
  promisor(
    'remote.trap.vcs',
    (site) => [`url = ${quoted(`${site.canary('remote.trap.vcs')} %S`)}`, 'vcs = ext'],
    '[protocol "ext"]\n\tallow = always',
  ),
  promisor(
    'url.insteadOf',
    () => ['url = https://trap.example/x'],
    (site) =>
      `[url ${quoted(`ext::${site.canary('url.insteadOf')} %S `)}]\n\tinsteadOf = https://trap.example/\n[protocol "ext"]\n\tallow = always`,
  ),
];

function promisor(
  name: string,
  lines: (site: Site) => readonly string[],
  more: string | ((site: Site) => string) = '',
): Trap {
  return {
    name,
    lay(site, repository) {
      const missing = repository.dropBlob();
      repository.git('config', 'core.repositoryformatversion', '1');
      set(repository, 'extensions', 'partialClone = trap');
      // Each promisor is tried in turn, so one room can have them all.
      const remote = name.replaceAll(/\W+/g, '-');
      const fetch = `fetch = +refs/heads/*:refs/remotes/${remote}/*`;
      set(repository, `remote "${remote}"`, ...lines(site), 'promisor = true', 'partialclonefilter = blob:none', fetch);
      repository.configure(typeof more === 'string' ? more : more(site));
      return { commands: [['cat-file', '-p', missing]] };
    },
  };
}

/** Files that bring in configuration of their own. */
export const INCLUDED_TRAPS: readonly Trap[] = [
  {
    name: 'include.path',
    lay(site, repository) {
      repository.write('.git/more', `[core]\n\tfsmonitor = ${quoted(site.canary('include.path'))}\n`);
      set(repository, 'include', 'path = more');
      return { commands: [['status', '--short']] };
    },
  },
];

export const INCLUDE_IF_TRAPS: readonly Trap[] = [
  {
    name: 'includeIf.onbranch',
    lay(site, repository) {
      repository.write('.git/more', `[diff]\n\texternal = ${quoted(site.canary('includeIf.onbranch'))}\n`);
      set(repository, 'includeIf "onbranch:**"', 'path = more');
      return { commands: [['diff', 'HEAD~1', 'HEAD']] };
    },
  },
  {
    name: 'config.worktree',
    lay(site, repository) {
      repository.git('config', 'core.repositoryformatversion', '1');
      set(repository, 'extensions', 'worktreeConfig = true');
      repository.write('.git/config.worktree', `[core]\n\tfsmonitor = ${quoted(site.canary('config.worktree'))}\n`);
      return { commands: [['status', '--short']] };
    },
  },
];

/** A submodule with a `.git` of its own, and with traps in it. */
export const SUBMODULE_TRAPS: readonly Trap[] = [
  {
    name: 'submodule.diff.external',
    lay(site, repository) {
      const inner = repository.submodule('vendor/inner');
      inner.configure(`[diff]\n\texternal = ${quoted(site.canary('submodule.diff.external'))}`);
      set(repository, 'diff', 'submodule = diff');
      return { commands: [['log', '--patch', '-3']] };
    },
  },
  {
    name: 'submodule.fsmonitor',
    lay(site, repository) {
      repository
        .submodule('vendor/inner')
        .configure(`[core]\n\tfsmonitor = ${quoted(site.canary('submodule.fsmonitor'))}`);
      set(repository, 'status', 'submoduleSummary = true');
      set(repository, 'submodule', 'recurse = true');
      return { commands: [['status', '--short']] };
    },
  },
  {
    name: 'submodule.update',
    lay(site, repository) {
      set(
        repository,
        'submodule "vendor/inner"',
        'active = true',
        `update = ${quoted(`!${site.canary('submodule.update')}`)}`,
        'url = ../nowhere',
      );
      repository.submodule('vendor/inner').git('checkout', '--quiet', '--detach', 'HEAD~1');
      return { commands: [['submodule', 'update']] };
    },
  },
];
