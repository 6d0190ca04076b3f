import { expect, test } from 'vitest';
import { likely } from './likely.ts';
import { applied } from './testing.ts';

const at = (text: string, confidence: number, leastConfidence = -0.8): Promise<string> =>
  applied(likely, 'x = ║', text, 'typescript', { confidence, leastConfidence });
const long = 'compute(first, second, third, fourth);';

test.each([
  ['a short one that is rather sure', 'value', -0.5, true],
  ['a long one of the same confidence', long, -0.5, false],
  ['a long one that is very sure', long, -0.1, true],
  ['a block by its first line alone', `if (a) {\n${`  ${long}\n`.repeat(8)}}`, -0.5, true],
])('%s', async (_, text, confidence, shown) => {
  expect(await at(text, confidence)).toBe(shown ? `x = ⟦${text}⟧` : 'dropped: not likely to be right');
});

test('who types on is shown the rest once it is likely', async () => {
  expect(await at(long, -0.3)).toContain('dropped');
  expect(await at(long.slice(26), -0.3)).toContain(long.slice(26));
});

test('who asks for it by a command is shown what there is', async () => {
  expect(await at(long, -3, Number.NEGATIVE_INFINITY)).toContain(long);
});
