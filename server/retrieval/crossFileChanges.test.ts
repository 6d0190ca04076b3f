/** What the context of prompts follows: git, other programs, and the rules of what is left out. */
import { expect, test, vi } from 'vitest';
import { languageOf } from '../languages/languageOf.ts';
import { buildIndex, documentEntry, indexedText } from '../mining/indexing.ts';
import { rulesState, rulesWrittenMs } from '../mining/rulesState.ts';
import { ScratchRepository } from '../mining/testing.ts';
import { CrossFileContext } from './crossFileContext.ts';
import { RetrievalIndex } from './index.ts';
import { entryOf, geometry, geometryWith, prefix, settled } from './testing.ts';

test('a file that another program changed is not quoted as it was, nor one that is gone', async () => {
  const builtMs = Date.now();
  const files = new Map([['src/geometry.ts', { text: geometry, changedMs: builtMs - 1000 }]]);
  const write = (text: string): unknown => files.set('src/geometry.ts', { text, changedMs: Date.now() + 1000 });
  const crossFile = new CrossFileContext({
    startAfterMs: 0,
    lookEveryMs: 0,
    buildIndex: async () => {
      const index = new RetrievalIndex();
      index.set((await indexedText('src/geometry.ts', geometry))!);
      return { index, within: '' };
    },
    documentEntry: (_, path, text) => entryOf(path, text),
    savedText: async (_, path) => files.get(path)?.text ?? '',
    changedMs: async (_, path) => files.get(path)?.changedMs ?? null,
    languageOf,
    movedMs: async () => 0,
    rulesWrittenMs: () => 0,
    rulesState: async () => '',
    keptOut: async () => new Set<string>(),
    onError: (error) => expect.unreachable(String(error)),
  });
  const place = { folder: '/repo', path: 'src/total.ts', languageId: 'typescript', prefix, suffix: ';\n}\n' };
  const ask = () => crossFile.context(place, 600);
  await expect.poll(ask).toContain('areaOfCircle(circle: Circle): number');
  write(geometryWith('checkedOut: number'));
  expect(await ask()).not.toContain('areaOfCircle(circle: Circle): number');
  await expect.poll(ask).toContain('checkedOut: number');
  // What an editor has is newer than its file.
  await crossFile.update('/repo', 'src/geometry.ts', geometryWith('typed: number'), 4);
  write(geometryWith('saved: number'));
  expect(await ask()).toContain('typed: number');
  await crossFile.closed('/repo', 'src/geometry.ts');
  expect(await ask()).toContain('saved: number');
  files.delete('src/geometry.ts');
  expect(await ask()).toBe('');
  await settled();
  // Renamed: the editor closes one document and opens another.
  files.set('src/geometry.ts', { text: geometryWith('renamed: number'), changedMs: builtMs - 1000 });
  await crossFile.opened('/repo', 'src/geometry.ts', geometryWith('renamed: number'));
  await expect.poll(ask).toContain('renamed: number');
  await crossFile.opened('/repo', 'src/geometry.ts', geometryWith('again: number'));
  expect(await ask()).toContain('renamed: number');
  crossFile.dispose();
});

test('what is left out while the index is built is not in it', async () => {
  let rules = '';
  const built = Promise.withResolvers<void>();
  const buildIndex = vi.fn(async () => {
    const index = new RetrievalIndex();
    if (rules === '') index.set((await indexedText('src/geometry.ts', geometry))!);
    await built.promise;
    return { index, within: '' };
  });
  const crossFile = new CrossFileContext({
    startAfterMs: 0,
    lookEveryMs: 0,
    buildIndex,
    documentEntry: (_, path, text) => entryOf(path, text),
    savedText: async () => '',
    changedMs: async () => 0,
    languageOf,
    movedMs: async () => 0,
    rulesWrittenMs: () => 0,
    rulesState: async () => rules,
    keptOut: async () => new Set<string>(),
    onError: (error) => expect.unreachable(String(error)),
  });
  const place = { folder: '/repo', path: 'src/total.ts', languageId: 'typescript', prefix, suffix: ';\n}\n' };
  const ask = () => crossFile.context(place, 600);
  await ask();
  await settled();
  rules = 'src/';
  expect(await ask()).toBe('');
  built.resolve();
  await expect.poll(() => buildIndex.mock.calls.length).toBe(2);
  await settled();
  expect(await ask()).toBe('');
  crossFile.dispose();
});

test('the index is rebuilt when git has moved files, without earlier edits', async () => {
  let movedMs = 0;
  const said = (field: string): string => geometry.replaceAll('circle: Circle', `circle: Circle, ${field}: number`);
  let onDisk = said('older');
  const buildIndex = vi.fn(async () => {
    const index = new RetrievalIndex();
    index.set((await indexedText('src/geometry.ts', onDisk))!);
    return { index, within: '' };
  });
  const crossFile = new CrossFileContext({
    startAfterMs: 0,
    lookEveryMs: 0,
    buildIndex,
    documentEntry: (_, path, text) => entryOf(path, text),
    savedText: async () => '',
    languageOf,
    changedMs: async () => 0,
    movedMs: async () => movedMs,
    rulesWrittenMs: () => 0,
    rulesState: async () => '',
    keptOut: async () => new Set<string>(),
    onError: (error) => expect.unreachable(String(error)),
  });
  const ask = () =>
    crossFile.context(
      { folder: '/repo', path: 'src/total.ts', languageId: 'typescript', prefix, suffix: ';\n}\n' },
      600,
    );
  await expect.poll(ask).toContain('older: number');
  await crossFile.update('/repo', 'src/geometry.ts', said('left'), 4);
  expect(await ask()).toContain('left: number');
  onDisk = said('switched');
  movedMs = Date.now() + 1;
  expect(await ask()).toContain('left: number');
  await expect.poll(ask).toContain('switched: number');
  expect(buildIndex).toHaveBeenCalledTimes(2);
  // git has moved nothing since.
  for (let i = 0; i < 3; i++) {
    ask();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(buildIndex).toHaveBeenCalledTimes(2);
  crossFile.dispose();
});

test('what is left out from now on is no context, and the index is rebuilt without it', async () => {
  let rules = '';
  const buildIndex = vi.fn(async () => {
    const index = new RetrievalIndex();
    if (rules === '') index.set((await indexedText('src/geometry.ts', geometry))!);
    return { index, within: '' };
  });
  const crossFile = new CrossFileContext({
    startAfterMs: 0,
    lookEveryMs: 0,
    buildIndex,
    documentEntry: (_, path, text) => entryOf(path, text),
    savedText: async () => '',
    languageOf,
    changedMs: async () => 0,
    movedMs: async () => 0,
    rulesWrittenMs: () => 0,
    rulesState: async () => rules,
    keptOut: async () => new Set<string>(),
    onError: (error) => expect.unreachable(String(error)),
  });
  const ask = () =>
    crossFile.context(
      { folder: '/repo', path: 'src/total.ts', languageId: 'typescript', prefix, suffix: ';\n}\n' },
      600,
    );
  await expect.poll(ask).toContain('areaOfCircle');
  rules = 'src/';
  expect(await ask()).toBe('');
  await expect.poll(() => buildIndex.mock.calls.length).toBe(2);
  for (let i = 0; i < 3; i++) {
    expect(await ask()).toBe('');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(buildIndex).toHaveBeenCalledTimes(2);
  crossFile.dispose();
});

test.each([
  ['read from the disk', false],
  ['left in the editor', true],
])('a file %s that a list further down keeps out by now is not quoted', async (_, isLeft) => {
  const out = new Set<string>();
  const buildIndex = async () => {
    const index = new RetrievalIndex();
    index.set((await indexedText('app/src/geometry.ts', geometry))!);
    return { index, within: 'app' };
  };
  const crossFile = new CrossFileContext({
    startAfterMs: 0,
    lookEveryMs: 0,
    buildIndex,
    documentEntry: async (_, path, text) => (out.has(path) ? null : await entryOf(`app/${path}`, text)),
    savedText: async () => geometry,
    changedMs: async () => 0,
    languageOf,
    movedMs: async () => 0,
    rulesWrittenMs: () => 0,
    rulesState: async () => '',
    keptOut: async (_, paths) => new Set(paths.filter((path) => out.has(path))),
    onError: (error) => expect.unreachable(String(error)),
  });
  const place = { folder: '/repo/app', path: 'src/total.ts', languageId: 'typescript', prefix, suffix: ';\n}\n' };
  await expect.poll(() => crossFile.context(place, 600)).toContain('areaOfCircle');
  if (isLeft) await crossFile.update('/repo/app', 'src/geometry.ts', geometry, 0);
  expect(await crossFile.similar(place, 600)).toContain('areaOfCircle');
  out.add('src/geometry.ts');
  expect(await crossFile.similar(place, 600)).toBe('');
  expect(await crossFile.context(place, 600)).toBe('');
  crossFile.dispose();
});

test.each([
  ['.gitignore', 'geometry.ts\n', false],
  ['.gitattributes', 'geometry.ts filter=git-crypt\n', false],
  ['.gitignore', 'geometry.ts\n', true],
])(
  'a file that git’s rules further down leave out by now is not quoted: %s, %j, left in the editor: %s',
  async (name, rule, isLeft) => {
    using scratch = new ScratchRepository();
    scratch.write('src/geometry.ts', geometry).write('src/other.ts', 'export const other = 1;\n').commit('first');
    const folder = scratch.root;
    const crossFile = new CrossFileContext({
      startAfterMs: 0,
      lookEveryMs: 0,
      buildIndex: async () => ({ index: await buildIndex(folder), within: '' }),
      documentEntry,
      savedText: async () => geometry,
      changedMs: async () => 0,
      languageOf,
      movedMs: async () => 0,
      rulesState,
      rulesWrittenMs,
      keptOut: async () => new Set<string>(),
      onError: (error) => expect.unreachable(String(error)),
    });
    const place = { folder, path: 'src/total.ts', languageId: 'typescript', prefix, suffix: ';\n}\n' };
    const quoted = (): Promise<string> => crossFile.context(place, 600);
    await expect.poll(quoted, { timeout: 10_000 }).toContain('areaOfCircle');
    if (isLeft) await crossFile.update(folder, 'src/geometry.ts', geometry, 0);
    expect(await quoted()).toContain('areaOfCircle');
    scratch.write(`src/${name}`, rule);
    for (let i = 0; i < 10; i++) {
      expect(await quoted()).toBe('');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    crossFile.dispose();
  },
);
