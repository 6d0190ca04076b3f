/** Rooms whose configuration names programs. */
import { renameSync, writeFileSync } from 'node:fs';
import { plantAdapter } from '../planted.ts';
import {
  ALIAS_TRAPS,
  DIFF_TRAPS,
  FILTER_TRAPS,
  FSMONITOR_TRAPS,
  HOOK_TRAPS,
  HOOKS_PATH_TRAPS,
  OTHER_TRAPS,
} from '../programs.ts';
import {
  INCLUDE_IF_TRAPS,
  INCLUDED_TRAPS,
  LAZY_FETCH_TRAPS,
  SIGNATURE_TRAPS,
  SUBMODULE_TRAPS,
} from '../remoteTraps.ts';
import type { Room } from '../room.ts';
import type { Site } from '../site.ts';
import type { Trap } from '../trap.ts';

function trapped(name: string, traps: readonly Trap[]): Room {
  return {
    name,
    build(site) {
      const repository = site.repository().honest();
      for (const trap of traps) trap.lay(site, repository);
      return { folder: repository.root };
    },
  };
}

/** An object id that exists in no repository. */
const NOWHERE = 'c0ffee'.padEnd(40, '0');

const ROOT_PROGRAMS = [
  'git',
  'git.exe',
  'git.cmd',
  'node',
  'node.exe',
  'sh',
  'bash',
  'ssh',
  'gpg',
  'tar',
  'ps',
  'python3',
] as const;

export const programRooms: readonly Room[] = [
  trapped('hooks and fsmonitor', [...HOOK_TRAPS, ...FSMONITOR_TRAPS]),
  trapped('core.hooksPath', HOOKS_PATH_TRAPS),
  trapped('programs of diffs', DIFF_TRAPS),
  trapped('programs of filters and merges', FILTER_TRAPS),
  trapped('programs that look at signatures', SIGNATURE_TRAPS),
  trapped('programs of other commands', OTHER_TRAPS),
  trapped('aliases and pagers', ALIAS_TRAPS),
  trapped('included configuration', INCLUDED_TRAPS),
  trapped('configuration by branch and worktree', INCLUDE_IF_TRAPS),
  trapped('a submodule with programs', SUBMODULE_TRAPS),
  trapped('a partial clone whose promisors are programs', LAZY_FETCH_TRAPS),
  {
    name: 'an adapter learned from a commit that a promisor has',
    async build(site) {
      const repository = site.repository().honest();
      for (const trap of LAZY_FETCH_TRAPS) trap.lay(site, repository);
      await plantAdapter(repository.path('.git', 'repotune'), 'planted', NOWHERE);
      return { folder: repository.root, planted: ['planted'] };
    },
  },
  {
    name: 'a .git file that names a folder with programs',
    build(site) {
      const repository = site.repository().honest();
      for (const trap of [...FSMONITOR_TRAPS, ...DIFF_TRAPS]) trap.lay(site, repository);
      renameSync(repository.path('.git'), repository.path('assets'));
      writeFileSync(repository.path('.git'), 'gitdir: assets\n');
      return { folder: repository.root };
    },
  },
  {
    name: 'a .git whose common folder is elsewhere',
    build(site) {
      const repository = site.repository().honest();
      for (const trap of [...FSMONITOR_TRAPS, ...SIGNATURE_TRAPS]) trap.lay(site, repository);
      renameSync(repository.path('.git'), repository.path('assets'));
      repository.write('.git/HEAD', 'ref: refs/heads/main\n').write('.git/commondir', '../assets\n');
      return { folder: repository.root };
    },
  },
  {
    name: 'programs in the root, where the PATH has an empty entry',
    build(site) {
      const repository = site.repository().honest();
      for (const name of ROOT_PROGRAMS) site.plant(repository.path(name), `${name} in the root`);
      return { folder: repository.root, env: { PATH: `:${process.env['PATH'] ?? ''}` } };
    },
  },
  {
    name: 'a remote that is a program',
    build(site) {
      const repository = site.repository().honest();
      repository.configure(
        `[protocol "ext"]\n\tallow = always\n[remote "origin"]\n\turl = "ext::${site.canary('remote.origin.url')} %S"\n`,
      );
      return { folder: repository.root };
    },
  },
  ...remotesWith('remote.origin.uploadpack', (site) => [
    `[remote "origin"]\n\turl = "${site.outside}"\n\tuploadpack = "${site.canary('remote.origin.uploadpack')}"`,
  ]),
  ...remotesWith('core.sshCommand of a remote', (site) => [
    `[core]\n\tsshCommand = "${site.canary('core.sshCommand')}"\n[remote "origin"]\n\turl = ssh://trap.example/x`,
  ]),
  ...remotesWith('core.gitProxy of a remote', (site) => [
    `[core]\n\tgitProxy = "${site.canary('core.gitProxy')}"\n[remote "origin"]\n\turl = git://trap.example/x`,
  ]),
  ...remotesWith('an address rewritten to a program', (site) => [
    `[protocol "ext"]\n\tallow = always\n[url "ext::${site.canary('url.insteadOf')} %S "]\n\tinsteadOf = https://trap.example/`,
    '[remote "origin"]\n\turl = https://trap.example/x',
  ]),
  {
    name: 'names that look like options',
    build(site) {
      const repository = site.repository().honest();
      const option = `--upload-pack=${site.canary('a name taken for an option')}`;
      repository.configure(
        `[remote "${option}"]\n\turl = ${site.outside}\n[branch "main"]\n\tremote = "${option}"\n\tmerge = refs/heads/main`,
      );
      const shell = site.canary('a name taken by a shell');
      for (const name of [
        option.replaceAll('/', '_'),
        '--output=out.ts',
        '-c',
        '--',
        `$(${shell.replaceAll('/', '$PWD')}).ts`,
        '`id`.ts',
        ':(exclude)src.ts',
        ':!src.ts',
        ':/x.ts',
        'line\nbreak.ts',
        'quote"\'.ts',
        '"quoted".ts',
        'tab\t.ts',
        'back\\slash.ts',
        ' .ts',
        '\u202eright.ts',
        '-rf.ts',
      ])
        repository.write(name, `export const there = ${name.length};\n`.repeat(8));
      repository.commit('odd names');
      for (const ref of [
        'refs/heads/--output=out',
        'refs/heads/-x',
        `refs/tags/--exec=${'x'.repeat(80)}`,
        'refs/heads/HEAD',
        'refs/heads/$(id)',
      ])
        repository.git('update-ref', ref, 'HEAD');
      repository.git('symbolic-ref', 'HEAD', 'refs/heads/--output=out');
      return { folder: repository.root };
    },
  },
];

/** A remote from the folder's own configuration: listing it permits the network, but no program of the folder's. */
function remotesWith(name: string, config: (site: Site) => readonly string[]): Room[] {
  return [
    {
      name,
      build(site) {
        const repository = site.repository().honest();
        for (const text of config(site)) repository.configure(text);
        return { folder: repository.root, steps: ['open', 'list', 'pull'] };
      },
    },
  ];
}
