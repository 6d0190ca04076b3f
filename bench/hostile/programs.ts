/**
 * Programs that a worktree's configuration can run according to git's documentation (git-config, gitattributes, githooks,
 * gitrepository-layout of 2.47); those from history, remotes and submodules are in `remoteTraps.ts`.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostileRepository } from './repository.ts';
import { moduleOf } from './text.ts';
import { type Proof, quoted, set, setting, type Trap } from './trap.ts';

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

/** Settings of commands that the product has no reason to call: it must not reach them indirectly either. */
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
