import { expect, it } from 'vitest';
import { excessOf } from '../secrets/testing/cost.ts';
import { secretLines } from './fileMiner.ts';

const text = 'a = 1\nkey = "abc"\ntoken = "def"\n\nb = 2\n';
const at = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });

it.each([
  ['none', [], []],
  ['two on a line', ['key', 'abc'], ['key = "abc"']],
  ['two on consecutive lines', ['abc', 'def'], ['key = "abc"\ntoken = "def"']],
  ['one over two lines, and one on the second', ['abc"\ntok', 'def'], ['key = "abc"\ntoken = "def"']],
  ['one within another', ['key = "abc"\ntoken', 'abc'], ['key = "abc"\ntoken = "def"']],
  ['two on separate lines', ['a =', '2'], ['a = 1', 'b = 2']],
])('secrets cover whole lines: %s', (_, secrets, lines) => {
  expect(secretLines(text, secrets.map(at)).map(({ start, end }) => text.slice(start, end))).toEqual(lines);
});

it('finding the ends of a line takes linear time, however many secrets it has', async () => {
  const search = (line: string) =>
    secretLines(
      line,
      Array.from({ length: line.length / 16 }, (_, i) => ({ start: 16 * i, end: 16 * i + 8 })),
    );
  expect(await excessOf(search, (length) => 'x'.repeat(length))).toBeNull();
});
