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
])('%s', async (_, text, confidence, shown) => {
  expect(await at(text, confidence)).toBe(shown ? `x = ⟦${text}⟧` : 'dropped: not likely enough to be right');
});

const block = (head: string): string => `${head} {\n${`  ${long}\n`.repeat(8)}}`;

test.each([
  ['of a block that is too long to be read, the first line', 'x = ║', block('(a) =>'), -0.1, 'x = ⟦(a) => {⟧'],
  ['with the lines before it', 'x = ║', `\n  ${block('(a) =>')}`, -0.1, 'x = ⟦\n  (a) => {⟧'],
  ['nothing of one that is not likely either', 'x = ║', block('(a) =>'), -1, 'dropped: not likely enough to be right'],
  [
    'nothing where its end goes on behind the cursor',
    'x = [║]',
    block('(a) =>'),
    -0.1,
    'dropped: not likely enough to be right',
  ],
])('%s', async (_, marked, text, confidence, shown) => {
  expect(await applied(worth, marked, text, 'typescript', { confidence })).toBe(shown);
});

test('who types on is shown the rest once it is likely', async () => {
  expect(await at(long, -0.2)).toContain('dropped');
  expect(await at(long.slice(26), -0.2)).toContain(long.slice(26));
});

test('who asks for it by a command is shown what there is', async () => {
  expect(await at(long, -3, true)).toContain(long);
});
