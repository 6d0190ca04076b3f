import { expect, test } from 'vitest';
import { CrossFileContext } from '../retrieval/crossFileContext.ts';
import { entryOf, RetrievalIndex } from '../retrieval/index.ts';
import { withoutExcluded } from './withoutExcluded.ts';

const RATE = 'def internal_rate(customer):\n    return secret_table[customer]\n';
const indexed = (path: string, text: string) => entryOf({ path, text, definitions: [], secrets: [] });
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

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
    rulesState: async () => '',
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
  quoted();
  await settled();
  await context.update('/p', 'rates.py', RATE, 0);
  expect(await quoted()).toContain('internal_rate');
  exclude = ['rates.py'];
  quoted();
  await settled();
  expect(await quoted()).not.toContain('internal_rate');
  await context.update('/p', 'rates.py', RATE, 0);
  expect(await quoted()).not.toContain('internal_rate');
  context.dispose();
});
