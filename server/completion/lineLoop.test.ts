import { expect, test } from 'vitest';
import { loopAtEnd } from './lineLoop.ts';

test.each([
  ['a loop of one line', ['call(1)', '  call(1)'], 1],
  ['a loop of two lines', ['a = 1', '// one', '// two', '// one', '// two'], 2],
  ['a loop of four lines', ['one();', 'two();', 'three();', 'four();', 'one();', 'two();', 'three();', 'four();'], 4],
  ['brackets alone are no loop', ['}', '}'], 0],
  ['no loop when another line stands between', ['call(1)', 'call(2)', 'call(1)'], 0],
  ['no loop without lines', [], 0],
])('%s', (_name, lines, period) => {
  expect(loopAtEnd(lines)).toBe(period);
});
