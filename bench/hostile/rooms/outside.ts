/** Rooms with ways out of the repository. */
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostileRepository } from '../repository.ts';
import type { Room } from '../room.ts';
import type { Site } from '../site.ts';
import { STORE_FILES, STORE_LOCKS } from '../store.ts';
import { markOf, moduleOf } from '../text.ts';

/** The user's folder posing as a store, by someone who wants it emptied: with names that housekeeping might delete. */
function baitedStore(site: Site): string {
  const store = join(site.outside, 'thesis');
  for (const folder of [
    'versions/.incoming-x',
    'versions/.deleted-x',
    'versions/chapter',
    'runs/run-20200101-abcdef',
    'runs/.deleted-x',
    'share.git/objects',
    '.incoming-x',
    '.deleted-x',
    'run-20200101-abcdef',
    'tmp',
    'exports',
  ])
    site.write(join(store, folder, 'chapter.txt'), 'years of work\n');
  for (const file of ['state.json.1.tmp', 'mining.cache.1.tmp', 'mining.cache', 'notes.tmp', 'run.json', 'lock'])
    site.write(join(store, file), 'years of work\n');
  return store;
}

/** Everything a store may contain, each as a link to the outside. */
const LINKED = ['versions', 'runs', 'share.git', ...STORE_FILES, ...STORE_LOCKS] as const;

/** Housekeeping of a store must not delete from another folder. */
export const linkedStore: Room = {
  name: 'the store is a link',
  build(site) {
    const repository = site.repository().honest();
    symlinkSync(baitedStore(site), repository.path('.git', 'repotune'));
    return { folder: repository.root };
  },
};

export const outsideRooms: readonly Room[] = [
  linkedStore,
  {
    name: "the store's parts are links",
    build(site) {
      const repository = site.repository().honest();
      const store = baitedStore(site);
      mkdirSync(repository.path('.git', 'repotune'));
      for (const name of LINKED) {
        if (!existsSync(join(store, name)))
          site.write(join(store, name), `{"mark":"${markOf(`${site.root} ${name}`)}"}`);
        symlinkSync(join(store, name), repository.path('.git', 'repotune', name));
      }
      return { folder: repository.root };
    },
  },
  {
    name: 'a version is a link',
    build(site) {
      const repository = site.repository().honest();
      mkdirSync(repository.path('.git', 'repotune', 'versions', 'half'), { recursive: true });
      symlinkSync(join(site.outside, 'source'), repository.path('.git', 'repotune', 'versions', 'linked'));
      for (const name of ['manifest.json', 'adapter.gguf', 'report.json', 'origin.json'])
        symlinkSync(join(site.outside, '.env'), repository.path('.git', 'repotune', 'versions', 'half', name));
      return { folder: repository.root };
    },
  },
  {
    name: 'a tracked folder became a link',
    build(site) {
      const repository = site.repository().honest();
      for (const name of ['private', 'ledger', 'index'])
        repository.write(`lib/${name}.ts`, moduleOf(markOf(`${site.root} tracked ${name}`)));
      repository.commit('a library');
      rmSync(repository.path('lib'), { recursive: true });
      symlinkSync(join(site.outside, 'source'), repository.path('lib'));
      return { folder: repository.root, taken: [repository.markOf('src/part0.ts'), repository.markOf('src/part1.ts')] };
    },
  },
  {
    name: 'tracked files became links',
    build(site) {
      const repository = site.repository().honest();
      repository
        .write('lib/private.ts', moduleOf(markOf(`${site.root} tracked`)))
        .write('lib/deep/down/notes.ts', 'export {};\n'.repeat(20));
      repository.commit('a library');
      rmSync(repository.path('lib', 'private.ts'));
      symlinkSync(join(site.outside, 'source', 'private.ts'), repository.path('lib', 'private.ts'));
      rmSync(repository.path('lib', 'deep'), { recursive: true });
      mkdirSync(repository.path('lib', 'deep'));
      // Two chained links, the first of them within the repository.
      symlinkSync(repository.path('way'), repository.path('lib', 'deep', 'down'));
      symlinkSync(site.outside, repository.path('way'));
      symlinkSync(join(site.outside, 'source', 'ledger.ts'), repository.path('untracked.ts'));
      symlinkSync(join(site.outside, 'source'), repository.path('tracked-link'));
      repository.git('add', 'tracked-link');
      return { folder: repository.root, place: `${repository.path('src', 'part1.ts')}:3:5` };
    },
  },
  {
    name: 'the files of rules are links',
    build(site) {
      const repository = site.repository().honest();
      for (const name of ['.repotuneignore', '.gitignore', '.gitattributes', '.cursorignore', 'src/.aiexclude']) {
        rmSync(repository.path(name), { force: true });
        symlinkSync(join(site.outside, '.env'), repository.path(name));
      }
      return { folder: repository.root };
    },
  },
  {
    name: 'a worktree elsewhere',
    build(site) {
      const repository = site.repository();
      // The index has the names of the user's files, but not their contents.
      repository
        .write('source/private.ts', 'export {};\n')
        .write('source/ledger.ts', 'export {};\n')
        .write('notes.ts', 'export {};\n')
        .commit();
      repository.configure(`[core]\n\tworktree = "${site.outside}"`);
      return { folder: repository.root, place: `${repository.path('notes.ts')}:1:1` };
    },
  },
  {
    name: 'a worktree elsewhere, by a .git file',
    build(site) {
      const repository = site.repository();
      repository.write('source/private.ts', 'export {};\n').write('source/ledger.ts', 'export {};\n').commit();
      repository.configure(`[core]\n\tworktree = "${site.outside}"`);
      renameSync(repository.path('.git'), repository.path('assets'));
      writeFileSync(repository.path('.git'), 'gitdir: assets\n');
      return { folder: repository.root, place: `${repository.path('source', 'private.ts')}:1:1` };
    },
  },
  {
    name: 'configuration that names files outside',
    build(site) {
      const repository = site.repository().honest();
      const file = join(site.outside, '.env');
      repository.configure(
        `[mailmap]\n\tfile = "${file}"\n[diff]\n\torderFile = "${file}"\n[core]\n\tattributesFile = "${file}"\n\texcludesFile = "${file}"\n[blame]\n\tignoreRevsFile = "${file}"\n[commit]\n\ttemplate = "${file}"`,
      );
      // Pattern and order files are read by git itself: only leaked contents would count.
      return { folder: repository.root, mayRead: ['outside/.env'] };
    },
  },
  {
    name: 'objects of another repository',
    build(site) {
      const other = new HostileRepository(join(site.root, 'other')).honest();
      const repository = site.repository();
      repository.write('.git/objects/info/alternates', `${other.path('.git', 'objects')}\n`);
      repository.write('.git/refs/heads/main', `${other.head()}\n`).git('reset', '--hard', '--quiet');
      repository.configure(`[core]\n\talternateRefsCommand = "${site.canary('core.alternateRefsCommand')}"`);
      return { folder: repository.root };
    },
  },
  {
    name: 'submodules, and a remote, of paths outside',
    build(site) {
      const repository = site.repository().honest();
      const inner = repository.submodule('vendor/inner');
      rmSync(inner.path('src'), { recursive: true });
      symlinkSync(join(site.outside, 'source'), inner.path('src'));
      repository.configure(`[submodule]\n\trecurse = true\n[remote "origin"]\n\turl = "${site.outside}"`);
      return { folder: repository.root };
    },
  },
  {
    name: 'the folder is within a repository of the user',
    build(site) {
      // The opened folder has no `.git` of its own, and is below one with the user's files.
      const outer = site.repository('outer');
      for (const name of ['private', 'ledger'])
        outer.write(`mine/${name}.ts`, moduleOf(markOf(`${site.root} outer ${name}`)));
      for (let at = 0; at < 8; at++)
        outer.write(`opened/src/part${at}.ts`, moduleOf(outer.markOf(`src/part${at}.ts`), 8));
      outer.commit();
      for (const name of ['private', 'ledger'])
        outer.write(`mine/${name}.ts`, moduleOf(markOf(`${site.root} outer ${name}`), 8));
      outer.commit().settle();
      const folder = outer.path('opened');
      const why = 'outside the folder that was asked for';
      return {
        folder,
        leftOut: ['private', 'ledger'].map((name) => ({ mark: markOf(`${site.root} outer ${name}`), why })),
      };
    },
  },
];
