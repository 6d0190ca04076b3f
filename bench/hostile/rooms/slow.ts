/** Rooms that keep a reader busy, or waiting forever. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HostileRepository } from '../repository.ts';
import type { Room } from '../room.ts';
import { inStore, STORE_FILES } from '../store.ts';
import { moduleOf } from '../text.ts';

/** A pipe without a writer instead of a file. */
export function fifo(repository: HostileRepository, path: string): void {
  rmSync(repository.path(path), { force: true });
  mkdirSync(dirname(repository.path(path)), { recursive: true });
  execFileSync('mkfifo', [repository.path(path)]);
}

function waiting(
  name: string,
  paths: readonly string[],
  more: (repository: HostileRepository) => void = () => {},
): Room {
  return {
    name,
    build(site) {
      const repository = site.repository().honest();
      more(repository);
      for (const path of paths) fifo(repository, path);
      return { folder: repository.root };
    },
  };
}

/** Ten folders within each of ten folders, and so on: small to store, endless to walk. */
function bomb(repository: HostileRepository, levels: number): string {
  let id = repository.gitWith(['hash-object', '-w', '--stdin'], moduleOf(repository.markOf('bomb')));
  let kind = '100644 blob';
  for (let level = 0; level < levels; level++) {
    const names = Array.from({ length: 10 }, (_, at) => `${kind} ${id}\t${level === 0 ? `f${at}.ts` : `d${at}`}\n`);
    id = repository.gitWith(['mktree'], names.join(''));
    kind = '040000 tree';
  }
  return id;
}

/** Commits files that exist only in the index. */
function indexed(repository: HostileRepository, path: (at: number) => string, count: number): HostileRepository {
  const blob = repository.gitWith(['hash-object', '-w', '--stdin'], moduleOf(repository.markOf('one of many')));
  const lines = Array.from({ length: count }, (_, at) => `100644 ${blob}\t${path(at)}\n`);
  repository.gitWith(['update-index', '--index-info'], lines.join(''));
  return repository.commitTree('many');
}

export const slowRooms: readonly Room[] = [
  waiting('pipes in place of the ignore files', ['.repotuneignore', '.gitattributes'], undefined),
  waiting('a pipe in place of .gitignore', ['.gitignore', 'src/.gitignore']),
  waiting('a pipe in place of the mining cache', [inStore('mining.cache')]),
  waiting(
    'pipes in place of the state of the store',
    STORE_FILES.filter((name) => name !== 'mining.cache').map(inStore),
  ),
  waiting('pipes in place of tracked files', ['src/part0.ts', 'src/part3.ts', 'src/later1.ts']),
  waiting('a pipe that git reads', ['.git/rules'], (repository) =>
    repository.configure(`[core]\n\texcludesFile = "${repository.path('.git', 'rules')}"`),
  ),
  waiting('a pipe in place of the configuration', ['.git/config']),
  waiting('pipes in place of HEAD and the index', ['.git/HEAD', '.git/index']),
  {
    name: 'files without an end',
    build(site) {
      const repository = site.repository().honest();
      for (const path of ['src/part0.ts', 'src/part1.ts', '.repotuneignore', ...STORE_FILES.map(inStore)]) {
        rmSync(repository.path(path), { force: true });
        mkdirSync(dirname(repository.path(path)), { recursive: true });
        symlinkSync(path.includes('part1') ? '/proc/self/mem' : '/dev/zero', repository.path(path));
      }
      return { folder: repository.root, place: `${repository.path('src', 'part2.ts')}:3:5` };
    },
  },
  {
    name: 'patterns that take for ever',
    build(site) {
      const repository = site.repository().honest();
      const pattern = `${'**/a/'.repeat(7)}b`;
      repository
        .write('.repotuneignore', `${pattern}\n${'*a'.repeat(24)}b\n`)
        .write('.gitattributes', `${'*a'.repeat(12)}b linguist-generated\n`)
        .write(`${'a/'.repeat(60)}c.ts`, moduleOf(repository.markOf('deep')))
        .write(`src/${'a'.repeat(120)}.ts`, moduleOf(repository.markOf('long')))
        .write(
          inStore('routes.json'),
          JSON.stringify({
            format: 1,
            routes: [
              { glob: pattern, adapter: null },
              { glob: `${'*a'.repeat(24)}b`, adapter: null },
            ],
          }),
        );
      return { folder: repository.commit().root, place: `${repository.path(`${'a/'.repeat(60)}c.ts`)}:3:5` };
    },
  },
  {
    name: 'blanks after a token',
    build(site) {
      const repository = site.repository().honest();
      const texts = [
        `token:${' '.repeat(2000)}x`,
        `password =${'\t '.repeat(2000)}`,
        `key${' '.repeat(3000)}:`,
        `https://${'a:'.repeat(3000)}`,
        `${'-----BEGIN '.repeat(400)}`,
        `"${'\\"'.repeat(4000)}`,
        `secret: ${'=('.repeat(2500)}`,
        `${'A'.repeat(6000)}=`,
      ];
      texts.forEach((text, at) => {
        repository.write(
          `src/blank${at}.ts`,
          `${moduleOf(repository.markOf(`blank ${at}`))}\n// ${text}\nconst blank = 1;\n`,
        );
      });
      const text = `${moduleOf(repository.markOf('open'))}\n// ${texts.join('\n// ')}\nexport function attempt(`;
      return { folder: repository.commit().root, document: { path: repository.path('attempt.ts'), text } };
    },
  },
  {
    name: 'sources that are hard to parse',
    build(site) {
      const repository = site.repository().honest();
      const deep = 20_000;
      repository
        .write('src/nested.ts', `const nested = ${'['.repeat(deep)}${']'.repeat(deep)};\n`)
        .write('src/calls.py', `x = ${'f('.repeat(deep)}${')'.repeat(deep)}\n`)
        .write('src/blocks.c', `int main() ${'{'.repeat(deep)}${'}'.repeat(deep)}\n`)
        .write('src/template.ts', `const text = ${'`${'.repeat(4000)}1${'}`'.repeat(4000)};\n`)
        .write('src/generic.ts', `type T = ${'A<'.repeat(8000)}1${'>'.repeat(8000)};\n`)
        .write('src/operators.ts', `const sum = ${'a<b>('.repeat(8000)};\n`)
        .write('src/indented.py', Array.from({ length: 900 }, (_, at) => `${' '.repeat(at)}if x:\n`).join(''))
        .write('src/lines.ts', '\n'.repeat(900_000))
        .write('src/nul.ts', Buffer.concat([Buffer.from(moduleOf(repository.markOf('nul'))), Buffer.alloc(300, 0xff)]));
      return { folder: repository.commit().root };
    },
  },
  {
    name: 'a large table in many commits',
    build(site) {
      const repository = site.repository().honest();
      // 62 commits of 4.6 MB: each changes every line, so a patch of all is half a gigabyte.
      const rows = Array.from({ length: 92_000 }, (_, at) => `${at},name ${at * 7},city ${at % 911},${at % 97}.5,ok`);
      for (let round = 0; round < 62; round++)
        repository.write('data/table.csv', rows.map((row) => `${row} ${round}`).join('\n')).commit();
      return { folder: repository.root };
    },
  },
  {
    name: 'a tree without an end in history',
    build(site) {
      const repository = site.repository().honest();
      const tree = repository.gitWith(
        ['mktree'],
        `${repository.git('ls-tree', 'HEAD')}\n040000 tree ${bomb(repository, 9)}\tvendor\n`,
      );
      const parent = repository.head();
      const commit = repository.git('commit-tree', '-p', parent, '-m', 'a bomb', tree);
      repository.git('update-ref', 'refs/heads/main', commit);
      // The newest tree is small again; a split by time would check out the one before it.
      const next = repository.git('commit-tree', '-p', commit, '-m', 'gone', `${parent}^{tree}`);
      repository.git('update-ref', 'refs/heads/main', next);
      for (let at = 0; at < 3; at++)
        repository.write(`src/after${at}.ts`, moduleOf(repository.markOf(`after ${at}`), 2)).commit();
      return { folder: repository.root };
    },
  },
  {
    name: 'a huge index',
    build(site) {
      return { folder: indexed(site.repository().honest(), (at) => `many/${at % 400}/file${at}.ts`, 150_000).root };
    },
  },
  {
    name: 'paths that no disk has',
    build(site) {
      const paths = [`${'deep/'.repeat(1500)}end.ts`, `${'n'.repeat(3000)}.ts`];
      return { folder: indexed(site.repository().honest(), (at) => paths[at]!, paths.length).root };
    },
  },
  {
    name: 'folders without an end',
    build(site) {
      const repository = site.repository().honest();
      // Cyclic links in a folder that git does not track.
      mkdirSync(repository.path('loop', 'a'), { recursive: true });
      for (const name of ['b', 'c', 'd']) symlinkSync(repository.path('loop'), repository.path('loop', 'a', name));
      repository.write(`${'down/'.repeat(400)}end.ts`, moduleOf(repository.markOf('down')));
      rmSync(repository.path('.git'), { recursive: true });
      return { folder: repository.root };
    },
  },
  {
    name: 'dates, names and messages that are none',
    build(site) {
      const repository = site.repository().honest();
      const tree = repository.git('rev-parse', 'HEAD^{tree}');
      let parent = repository.head();
      for (const [at, who] of [
        'a <b> 99999999999999999999 +0000',
        'a <b> -5 +9999',
        '<> 0 +0000',
        `${'n'.repeat(70_000)} <x> 1700000000 +0000`,
        'a\u001b[2J <\r> 1700009999 -0000',
      ].entries()) {
        const message = `diff --git a/src/x${at}.ts b/src/x${at}.ts\n--- /dev/null\n+++ b/src/x${at}.ts\n@@ -0,0 +1,2 @@\n+export {};\n\u0000\u001e${'commit '.repeat(3000)}`;
        parent = repository.gitWith(
          ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'],
          `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\nencoding nonsense\n\n${message}\n`,
        );
      }
      repository.git('update-ref', 'refs/heads/main', parent);
      repository
        .write('.git/objects/info/commit-graph', 'CGPH garbage')
        .write('.git/objects/pack/multi-pack-index', 'MIDX garbage')
        .write('.git/shallow', `${'0'.repeat(40)}\n`);
      return { folder: repository.root };
    },
  },
];
