/** Rooms with texts that users were told are left out, or that no model should learn. */
import { spawnSync } from 'node:child_process';
import { chownSync, writeFileSync } from 'node:fs';
import { scriptPath } from '../../../server/storage/paths.ts';
import { filesBelow } from '../outside.ts';
import type { HostileRepository } from '../repository.ts';
import type { LeftOut, Room, Step, Target } from '../room.ts';
import { markOf, moduleOf, pythonOf } from '../text.ts';

const LEARNING: readonly Step[] = ['open', 'mine', 'mine-by-time', 'tune', 'learned'];

interface Hidden extends LeftOut {
  readonly path: string;
}

/** A file with a mark of its own, in its first version and after each change, so that history contains its lines too. */
function hide(repository: HostileRepository, path: string, why: string): Hidden {
  const mark = markOf(`${repository.root} hidden ${path}`);
  writeHidden(repository, { path, mark, why }, 4);
  return { path, mark, why };
}

function writeHidden(repository: HostileRepository, { path, mark }: Hidden, functions: number): void {
  repository.write(path, path.endsWith('.py') ? pythonOf(mark, functions) : moduleOf(mark, functions));
}

/** A few commits that add to all of them, and to honest files. */
function history(repository: HostileRepository, hidden: readonly Hidden[]): void {
  repository.commit('hidden files');
  for (let round = 0; round < 3; round++) {
    for (const one of hidden) writeHidden(repository, one, 5 + round);
    repository.write(`src/round${round}.ts`, moduleOf(repository.markOf(`src/round${round}.ts`), 3)).commit();
  }
  repository.settle();
}

function learning(repository: HostileRepository, hidden: readonly LeftOut[], more: Partial<Target> = {}): Target {
  const taken = [repository.markOf('src/part0.ts'), repository.markOf('src/part2.ts')];
  return { folder: repository.root, leftOut: hidden, taken, steps: LEARNING, ...more };
}

/** Repository settings that alter git's output: a parser that trusts it mistakes one path for another. */
const OUTPUT_SETTINGS = `[diff]
	noprefix = true
	mnemonicPrefix = true
	srcPrefix = "src/"
	dstPrefix = "src/part0.ts"
	renames = copies
	algorithm = minimal
	context = 0
	interHunkContext = 1000
	wordRegex = .
	colorMoved = zebra
	suppressBlankEmpty = true
	submodule = log
[core]
	quotePath = false
	commentChar = "+"
	ignoreCase = true
	precomposeUnicode = true
[log]
	date = format:%n
	decorate = full
	follow = true
	showRoot = false
	diffMerges = separate
	mailmap = false`;

/** Settings that garble every answer. */
const SPOILING_SETTINGS = `[color]
	ui = always
	diff = always
[core]
	abbrev = 4
[diff]
	relative = true
[format]
	pretty = "format:diff --git a/src/part0.ts b/src/part0.ts"
[i18n]
	logOutputEncoding = UTF-16
[column]
	ui = always`;

export const leftOutRooms: readonly Room[] = [
  {
    name: 'files that rules leave out',
    build(site) {
      const repository = site.repository().honest();
      const hidden = [
        hide(repository, 'src/ignored.ts', '.repotuneignore'),
        hide(repository, 'src/nested/inner/ignored.ts', '.repotuneignore of a folder'),
        hide(repository, 'src/made.ts', 'linguist-generated'),
        hide(repository, 'lib/theirs/other.ts', 'linguist-vendored'),
        hide(repository, 'src/machine.ts', 'linguist-generated'),
        hide(repository, 'conf/secrets.py', 'a file of secrets, by its name'),
        hide(repository, 'config/credentials.ts', 'a file of secrets, by its name'),
        hide(repository, '.env.ts', 'a file of secrets, by its name'),
        hide(repository, 'node_modules/x/index.ts', 'vendored, by its folder'),
        hide(repository, 'src/bundle.min.js', 'minified, by its name'),
      ];
      repository
        .write('.repotuneignore', 'src/ignored.ts\nsrc/nested/\n')
        .write(
          '.gitattributes',
          'src/made.ts linguist-generated\nlib/theirs/** linguist-vendored\nsrc/machine.ts linguist-generated=true\n',
        );
      history(repository, hidden);
      return learning(repository, hidden);
    },
  },
  {
    name: 'files left out by the last commit alone',
    build(site) {
      const repository = site.repository().honest();
      const hidden = [
        hide(repository, 'src/ignored.ts', '.repotuneignore since the last commit'),
        hide(repository, 'src/made.ts', 'linguist-generated since the last commit'),
        hide(repository, 'src/local.ts', 'git-ignored since, and no longer tracked'),
        hide(repository, 'src/gone.ts', 'deleted, and git-ignored'),
        hide(repository, 'conf/secrets.py', 'a file of secrets, deleted since'),
        hide(repository, 'src/excluded.ts', '.git/info/exclude, no longer tracked'),
      ];
      history(repository, hidden);
      repository
        .write('.repotuneignore', 'src/ignored.ts\n')
        .write('.gitattributes', 'src/made.ts linguist-generated\n')
        .write('.gitignore', 'src/local.ts\nsrc/gone.ts\n')
        .write('.git/info/exclude', 'src/excluded.ts\n');
      repository.git('rm', '--quiet', '--cached', 'src/local.ts', 'src/excluded.ts');
      repository.git('rm', '--quiet', 'src/gone.ts', 'conf/secrets.py');
      repository.commit('left out from now on').settle();
      return learning(repository, hidden);
    },
  },
  {
    name: 'rules that are not committed, after all was mined once',
    build(site) {
      const repository = site.repository().honest();
      const hidden = [
        hide(repository, 'src/ignored.ts', '.repotuneignore, uncommitted'),
        hide(repository, 'src/made.ts', 'linguist-generated, uncommitted'),
      ];
      history(repository, hidden);
      // Now its caches contain the texts.
      for (const args of [['mine'], ['mine', '--split', 'time']])
        spawnSync(process.execPath, [scriptPath('cli'), ...args, repository.root], {
          env: site.environment('http://127.0.0.1:1'),
        });
      repository
        .write('.repotuneignore', 'src/ignored.ts\n')
        .write('.gitattributes', 'src/made.ts linguist-generated\n');
      return learning(repository, hidden);
    },
  },
  {
    name: 'one folder of many',
    build(site) {
      const repository = site.repository();
      for (let at = 0; at < 6; at++)
        repository.write(`packages/asked/src/part${at}.ts`, moduleOf(repository.markOf(`src/part${at}.ts`)));
      repository.commit();
      const why = 'outside the folder that was asked for';
      const hidden = ['packages/other/src/part.ts', 'packages/asked2/part.ts', 'root.ts', 'tools/script.py'].map(
        (path) => hide(repository, path, why),
      );
      repository.commit('the others');
      for (let round = 0; round < 4; round++) {
        for (const one of hidden) writeHidden(repository, one, 5 + round);
        repository
          .write(`packages/asked/src/round${round}.ts`, moduleOf(repository.markOf(`round${round}`), 3))
          .commit();
      }
      repository.settle();
      const folder = repository.path('packages', 'asked');
      return learning(repository, hidden, { folder });
    },
  },
  ...[
    ["settings that change git's output", OUTPUT_SETTINGS] as const,
    ["settings that spoil git's output", SPOILING_SETTINGS] as const,
  ].map(
    ([name, settings]): Room => ({
      name,
      build(site) {
        const repository = site.repository().honest();
        const hidden = [
          hide(repository, 'src/ignored.ts', '.repotuneignore'),
          hide(repository, 'src/made.ts', 'linguist-generated'),
          hide(repository, 'conf/secrets.py', 'a file of secrets, by its name'),
        ];
        repository
          .write('.repotuneignore', 'src/ignored.ts\n')
          .write('.gitattributes', 'src/made.ts linguist-generated\n');
        history(repository, hidden);
        repository.configure(settings);
        return learning(repository, hidden, { taken: [] });
      },
    }),
  ),
  {
    name: 'replaced, grafted and renamed history',
    build(site) {
      const repository = site.repository().honest();
      const hidden = [
        hide(repository, 'conf/secrets.py', 'a file of secrets, by its name'),
        hide(repository, 'src/ignored.ts', '.repotuneignore'),
      ];
      repository.write('.repotuneignore', 'src/ignored.ts\n');
      history(repository, hidden);
      // A replace ref turns a later commit's honest file into the one that is left out.
      const ignored = repository.git('rev-parse', 'HEAD:src/ignored.ts');
      repository.write('src/honest.ts', moduleOf(repository.markOf('honest'), 2)).commit();
      repository.git('replace', repository.git('rev-parse', 'HEAD:src/honest.ts'), ignored);
      repository.git('mv', 'conf/secrets.py', 'conf/plain.py');
      repository.git('rm', '--quiet', '--force', 'conf/plain.py');
      repository.commit('renamed, and gone');
      repository.git(
        'notes',
        'add',
        '--message',
        `diff --git a/src/x.ts b/src/x.ts\n+++ b/src/x.ts\n@@ -0,0 +1 @@\n+${markOf('note')}`,
      );
      repository.settle();
      repository.write('.git/info/grafts', `${repository.git('rev-parse', 'HEAD~7')}\n`);
      // The worktree's file of that name is honest; only its history is replaced.
      return learning(repository, hidden.slice(1), { taken: [] });
    },
  },
  {
    name: 'conflict markers',
    build(site) {
      const repository = site.repository().honest();
      const mark = markOf(`${repository.root} conflict`);
      for (let at = 0; at < 3; at++) {
        const lines = moduleOf(repository.markOf(`conflict ${at}`), 6).split('\n');
        lines.splice(12, 0, `<<<<<<< ${mark}`, '  total += 1;', '=======', '  total -= 1;', `>>>>>>> ${mark}branch`);
        repository.write(`src/conflict${at}.ts`, lines.join('\n')).commit();
      }
      repository.settle();
      return learning(repository, [{ mark, why: 'a conflict marker' }]);
    },
  },
  {
    name: 'a tracked file named HEAD',
    build(site) {
      const repository = site.repository().honest();
      const firstCommit = repository.git('rev-list', '--max-parents=0', 'HEAD');
      const hidden = [hide(repository, 'src/ignored.ts', '.repotuneignore')];
      for (const name of ['HEAD', 'main', 'FETCH_HEAD', 'HEAD~1']) repository.write(name, 'not a commit\n');
      repository.write('.repotuneignore', 'src/ignored.ts\n');
      history(repository, hidden);
      return learning(repository, hidden, { firstCommit });
    },
  },
  ...refusals(),
  {
    name: 'sparse, shallow and of two cases',
    build(site) {
      const origin = site.repository('origin').honest();
      const hidden = [
        hide(origin, 'hidden/away.ts', 'not checked out: a sparse checkout'),
        hide(origin, 'Src/Ignored.ts', '.repotuneignore, in another case'),
      ];
      origin
        .write('src/ignored.ts', moduleOf(origin.markOf('src/ignored.ts')))
        .write('.repotuneignore', 'Src/Ignored.ts\n')
        .write('SRC/part0.ts', 'export {};\n'.repeat(9));
      history(origin, hidden);
      const repository = site.repository('project');
      repository.git('remote', 'add', 'origin', `file://${origin.root}`);
      repository.git('fetch', '--quiet', '--depth=3', 'origin', 'main');
      repository.git('config', 'core.sparseCheckout', 'true');
      repository.write('.git/info/sparse-checkout', '/*\n!/hidden/\n');
      repository.git('reset', '--quiet', '--hard', 'FETCH_HEAD');
      return { folder: repository.root, leftOut: hidden.slice(1), steps: LEARNING };
    },
  },
];

/** Git refuses to read these, and without git there is no telling what is ignored. */
function refusals(): Room[] {
  const refused = (name: string, spoil: (repository: HostileRepository) => void): Room => ({
    name,
    build(site) {
      const repository = site.repository().honest();
      const hidden = hide(repository, 'local/mine.ts', 'git-ignored, in a repository that git refuses');
      repository.write('.gitignore', 'local/\n').write('local/more.ts', moduleOf(hidden.mark)).commit();
      for (let at = 0; at < 5; at++) repository.write(`local/other${at}.ts`, moduleOf(hidden.mark + markOf(`${at}`)));
      spoil(repository);
      return { folder: repository.root, leftOut: [hidden], steps: [...LEARNING, 'complete', 'list'] };
    },
  });
  const rooms = [
    refused('a broken configuration', (repository) => repository.configure('[core\n\tbroken')),
    refused('a format newer than git', (repository) => repository.git('config', 'core.repositoryformatversion', '99')),
    refused('an extension that git does not know', (repository) => {
      repository.git('config', 'core.repositoryformatversion', '1');
      repository.git('config', 'extensions.fromTheFuture', 'true');
    }),
    refused('a HEAD that names nothing git knows', (repository) =>
      writeFileSync(repository.path('.git', 'HEAD'), 'garbage\n'),
    ),
    refused('a corrupt index', (repository) =>
      writeFileSync(repository.path('.git', 'index'), 'DIRC garbage'.repeat(50)),
    ),
    refused('objects that are corrupt', (repository) => {
      for (const path of filesBelow(repository.path('.git', 'objects')))
        if (/[0-9a-f]{38}$/.test(path)) repository.overwrite(path, 'garbage');
    }),
  ];
  // Only root can give a folder away.
  if (process.getuid?.() !== 0) return rooms;
  return [
    ...rooms,
    refused('a folder of another owner', (repository) => {
      chownSync(repository.root, 12_345, 12_345);
      for (const path of filesBelow(repository.root)) chownSync(path, 12_345, 12_345);
    }),
  ];
}
