import { expect, test } from 'vitest';
import { StatusLine } from './terminal.ts';

test.each([
  [120, 100],
  [60, 59],
  [12, 11],
  // As a terminal that was given no size.
  [0, 79],
  [undefined, 79],
])('in a terminal of %s columns, the first %i characters of a long line are shown', (columns, shown) => {
  const written: string[] = [];
  const out = { isTTY: true, columns, write: (text: string) => written.push(text) };
  new StatusLine(out as unknown as NodeJS.WriteStream).show('x'.repeat(100));
  expect(written.join('').match(/x/g)).toHaveLength(shown);
});
