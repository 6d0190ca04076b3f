import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { storeLocation } from '../git/storeLocation.ts';
import { KeptOut } from './keptOut.ts';
import { forgetFile } from './learning.ts';
import { ScratchRepository } from './testing.ts';

const PATHS = ['a.ts', 'inner/b.ts', 'inner/c.ts', 'd.ts'];

it.each([true, false])('files that a user keeps out are known, with git: %s', async (git) => {
  using scratch = new ScratchRepository({ git });
  for (const path of PATHS) scratch.write(`lib/${path}`, 'export const x = 1;\n');
  const folder = git ? join(scratch.root, 'lib') : scratch.root;
  const paths = git ? PATHS : PATHS.map((path) => `lib/${path}`);
  const out = async () => [...(await new KeptOut(() => 0).of(folder, paths))].map((path) => path.replace(/^lib\//, ''));
  expect(await out()).toEqual([]);
  scratch.write('.repotuneignore', '/lib/a.ts\n').write('lib/inner/.cursorignore', 'b.ts\n');
  expect(await out()).toEqual(['a.ts', 'inner/b.ts']);
  await forgetFile(await storeLocation(folder), 'lib/d.ts');
  expect(await out()).toEqual(['a.ts', 'inner/b.ts', 'd.ts']);
  scratch.write('.repotuneignore', 'x'.repeat(2000));
  expect(await out()).toEqual(PATHS);
});

it('files that a user keeps out are known in a folder that is opened through a link', async () => {
  using scratch = new ScratchRepository();
  using elsewhere = new ScratchRepository({ git: false });
  scratch.write('lib/a.ts', 'export const x = 1;\n').write('.repotuneignore', '/lib/a.ts\n');
  const link = join(elsewhere.root, 'link');
  symlinkSync(join(scratch.root, 'lib'), link);
  expect([...(await new KeptOut(() => 0).of(link, ['a.ts', 'b.ts']))]).toEqual(['a.ts']);
});

it.each([true, false])(
  'files that a user keeps out are known by links that lead to them, with git: %s',
  async (git) => {
    using scratch = new ScratchRepository({ git });
    scratch.write('private/a.ts', 'export const x = 1;\n').write('app/b.ts', 'export const x = 1;\n');
    scratch.write('.repotuneignore', 'private/\n');
    symlinkSync('private', join(scratch.root, 'alias'));
    symlinkSync('../private/a.ts', join(scratch.root, 'app/link.ts'));
    symlinkSync('b.ts', join(scratch.root, 'app/c.ts'));
    const paths = ['alias/a.ts', 'alias/new.ts', 'app/link.ts', 'app/b.ts', 'app/c.ts', 'app/gone/d.ts'];
    const out = [...(await new KeptOut(() => 0).of(scratch.root, paths))];
    expect(out).toEqual(['alias/a.ts', 'alias/new.ts', 'app/link.ts']);
  },
);

it('files that a user keeps out are looked for again after three seconds, unknown ones at once', async () => {
  using scratch = new ScratchRepository();
  scratch.write('.repotuneignore', 'a.ts\n');
  let nowMs = 0;
  const known = new KeptOut(() => nowMs);
  const out = async (...paths: string[]) => [...(await known.of(scratch.root, paths))];
  expect(await out('a.ts', 'b.ts')).toEqual(['a.ts']);
  scratch.write('.repotuneignore', 'b.ts\nc.ts\n');
  expect(await out('a.ts', 'b.ts', 'c.ts')).toEqual(['a.ts', 'c.ts']);
  nowMs = 3000;
  expect(await out('a.ts', 'b.ts', 'c.ts')).toEqual(['b.ts', 'c.ts']);
});
