import { expect, test } from 'vitest';
import { heapGrowth } from '../common/testing.ts';
import { tellingOf } from './names.ts';

test('cached names do not keep the texts they come from in memory', () => {
  const grown = heapGrowth(() => {
    const telling = [];
    for (let i = 0; i < 60; i++) {
      const text = [`const someNumber${i}Name = 1;`, ...Array(40_000).fill('const abcdefghijklmnop = 1;')].join('\n');
      for (const [name] of text.matchAll(/some\w+/g)) telling.push(tellingOf(name));
    }
    return telling;
  });
  expect(grown).toBeLessThan(20_000_000);
});
