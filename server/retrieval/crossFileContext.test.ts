import { expect, test, vi } from 'vitest';
import { languageOf } from '../languages/languageOf.ts';
import { indexedText } from '../mining/indexing.ts';
import { CrossFileContext, type FolderIndex } from './crossFileContext.ts';
import { RetrievalIndex } from './index.ts';
import { entryOf, geometry, geometryWith, prefix, settled } from './testing.ts';

function scene(read = entryOf, within = '', savedText: (path: string) => Promise<string> = async () => '') {
  const index = new RetrievalIndex();
  const built = Promise.withResolvers<FolderIndex>();
  const errors: unknown[] = [];
  const crossFile = new CrossFileContext({
    startAfterMs: 0,
    buildIndex: () => built.promise,
    documentEntry: (_, path, text) => read(within === '' ? path : `${within}/${path}`, text),
    savedText: (_, path) => savedText(path),
    languageOf,
    changedMs: async () => 0,
    movedMs: async () => 0,
    rulesWrittenMs: () => 0,
    rulesState: async () => '',
    keptOut: async () => new Set<string>(),
    onError: (error) => errors.push(error),
  });
  const ask = () =>
    crossFile.context(
      { folder: '/repo', path: 'src/total.ts', languageId: 'typescript', prefix, suffix: ';\n}\n' },
      600,
    );
  const ready = () => built.resolve({ index, within });
  return { index, built, ready, crossFile, ask, errors };
}

/** With its index built, which contains `geometry`. */
async function indexed(of: ReturnType<typeof scene>) {
  of.index.set((await indexedText('src/geometry.ts', geometry))!);
  of.ask();
  of.ready();
  await settled();
  return of;
}

test('a completion does not wait for the index, and uses it once it is there', async () => {
  const { index, ready, ask } = scene();
  expect(await ask()).toBe('');
  index.set((await indexedText('src/geometry.ts', geometry))!);
  ready();
  await settled();
  expect(await ask()).toContain('areaOfCircle(circle: Circle): number');
});

test('typing on the cursor line does not change the context', async () => {
  const { crossFile, ask } = await indexed(scene());
  const before = await ask();
  const typed = await crossFile.context(
    { folder: '/repo', path: 'src/total.ts', languageId: 'typescript', prefix: `${prefix}areaOf`, suffix: ';\n}\n' },
    600,
  );
  expect(typed).toBe(before);
});

test('an edited document updates the context of others, and an unusable one is removed from it', async () => {
  const { crossFile, ask } = await indexed(scene());
  await crossFile.update('/repo', 'src/geometry.ts', geometryWith('scale: number'), 4);
  expect(await ask()).toContain('scale: number');
  await crossFile.update('/repo', 'src/geometry.ts', '// @generated\n', 0);
  expect(await ask()).not.toContain('areaOfCircle(circle');
});

test('an edit made while the index is built is in the index', async () => {
  const { index, ready, crossFile, ask } = scene();
  index.set((await indexedText('src/geometry.ts', geometry))!);
  ask();
  const left = geometryWith('scale: number');
  await crossFile.update('/repo', 'src/geometry.ts', left, 4);
  ready();
  await expect.poll(ask).toContain('scale: number');
});

test('of two concurrent updates of a document the newer one stays', async () => {
  const { crossFile, ask } = await indexed(
    scene(async (path, text) => {
      if (text.includes('slow')) await new Promise((resolve) => setTimeout(resolve, 20));
      return entryOf(path, text);
    }),
  );
  const as = (name: string): string => geometryWith(`${name}: number`);
  await Promise.all([
    crossFile.update('/repo', 'src/geometry.ts', as('slow'), 4),
    crossFile.update('/repo', 'src/geometry.ts', as('newer'), 4),
  ]);
  expect(await ask()).toContain('newer: number');
});

test('a closed document is indexed as its saved file, and removed when the file is gone', async () => {
  const changed = geometryWith('scale: number');
  let saved = changed;
  const { crossFile, ask } = await indexed(
    scene(entryOf, '', async (path) => {
      expect(path).toBe('src/geometry.ts');
      return saved;
    }),
  );
  await crossFile.update('/repo', 'src/geometry.ts', geometryWith('unsaved: 1'), 4);
  expect(await ask()).toContain('unsaved: 1');
  await crossFile.closed('/repo', 'src/geometry.ts');
  expect(await ask()).toContain('scale: number');
  saved = '';
  await crossFile.closed('/repo', 'src/geometry.ts');
  expect(await ask()).not.toContain('areaOfCircle(circle');
  // Nothing in the index is read.
  await crossFile.closed('/repo', 'notebook.ipynb');
});

test('an update of a closed document while its saved file is read takes precedence', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { crossFile, ask } = await indexed(scene(entryOf, '', () => promise));
  const closed = crossFile.closed('/repo', 'src/geometry.ts');
  await crossFile.update('/repo', 'src/geometry.ts', geometryWith('scale: number'), 4);
  resolve(geometry);
  await closed;
  expect(await ask()).toContain('scale: number');
});

test('an index that cannot be built is reported once and leaves completions without context', async () => {
  const { built, ask, errors } = scene();
  ask();
  built.reject(new Error('not a folder'));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await ask()).toBe('');
  expect(errors).toHaveLength(1);
});

test.each(['total.ipynb', 'bin/total', ''])(
  'a document whose path %j does not tell its language has context',
  async (path) => {
    const { crossFile } = await indexed(scene());
    const place = { folder: '/repo', path, languageId: 'typescript', prefix, suffix: ';\n}\n' };
    expect(await crossFile.context(place, 600)).toContain('areaOfCircle');
    expect(await crossFile.context({ ...place, languageId: 'plaintext' }, 600)).toBe('');
  },
);

test('speculation gets similar code exactly as it stands in the other file', async () => {
  const { index, ready, crossFile, ask } = scene();
  index.set((await indexedText('src/geometry.ts', geometry.repeat(3)))!);
  ask();
  ready();
  await settled();
  const similar = await crossFile.similar(
    { folder: '/repo', path: 'src/total.ts', languageId: 'typescript', prefix, suffix: ';\n}\n' },
    600,
  );
  expect(similar).toContain('return Math.PI * circle.radius ** 2;');
  expect(similar.length).toBeLessThanOrEqual(600);
});

test('the index is built once, and only after the start delay', async () => {
  const buildIndex = vi.fn(() => new Promise<never>(() => {}));
  const crossFile = new CrossFileContext({
    startAfterMs: 40,
    buildIndex,
    documentEntry: async () => null,
    savedText: async () => '',
    languageOf: () => 'typescript',
    changedMs: async () => 0,
    movedMs: async () => 0,
    rulesWrittenMs: () => 0,
    rulesState: async () => '',
    keptOut: async () => new Set<string>(),
    onError: () => {},
  });
  const place = { folder: '/f', path: 'a.ts', languageId: 'typescript', prefix: 'x', suffix: '' };
  crossFile.context(place, 100);
  crossFile.context(place, 100);
  expect(buildIndex).not.toHaveBeenCalled();
  await expect.poll(() => buildIndex.mock.calls.length).toBe(1);
  crossFile.dispose();
});

test('an index that could not be built is built later', async () => {
  const index = new RetrievalIndex();
  index.set((await indexedText('src/geometry.ts', geometry))!);
  const errors: unknown[] = [];
  const buildIndex = vi
    .fn(async (): Promise<FolderIndex> => ({ index, within: '' }))
    .mockRejectedValueOnce(new Error('out of memory'));
  const crossFile = new CrossFileContext({
    startAfterMs: 0,
    lookEveryMs: 0,
    retryAfterMs: 0,
    buildIndex,
    documentEntry: async () => null,
    savedText: async () => '',
    languageOf,
    changedMs: async () => 0,
    movedMs: async () => 0,
    rulesWrittenMs: () => 0,
    rulesState: async () => '',
    keptOut: async () => new Set<string>(),
    onError: (error) => errors.push(error),
  });
  const ask = () =>
    crossFile.context(
      { folder: '/repo', path: 'src/total.ts', languageId: 'typescript', prefix, suffix: ';\n}\n' },
      600,
    );
  expect(await ask()).toBe('');
  await expect.poll(ask).toContain('areaOfCircle');
  expect(errors).toEqual([new Error('out of memory')]);
  expect(buildIndex).toHaveBeenCalledTimes(2);
  crossFile.dispose();
});

test('a document in a subfolder of its repository is known by its path from the root', async () => {
  const { index, ready, crossFile, ask } = scene(entryOf, 'packages/shapes');
  const inRepository = (path: string) => `packages/shapes/${path}`;
  index.set((await indexedText(inRepository('src/geometry.ts'), geometry))!);
  // The document itself is no context for itself.
  index.set((await indexedText(inRepository('src/total.ts'), `${prefix}circle.radius;\n}\n`.repeat(3)))!);
  ask();
  ready();
  await settled();
  expect(await ask()).toContain('// packages/shapes/src/geometry.ts\n');
  expect(await ask()).not.toContain('src/total.ts');
  await crossFile.update('/repo', 'src/geometry.ts', geometryWith('scale: number'), 4);
  expect(await ask()).toContain('scale: number');
  expect(await ask()).not.toContain('areaOfCircle(circle: Circle): number');
  await crossFile.update('/repo', 'src/geometry.ts', '// @generated\n', 0);
  expect(await ask()).toBe('');
});

test('a removed folder is no longer read and is forgotten, and its late result is no error', async () => {
  const read: {
    readonly folder: string;
    readonly signal: AbortSignal;
    readonly end: PromiseWithResolvers<FolderIndex>;
  }[] = [];
  const errors: unknown[] = [];
  const crossFile = new CrossFileContext({
    startAfterMs: 0,
    buildIndex: (folder, signal) => {
      const end = Promise.withResolvers<FolderIndex>();
      signal.addEventListener('abort', () => end.reject(signal.reason));
      read.push({ folder, signal, end });
      return end.promise;
    },
    documentEntry: (_, path, text) => entryOf(path, text),
    savedText: async () => '',
    languageOf,
    changedMs: async () => 0,
    movedMs: async () => 0,
    rulesWrittenMs: () => 0,
    rulesState: async () => '',
    keptOut: async () => new Set<string>(),
    onError: (error) => errors.push(error),
  });
  const ask = (folder: string) =>
    crossFile.context({ folder, path: 'src/total.ts', languageId: 'typescript', prefix, suffix: ';\n}\n' }, 600);
  for (const folder of ['/kept', '/gone', '/begun']) ask(folder);
  const index = new RetrievalIndex();
  index.set((await indexedText('src/geometry.ts', geometry))!);
  for (const { folder, end } of read) if (folder !== '/begun') end.resolve({ index, within: '' });
  await settled();
  expect([await ask('/kept'), await ask('/gone')]).toEqual([
    expect.stringContaining('areaOfCircle'),
    expect.stringContaining('areaOfCircle'),
  ]);
  crossFile.keepOnly(['/kept']);
  expect(read.map(({ folder, signal }) => [folder, signal.aborted])).toEqual([
    ['/kept', false],
    ['/gone', true],
    ['/begun', true],
  ]);
  await settled();
  expect(await ask('/kept')).toContain('areaOfCircle');
  // After reopening, it is indexed again.
  expect(await ask('/gone')).toBe('');
  expect(read.map(({ folder }) => folder)).toEqual(['/kept', '/gone', '/begun', '/gone']);
  crossFile.dispose();
  expect(errors).toEqual([]);
});
