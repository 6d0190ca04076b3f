import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WordSearch } from '../wordSearch.ts';
import { formats, standsAsWritten, wordsOf } from './index.ts';

it.each(formats.map((format) => [format[0], format] as const))(
  'everything that %s can match contains one of its search words',
  (_, format) => {
    const words = wordsOf(format);
    const search = new WordSearch(words.map(({ word }) => word));
    // The generator supports neither flags inside a pattern nor assertions around it.
    const source = `^(?:${format[2].replace(/\(\?i\)|\\b/g, '').replace(/\\x\{([0-9a-f]+)\}/g, '\\x$1')})$`;
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(source)), (text) => {
        let found = 0;
        search.scan(text, (word, end) => {
          if (standsAsWritten(text, end, words[word] as (typeof words)[number])) found++;
        });
        expect(found, text).toBeGreaterThan(0);
      }),
      { numRuns: 20 },
    );
  },
);

it('a word is found at any place, in any case, and inside another word', () => {
  const found: [number, number][] = [];
  new WordSearch(['he', 'she', 'hers', 'his']).scan('usHERs his', (word, end) => found.push([word, end]));
  expect(found).toEqual([
    [1, 4],
    [0, 4],
    [2, 6],
    [3, 10],
  ]);
});
