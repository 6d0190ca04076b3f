import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LineChange } from '../edits/change.ts';
import { ScratchRepository } from '../mining/testing.ts';
import { usesOnDisk } from './usesOnDisk.ts';

const change: LineChange = {
  path: 'src/area.ts',
  line: 0,
  before: ['export function area(w: number) {'],
  after: ['export function surface(w: number) {'],
};
const use = "import { area } from './area';\n\nexport const small = area(1);\nexport const large = area(99) + small;\n";

let scratch: ScratchRepository;
beforeEach(() => {
  scratch = new ScratchRepository().write('src/area.ts', `${change.after[0]}\n  return w * w;\n}\n`);
});
afterEach(() => scratch[Symbol.dispose]());

/** `path:line:column` of each, lines from 1. */
async function found(of = change, folder = scratch.root, open: readonly string[] = []): Promise<string[]> {
  const uses = await usesOnDisk({ folder, change: of, open, mostReadingMs: 60_000 });
  return uses.map(({ path, range: { start } }) => `${path}:${start.line + 1}:${start.character}`);
}

test('finds uses in files of the repository by scope', async () => {
  scratch
    .write('src/uses.ts', use)
    .write('src/own.ts', 'export function area() {}\narea();\n')
    .write('src/parameter.ts', "import { area } from './area';\nexport const f = (area: number) => area;\n")
    .write('src/taken.ts', "import { area } from './area';\nexport const surface = area(1);\n")
    .write('src/other.py', 'from area import area\narea(1)\n')
    .commit();
  const uses = ['src/uses.ts:1:9', 'src/uses.ts:3:21', 'src/uses.ts:4:21'];
  expect(await found()).toEqual(['src/parameter.ts:1:9', ...uses]);
  expect(await found(change, scratch.root, ['src/parameter.ts'])).toEqual(uses);
});

test('finds calls when a parameter was added', async () => {
  scratch.write('src/uses.ts', use).commit();
  const added = { ...change, after: ['export function area(w: number, h: number) {'] };
  expect(await found(added)).toEqual(['src/uses.ts:3:21', 'src/uses.ts:4:21']);
});

test('finds nothing when the change is not visible outside its file', async () => {
  scratch.write('src/uses.ts', use).commit();
  const local = { ...change, before: ['  const area = 1;'], after: ['  const surface = 1;'] };
  expect(await found(local)).toEqual([]);
});

test('finds at most twelve uses, those near the change first, at their places on disk', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `use${i + 10}.ts`);
  for (const name of names) scratch.write(`src/${name}`, `// ${name}\n${use}`).write(`src/deep/${name}`, use);
  scratch.commit().write('src/deep/use10.ts', `\n\n${use}`);
  const uses = await found({ ...change, path: 'deep/area.ts' }, join(scratch.root, 'src'));
  expect(uses).toHaveLength(12);
  expect(uses.slice(0, 4)).toEqual([
    'deep/use10.ts:3:9',
    'deep/use10.ts:5:21',
    'deep/use10.ts:6:21',
    'deep/use11.ts:1:9',
  ]);
});

test.each(['\n', '\r\n', '\r', '\r\r\n', '\r\n\r'])(
  'counts lines as editors do, with line breaks %j',
  async (lineBreak) => {
    scratch.write('src/uses.ts', `\ufeff${use}`.replaceAll('\n', lineBreak)).commit();
    // Each case is one or two line breaks.
    const lines = lineBreak.split(/\r\n|\r|\n/).length - 1;
    expect(await found()).toEqual([
      'src/uses.ts:1:9',
      `src/uses.ts:${1 + 2 * lines}:21`,
      `src/uses.ts:${1 + 3 * lines}:21`,
    ]);
  },
);

test('finds nothing in a folder without sources', async () => {
  using folder = new ScratchRepository();
  expect(await found(change, folder.root)).toEqual([]);
});

test('finds uses in a folder without git', async () => {
  using folder = new ScratchRepository({ git: false });
  folder.write('src/uses.ts', use);
  expect(await found(change, folder.root)).toHaveLength(3);
});

describe('files that mining leaves out give no uses', () => {
  test.each<[string, string, string]>([
    ['by .repotuneignore', 'private/uses.ts', use],
    ['by .gitignore', 'ignored/uses.ts', use],
    ['by an attribute', 'src/made.ts', use],
    ['vendored', 'node_modules/a/uses.ts', use],
    ['a file of secrets', 'conf/secrets.py', 'from area import area\narea(1)\n'],
    ['generated', 'src/generated.ts', `// @generated\n${use}`],
    ['with a merge conflict', 'src/merge.ts', `<<<<<<< HEAD\n${use}=======\n>>>>>>> theirs\n`],
    ['too large', 'src/large.ts', `${use}${'export const one = area(2);\n'.repeat(40_000)}`],
    ['inside .git', '.git/uses.ts', use],
  ])('%s: %s', async (_, path, text) => {
    scratch
      .write('.repotuneignore', 'private/\n')
      .write('.gitignore', 'ignored/\n')
      .write('.gitattributes', 'src/made.ts linguist-generated\n')
      .write('src/uses.ts', use);
    scratch.write(path, text).commit();
    const python = { ...change, path: 'area.py', before: ['def area(w):'], after: ['def surface(w):'] };
    const uses = await found(path.endsWith('.py') ? python : change);
    expect(uses.filter((at) => !at.startsWith('src/uses.ts'))).toEqual([]);
    expect(uses).toHaveLength(path.endsWith('.py') ? 0 : 3);
  });

  test('symbolic links and what is behind them', async () => {
    using elsewhere = new ScratchRepository({ git: false });
    elsewhere.write('uses.ts', use);
    mkdirSync(join(scratch.root, 'lib'));
    symlinkSync(join(elsewhere.root, 'uses.ts'), join(scratch.root, 'lib/uses.ts'));
    symlinkSync(elsewhere.root, join(scratch.root, 'far'));
    scratch.commit();
    expect(await found()).toEqual([]);
  });
});
