import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandLine, type GitArguments } from './commands.ts';
import { localEnvironment, remoteEnvironment } from './environment.ts';
import { gitProgram, search, searchFolders } from './program.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));

/** Whether a source file could start git: by name, or through a library that does. */
const STARTS_GIT =
  /(?:spawn|exec|execFile|fork)(?:Sync)?\)?\(\s*['"`](?:[^'"`]*\/)?git(?:\.exe)?['"`\s]|simple-git|isomorphic-git|gitProgram\(/;

it('only run.ts, remoteGit.ts and program.ts start git in what ships', () => {
  const sources = ['server', 'src', 'webview'].flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const shipped = sources.filter((name) => /\.tsx?$/.test(name) && !/\.test\.ts$|testing\w*\.ts$/i.test(name));
  expect(shipped.length).toBeGreaterThan(200);
  const starting = shipped.filter((name) => STARTS_GIT.test(readFileSync(join(top, name), 'utf8')));
  expect(starting.map((name) => name.replaceAll('\\', '/')).sort()).toEqual([
    'server/git/program.ts',
    'server/git/remoteGit.ts',
    'server/git/run.ts',
  ]);
});

describe('a git command line', () => {
  it.each<[string, GitArguments, object, readonly string[]]>([
    ['revisions', ['rev-list', '--count'], { revisions: ['--output=x'] }, ['--end-of-options', '--output=x', '--']],
    ['paths', ['ls-files', '-z'], { paths: ['--help'] }, ['-z', '--', '--help']],
    ['revisions without paths', ['ls-tree', '-r'], { revisions: ['HEAD'] }, ['-r', '--end-of-options', 'HEAD']],
  ])('keeps %s from being options', (_, args, targets, end) => {
    expect(commandLine(args, targets).slice(-end.length)).toEqual(end);
  });

  it.each<[string, readonly string[]]>([
    ['that writes', ['update-index']],
    ['that compares with the work tree', ['status']],
    ['that shows signatures', ['log']],
    ['named like a property of every object', ['toString']],
    ['with filters', ['cat-file', '--filters', 'HEAD:a']],
    ['with text conversion', ['diff-tree', '--textconv']],
    ['that writes a file', ['diff-tree', '--output=x']],
    ['that changes the configuration', ['config', '--add', 'a.b', 'c']],
    ['that changes remotes', ['remote', 'add', 'x', 'y']],
  ])('%s is refused', (_, args) => {
    expect(() => commandLine(args as unknown as GitArguments, {})).toThrow(/not (?:run|one of)/);
  });
});

it.each(['local', 'remote'] as const)(
  "%s: drops the caller's git variables and relative PATH folders that could lead elsewhere",
  (kind) => {
    const inherited = {
      PATH: '/usr/bin:.::bin:/bin',
      HOME: '/home/ada',
      GIT_DIR: '/x',
      git_work_tree: '/x',
      GIT_SSH: '/x',
      GIT_EDITOR: '/x',
      GIT_TRACE2_EVENT: '/x',
      GIT_ATTR_SOURCE: 'x',
      GIT_ALTERNATE_OBJECT_DIRECTORIES: '/x',
      SSH_ASKPASS: '/x',
      PAGER: '/x',
    };
    const environment = kind === 'local' ? localEnvironment(inherited) : remoteEnvironment('/own', inherited);
    expect(Object.entries(environment).filter(([, value]) => value?.includes('/x') || value === 'x')).toEqual([]);
    expect(environment).toMatchObject({
      PATH: '/usr/bin:/bin',
      HOME: '/home/ada',
      GIT_NO_LAZY_FETCH: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_ALLOW_PROTOCOL: kind === 'local' ? 'none' : 'https:http:ssh:file',
    });
  },
);

it.each([
  ['local', localEnvironment, '1'],
  ['remote', (inherited: NodeJS.ProcessEnv) => remoteEnvironment('/own', inherited), undefined],
] as const)("%s: keeps where the user's configuration is, and no path that a folder could fill", (_, of, count) => {
  const own = { GIT_CONFIG_GLOBAL: '/home/ada/git/config', GIT_CONFIG_SYSTEM: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  // These would override a repository's own settings, which close it.
  const settings = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.hooksPath', GIT_CONFIG_VALUE_0: '/home/ada/hooks' };
  expect(of({ ...own, ...settings })).toMatchObject(own);
  expect(of({ ...own, ...settings })['GIT_CONFIG_COUNT']).toBe(count);
  for (const path of ['.gitconfig', '../config', '~/config'])
    expect(of({ GIT_CONFIG_GLOBAL: path, GIT_CONFIG_SYSTEM: path })).not.toMatchObject({ GIT_CONFIG_GLOBAL: path });
});

it('looks git up only in absolute folders', () => {
  expect(searchFolders('.::bin:../x:/usr/bin:~/bin')).toEqual(['/usr/bin']);
  expect(() => gitProgram({ PATH: '.:bin' })).toThrow(/git was not found/);
  expect(gitProgram()).toMatch(/^\/.*\/git$/);
});

it.each([
  ['without its developer tools', false, /^The program git was not found: install git \(xcode-select --install\)/],
  ['with them', true, null],
])('the git that a Mac comes with is run only if it is one: %s', (_, hasTools, refusal) => {
  const found = (): string => search('/usr/bin', 'darwin', () => hasTools);
  if (refusal === null) expect(found()).toBe('/usr/bin/git');
  else expect(found).toThrow(refusal);
});
