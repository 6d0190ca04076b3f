import { expect, test } from 'vitest';
import { loopAtEnd } from './lineLoop.ts';

test.each([
  ['the same line twice', ['call(1)', '  call(1)'], 1],
  ['two lines twice', ['a = 1', '// one', '// two', '// one', '// two'], 2],
  ['four lines twice', ['one();', 'two();', 'three();', 'four();', 'one();', 'two();', 'three();', 'four();'], 4],
  ['brackets alone are no loop', ['}', '}'], 0],
  ['nor is the same line with another between', ['call(1)', 'call(2)', 'call(1)'], 0],
  ['nothing', [], 0],
])('%s', (_name, lines, period) => {
  expect(loopAtEnd(lines)).toBe(period);
});
