import { expect, test } from 'vitest';
import { CrossFileContext } from '../retrieval/crossFileContext.ts';
import { entryOf, RetrievalIndex } from '../retrieval/index.ts';
import { withoutExcluded } from './withoutExcluded.ts';
import { withoutKeptOut } from './withoutKeptOut.ts';

const RATE = 'def internal_rate(customer):\n    return secret_table[customer]\n';
const indexed = (path: string, text: string) => entryOf({ path, text, definitions: [], secrets: [] });

test.each([
  ['', 'rates.py'],
  ['app', 'app/rates.py'],
])('a file that the setting excludes is not quoted in the prompts of others (folder %j)', async (within, path) => {
  let exclude: string[] = [];
  const sources = {
    buildIndex: async () => {
      const index = new RetrievalIndex();
      index.set(indexed(path, RATE));
      return { index, within };
    },
    documentEntry: async (_: string, name: string, text: string) =>
      indexed(within === '' ? name : `${within}/${name}`, text),
    savedText: async () => RATE,
    languageOf: () => 'python',
    changedMs: async () => 0,
    movedMs: async () => 0,
    rulesWrittenMs: () => 0,
    rulesState: async () => '',
    keptOut: async () => new Set<string>(),
    startAfterMs: 0,
    lookEveryMs: 0,
  };
  const context = new CrossFileContext({
    ...withoutExcluded(sources, {
      isExcluded: (folder, name) => folder === '/p' && exclude.includes(name),
      state: () => exclude.join('\n'),
    }),
    onError: (error) => {
      throw error;
    },
  });
  const prefix = 'x = internal_rate(customer) + secret_table[customer]\ny = ';
  const quoted = () =>
    context.similar({ folder: '/p', path: 'main.py', languageId: 'python', prefix, suffix: '' }, 4000);
  await expect.poll(quoted).toContain('internal_rate');
  await context.update('/p', 'rates.py', RATE, 0);
  expect(await quoted()).toContain('internal_rate');
  exclude = ['rates.py'];
  await expect.poll(quoted).not.toContain('internal_rate');
  await context.update('/p', 'rates.py', RATE, 0);
  expect(await quoted()).not.toContain('internal_rate');
  context.dispose();
});

test('a file that a list of a folder around names is not quoted either', async () => {
  const sources = {
    buildIndex: async (_folder: string, _signal: AbortSignal) => {
      const index = new RetrievalIndex();
      for (const path of ['rates.py', 'open.py']) index.set(indexed(`app/${path}`, RATE));
      return { index, within: 'app' };
    },
    documentEntry: async (_: string, name: string, text: string) => indexed(`app/${name}`, text),
    savedText: async () => RATE,
    languageOf: () => 'python',
    changedMs: async () => 0,
    movedMs: async () => 0,
    rulesWrittenMs: () => 0,
    rulesState: async (folder: string) => `rules of ${folder}`,
  };
  const without = withoutKeptOut(sources, {
    around: () => ['/p'],
    namedAround: async (_, paths) => new Set(paths.filter((path) => path === 'rates.py')),
    keptOut: async () => new Set(),
  });
  const { index } = await without.buildIndex('/p/app', new AbortController().signal);
  expect([...index.paths()]).toEqual(['app/open.py']);
  expect(await without.documentEntry('/p/app', 'rates.py', RATE)).toBeNull();
  expect(await without.documentEntry('/p/app', 'open.py', RATE)).not.toBeNull();
  expect(await without.rulesState('/p/app')).toBe('rules of /p/app\nrules of /p');
});
