import { expect, test } from 'vitest';
import { applied } from './testing.ts';
import { worth } from './worth.ts';

const at = (text: string, confidence: number, everything = false): Promise<string> =>
  applied(worth, 'x = ║', text, 'typescript', { confidenceOf: () => confidence, everything });
const long = 'compute(first, second, third, fourth);';

test.each([
  ['a short, fairly likely suggestion is shown', 'value', -0.3, true],
  ['a suggestion that saves almost nothing is dropped', 'ab', -0.4, false],
  ['a long suggestion that is no likelier is dropped', long, -0.3, false],
  ['a long, very likely suggestion is shown', long, -0.1, true],
])('%s', async (_, text, confidence, shown) => {
  expect(await at(text, confidence)).toBe(shown ? `x = ⟦${text}⟧` : 'dropped: not likely enough to be right');
});

const block = (head: string): string => `${head} {\n${`  ${long}\n`.repeat(8)}}`;

test.each([
  ['a block too long to read is cut to its first line', 'x = ║', block('(a) =>'), -0.1, 'x = ⟦(a) => {⟧'],
  ['that line keeps the line break before it', 'x = ║', `\n  ${block('(a) =>')}`, -0.1, 'x = ⟦\n  (a) => {⟧'],
  ['a long, unlikely block is dropped', 'x = ║', block('(a) =>'), -1, 'dropped: not likely enough to be right'],
  [
    'a long block is dropped when text follows the cursor',
    'x = [║]',
    block('(a) =>'),
    -0.1,
    'dropped: not likely enough to be right',
  ],
])('%s', async (_, marked, text, confidence, shown) => {
  expect(await applied(worth, marked, text, 'typescript', { confidenceOf: () => confidence })).toBe(shown);
});

test('the rest of a dropped suggestion is shown once it is short enough', async () => {
  expect(await at(long, -0.2)).toContain('dropped');
  expect(await at(long.slice(26), -0.2)).toContain(long.slice(26));
});

test('what was worth showing stays while it is typed along, also where little of its line is left', async () => {
  const whole = `${long}\n  b();\n  c();\n  d();`;
  for (const length of [0, 5, long.length - 1, long.length]) {
    const [typed, rest] = [whole.slice(0, length), whole.slice(length)];
    const shown = applied(worth, `x = ${typed}║`, rest, 'typescript', { confidenceOf: () => -0.01, typed });
    expect(await shown).toBe(`x = ${typed}⟦${rest}⟧`);
  }
});

test('an unlikely suggestion is shown when it is asked for by command', async () => {
  expect(await at(long, -3, true)).toContain(long);
});
