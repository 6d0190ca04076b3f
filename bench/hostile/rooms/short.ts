/** The same traps packed into a few rooms, as `npm test` has time for. */
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { plantAdapter } from '../planted.ts';
import { DIFF_TRAPS, FSMONITOR_TRAPS, HOOK_TRAPS } from '../programs.ts';
import { LAZY_FETCH_TRAPS, SIGNATURE_TRAPS, SUBMODULE_TRAPS } from '../remoteTraps.ts';
import type { LeftOut, Room } from '../room.ts';
import { markOf, moduleOf, pythonOf } from '../text.ts';
import { linkedStore } from './outside.ts';
import { fifo } from './slow.ts';

const HIDDEN: readonly (readonly [path: string, why: string])[] = [
  ['src/ignored.ts', '.repotuneignore'],
  ['src/made.ts', 'linguist-generated'],
  ['lib/theirs/other.ts', 'linguist-vendored'],
  ['src/local.ts', 'git-ignored since'],
  ['conf/secrets.py', 'a file of secrets, by its name'],
];

export const shortRooms: readonly Room[] = [
  {
    name: 'programs, a link out, and texts that are left out',
    build(site) {
      const repository = site.repository().honest();
      const leftOut: LeftOut[] = HIDDEN.map(([path, why]) => ({ mark: markOf(`${site.root} ${path}`), why }));
      const write = (functions: number): void =>
        HIDDEN.forEach(([path], at) => {
          const text = path.endsWith('.py') ? pythonOf : moduleOf;
          repository.write(path, text(leftOut[at]!.mark, functions));
        });
      write(4);
      for (const name of ['private', 'ledger'])
        repository.write(`linked/${name}.ts`, moduleOf(markOf(`${site.root} ${name}`)));
      const conflict = markOf(`${site.root} conflict`);
      const lines = moduleOf(repository.markOf('conflict')).split('\n');
      lines.splice(12, 0, `<<<<<<< ${conflict}`, '  total += 1;', '=======', '  total -= 1;', `>>>>>>> ${conflict}`);
      repository
        .write('src/conflict.ts', lines.join('\n'))
        .write('src/blanks.ts', `${moduleOf(repository.markOf('blanks'))}\n// token:${' '.repeat(2000)}x\n`)
        .write('.repotuneignore', 'src/ignored.ts\n')
        .write('.gitattributes', 'src/made.ts linguist-generated\nlib/theirs/** linguist-vendored\n')
        .commit();
      write(6);
      repository.grow('src/part1.ts').commit();
      write(7);
      for (const trap of [...SIGNATURE_TRAPS, ...SUBMODULE_TRAPS.slice(0, 1)]) trap.lay(site, repository);
      repository.write('.gitignore', 'src/local.ts\n').git('rm', '--quiet', '--cached', 'src/local.ts');
      repository.commit().settle();
      rmSync(repository.path('linked'), { recursive: true });
      symlinkSync(join(site.outside, 'source'), repository.path('linked'));
      for (const trap of [...DIFF_TRAPS, ...HOOK_TRAPS, ...FSMONITOR_TRAPS]) trap.lay(site, repository);
      return {
        folder: repository.root,
        leftOut: [...leftOut, { mark: conflict, why: 'a conflict marker' }],
        taken: [repository.markOf('src/part0.ts')],
        steps: ['mine-by-time', 'learned'],
      };
    },
  },
  {
    name: 'a partial clone with promisors that are programs, or that listen, and an adapter that came with it',
    async build(site, listener) {
      const repository = site.repository().honest();
      for (const trap of LAZY_FETCH_TRAPS) trap.lay(site, repository);
      repository.configure(`[remote "listens"]\n\turl = http://127.0.0.1:${listener.port}/x\n\tpromisor = true`);
      await plantAdapter(repository.path('.git', 'repotune'), 'planted', 'c0ffee'.padEnd(40, '0'));
      return { folder: repository.root, planted: ['planted'], steps: ['open-untrusted', 'open'] };
    },
  },
  {
    name: linkedStore.name,
    build: async (site, listener) => ({ ...(await linkedStore.build(site, listener)), steps: ['tune'] }),
  },
  {
    name: 'a pipe, and patterns that take for ever',
    build(site) {
      const repository = site.repository().honest();
      repository
        .write('.repotuneignore', `${'**/a/'.repeat(7)}b\n`)
        .write(`${'a/'.repeat(60)}c.ts`, moduleOf(repository.markOf('deep')))
        .commit();
      fifo(repository, 'src/part0.ts');
      fifo(repository, '.git/repotune/mining.cache');
      return { folder: repository.root, steps: ['mine'] };
    },
  },
  {
    name: 'programs in the root, where the PATH has an empty entry',
    build(site) {
      const repository = site.repository().honest(2);
      for (const name of ['git', 'node', 'sh']) site.plant(repository.path(name), `${name} in the root`);
      return { folder: repository.root, env: { PATH: `:${process.env['PATH'] ?? ''}` }, steps: ['mine'] };
    },
  },
  {
    name: 'a repository that git refuses',
    build(site) {
      const repository = site.repository().honest();
      const mark = markOf(`${site.root} local`);
      repository.write('.gitignore', 'local/\n').commit().write('local/mine.ts', moduleOf(mark));
      repository.configure('[core\n\tbroken');
      return {
        folder: repository.root,
        leftOut: [{ mark, why: 'git-ignored, in a repository that git refuses' }],
        steps: ['mine'],
      };
    },
  },
];
