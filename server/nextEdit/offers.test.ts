import { expect, test } from 'vitest';
import { heapGrowth } from '../common/testing.ts';
import { linesOf } from '../edits/lineEdit.ts';
import { Offers } from './offers.ts';
import { textEditOf } from './textEdit.ts';

test('remembered offers retain the changed lines instead of every version of the document', () => {
  const grown = heapGrowth(() => {
    const offers = new Offers();
    for (let i = 0; i < 60; i++) {
      const text = [`const number${i} = 1;`, ...Array(40_000).fill('const abcdefghijklmnop = 1;')].join('\n');
      const change = { path: 'a.ts', line: 5, before: linesOf(text).slice(5, 7), after: ['one', 'two'] };
      offers.add({ uri: 'a', change }, text, textEditOf(text, change));
    }
    return offers;
  });
  expect(grown).toBeLessThan(20_000_000);
});
