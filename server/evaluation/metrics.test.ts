import { expect, test } from 'vitest';
import { scoreCompletion } from './metrics.ts';

const place = { prefix: "it('x', ", middle: '() => {\n  a();\n}', suffix: ');\n' };

test.each([
  ['that closes what it opens behind the cursor is right by what stands before it', '() => {}', 1, true],
  ['of which another part stands before it is not', '(b) => {}', 1, false],
  ['with nothing behind the cursor is taken as it is', '() => {}', 0, false],
])('a first line %s', (_, text, caretBack, firstLine) => {
  expect(scoreCompletion(place, { text, replaceAfter: 0, caretBack }, null)).toMatchObject({ firstLine, exact: false });
});

test('a function without a body is exactly that', () => {
  const empty = { ...place, middle: '() => {}' };
  const verdict = scoreCompletion(empty, { text: '() => {}', replaceAfter: 0, caretBack: 1 }, null);
  expect(verdict).toMatchObject({ firstLine: true, exact: true });
});
