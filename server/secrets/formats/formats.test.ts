import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WordSearch } from '../wordSearch.ts';
import { formats, wordsOf } from './index.ts';

it.each(formats.map((format) => [format[0], format] as const))(
  'all that %s can match has one of its words',
  (_, [, words, pattern]) => {
    const search = new WordSearch(wordsOf(words));
    // The generator knows neither flags inside a pattern nor what must stand around it; any case is found anyhow.
    const source = pattern.replace(/\(\?i\)|\\b/g, '').replace(/\\x\{([0-9a-f]+)\}/g, '\\x$1');
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(source)), (text) => {
        let found = 0;
        search.scan(text, () => found++);
        expect(found, text).toBeGreaterThan(0);
      }),
      { numRuns: 20 },
    );
  },
);

it('a word is found wherever it stands, in any case, and in another', () => {
  const found: [number, number][] = [];
  new WordSearch(['he', 'she', 'hers', 'his']).scan('usHERs his', (word, end) => found.push([word, end]));
  expect(found).toEqual([
    [1, 4],
    [0, 4],
    [2, 6],
    [3, 10],
  ]);
});
