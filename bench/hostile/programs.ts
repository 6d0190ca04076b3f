/**
 * What git's documentation (git-config, gitattributes, githooks, gitrepository-layout of 2.47) lets a repository run. Each trap says
 * how it is laid, and which plain command of git goes into it: without that a silent check would prove nothing.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostileRepository } from './repository.ts';
import type { Site } from './site.ts';
import { moduleOf } from './text.ts';

export interface Trap {
  readonly name: string;
  /** Lays it and returns the commands of git that set it off, one after the other. */
  lay(site: Site, repository: HostileRepository): Proof;
}

export interface Proof {
  readonly commands: readonly (readonly string[])[];
  readonly input?: string;
  /** Begins the label of what fires, when it is not the trap's name. */
  readonly label?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A setting, in the writing of `.git/config`. */
function set(repository: HostileRepository, section: string, ...lines: readonly string[]): void {
  repository.configure(`[${section}]\n${lines.map((line) => `\t${line}`).join('\n')}`);
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A trap that is one setting and the commands that ask for it. */
function setting(
  section: string,
  key: string,
  commands: Proof['commands'],
  more: {
    readonly also?: readonly string[];
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Trap {
  const name = `${section.replace(/ "(.*)"$/, '.$1')}.${key}`;
  return {
    name,
    lay(site, repository) {
      set(repository, section, `${key} = ${quoted(site.canary(name))}`, ...(more.also ?? []));
      const { input, env } = more;
      return { commands, ...(input === undefined ? {} : { input }), ...(env === undefined ? {} : { env }) };
    },
  };
}

const HOOKS = [
  'applypatch-msg',
  'pre-applypatch',
  'post-applypatch',
  'pre-commit',
  'pre-merge-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'pre-rebase',
  'post-checkout',
  'post-merge',
  'pre-push',
  'pre-receive',
  'update',
  'proc-receive',
  'post-receive',
  'post-update',
  'reference-transaction',
  'push-to-checkout',
  'pre-auto-gc',
  'post-rewrite',
  'sendemail-validate',
  'fsmonitor-watchman',
  'p4-changelist',
  'p4-prepare-changelist',
  'p4-post-changelist',
  'p4-pre-submit',
  'post-index-change',
] as const;

export const HOOK_TRAPS: readonly Trap[] = [
  {
    name: 'hooks',
    lay(site, repository) {
      for (const hook of HOOKS) site.plant(repository.path('.git', 'hooks', hook), `hooks/${hook}`);
      return {
        commands: [
          ['update-ref', 'refs/heads/proof', 'HEAD'],
          ['reset', '--quiet', '--mixed'],
        ],
        label: 'hooks/',
      };
    },
  },
];

export const FSMONITOR_TRAPS: readonly Trap[] = [setting('core', 'fsmonitor', [['status', '--short']])];

export const HOOKS_PATH_TRAPS: readonly Trap[] = [
  {
    name: 'core.hooksPath',
    lay(site, repository) {
      for (const hook of HOOKS) site.plant(join(site.root, 'attacker', 'hooks', hook), `core.hooksPath/${hook}`);
      set(repository, 'core', `hooksPath = ${quoted(join(site.root, 'attacker', 'hooks'))}`);
      return { commands: [['update-ref', 'refs/heads/proof', 'HEAD']], label: 'core.hooksPath/' };
    },
  },
];

/** Settings of commands that the product has no reason to call: it must not come to them by a detour. */
export const OTHER_TRAPS: readonly Trap[] = [
  setting('core', 'editor', [['commit', '--amend', '--allow-empty']]),
  setting('sequence', 'editor', [['rebase', '--interactive', 'HEAD~1']]),
  setting('core', 'askPass', [['credential', 'fill']], { input: 'protocol=https\nhost=example.org\n\n' }),
  setting('credential', 'helper', [['credential', 'fill']], { input: 'protocol=https\nhost=example.org\n\n' }),
  {
    name: 'core.alternateRefsCommand',
    lay(site, repository) {
      const other = new HostileRepository(join(site.root, 'alternate')).honest(1);
      repository.write('.git/objects/info/alternates', `${other.path('.git', 'objects')}\n`);
      set(repository, 'core', `alternateRefsCommand = ${quoted(site.canary('core.alternateRefsCommand'))}`);
      return { commands: [['rev-list', '--alternate-refs']] };
    },
  },
  setting('gc', 'recentObjectsHook', []),
  setting('difftool "trap"', 'cmd', [['difftool', '--no-prompt', '--tool=trap', 'HEAD~1', 'HEAD']]),
  {
    name: 'alias.trap',
    lay(site, repository) {
      set(repository, 'alias', `trap = ${quoted(`!${site.canary('alias.trap')}`)}`);
      return { commands: [['trap']] };
    },
  },
  setting('tar "trap"', 'command', [['archive', '--format=trap', 'HEAD']]),
  setting('trailer "trap"', 'command', [['interpret-trailers', '--trailer', 'trap=1']], {
    input: 'a subject\n\na body\n',
  }),
  setting('core', 'pager', [['grep', '--open-files-in-pager', 'export']]),
  {
    name: 'interactive.diffFilter',
    lay(site, repository) {
      set(repository, 'interactive', `diffFilter = ${quoted(site.canary('interactive.diffFilter'))}`);
      repository.write('src/later0.ts', `// changed\n${moduleOf(repository.markOf('src/later0.ts'), 3)}`);
      return {
        commands: [['-c', 'color.interactive=always', '-c', 'color.ui=always', 'add', '--patch']],
        input: 'q\n',
      };
    },
  },
  setting('man', 'viewer', []),
  setting('imap', 'tunnel', []),
  setting('sendemail', 'toCmd', []),
  setting('instaweb', 'browser', []),
  setting('uploadpack', 'packObjectsHook', []),
];

export const ALIAS_TRAPS: readonly Trap[] = [
  {
    name: 'aliases and pagers of builtins',
    lay(site, repository) {
      const commands = [
        'ls-files',
        'log',
        'rev-parse',
        'rev-list',
        'cat-file',
        'show',
        'diff',
        'archive',
        'check-attr',
        'ls-tree',
      ];
      set(repository, 'alias', ...commands.map((name) => `${name} = ${quoted(`!${site.canary(`alias.${name}`)}`)}`));
      set(repository, 'pager', ...commands.map((name) => `${name} = ${quoted(site.canary(`pager.${name}`))}`));
      return { commands: [] };
    },
  },
];

export const DIFF_TRAPS: readonly Trap[] = [
  setting('diff', 'external', [['diff', 'HEAD~1', 'HEAD']]),
  attribute('diff', 'trapcommand', 'command', [['diff', 'HEAD~1', 'HEAD', '--', 'src/later3.ts']], 'src/later*.ts'),
  attribute('diff', 'traptext', 'textconv', [['log', '--patch']], 'src/part*.ts'),
];

export const FILTER_TRAPS: readonly Trap[] = [
  attribute('filter', 'trapclean', 'clean', [['hash-object', 'src/part0.ts']], 'src/part0.ts'),
  attribute('filter', 'trapsmudge', 'smudge', [['cat-file', '--filters', 'HEAD:src/part1.ts']], 'src/part1.ts'),
  attribute('filter', 'trapprocess', 'process', [['cat-file', '--filters', 'HEAD:src/part2.ts']], 'src/part2.ts'),
  attribute('merge', 'trapmerge', 'driver', [], 'src/part3.ts'),
];

function attribute(kind: string, driver: string, key: string, commands: Proof['commands'], pattern: string): Trap {
  const trap = setting(`${kind} "${driver}"`, key, commands);
  return {
    name: trap.name,
    lay(site, repository) {
      appendFileSync(repository.path('.git', 'info', 'attributes'), `${pattern} ${kind}=${driver}\n`);
      return trap.lay(site, repository);
    },
  };
}

/** A commit with a signature of each format, and the program that would look at it. */
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
      // History is read by what a commit changed: an empty one would be passed over, and its signature with it.
      repository.grow('src/part1.ts').commit('signed');
      const commit = repository.gitWith(['cat-file', 'commit', 'HEAD']);
      const signed = commit.replace(/\n\n/, `\ngpgsig ${begin}\n \n iQ${'A'.repeat(60)}\n ${end}\n\n`);
      const id = repository.gitWith(['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], `${signed}\n`);
      repository.git('update-ref', 'refs/heads/main', id);
      return proof;
    },
  };
}

/** A promisor remote that has an object which is missing here: git fetches it when anyone asks for it. */
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
      // Each promisor is asked in turn, so that one room can have them all.
      const remote = name.replaceAll(/\W+/g, '-');
      const fetch = `fetch = +refs/heads/*:refs/remotes/${remote}/*`;
      set(repository, `remote "${remote}"`, ...lines(site), 'promisor = true', 'partialclonefilter = blob:none', fetch);
      repository.configure(typeof more === 'string' ? more : more(site));
      return { commands: [['cat-file', '-p', missing]] };
    },
  };
}

/** Files that bring their own configuration with them. */
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
