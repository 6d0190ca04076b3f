import { expect, test } from 'vitest';
import { applied } from './testing.ts';
import { worth } from './worth.ts';

const at = (text: string, confidence: number, everything = false): Promise<string> =>
  applied(worth, 'x = ║', text, 'typescript', { confidence, everything });
const long = 'compute(first, second, third, fourth);';

test.each([
  ['a short one that is rather sure', 'value', -0.3, true],
  ['one that saves next to nothing', 'ab', -0.4, false],
  ['a long one that is not surer', long, -0.3, false],
  ['a long one that is very sure', long, -0.1, true],
  ['a block that begins so', `if (a) {\n${`  ${long}\n`.repeat(8)}}`, -0.1, false],
])('%s', async (_, text, confidence, shown) => {
  expect(await at(text, confidence)).toBe(shown ? `x = ⟦${text}⟧` : 'dropped: not likely enough to be right');
});

test('who types on is shown the rest once it is likely', async () => {
  expect(await at(long, -0.2)).toContain('dropped');
  expect(await at(long.slice(26), -0.2)).toContain(long.slice(26));
});

test('who asks for it by a command is shown what there is', async () => {
  expect(await at(long, -3, true)).toContain(long);
});
