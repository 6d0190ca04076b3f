import { expect, test } from 'vitest';
import { scoreCompletion } from './metrics.ts';

const place = { prefix: "it('x', ", middle: '() => {\n  a();\n}', suffix: ');\n' };

test.each([
  ['that closes its brackets behind the cursor is compared up to the cursor', '() => {}', 1, true],
  ['that differs before the cursor is wrong', '(b) => {}', 1, false],
  ['with nothing behind the cursor is compared whole', '() => {}', 0, false],
])('a first line %s', (_, text, caretBack, firstLine) => {
  expect(scoreCompletion(place, { text, replaceAfter: 0, caretBack }, null)).toMatchObject({ firstLine, exact: false });
});

test('an empty function body that is closed behind the cursor matches exactly', () => {
  const empty = { ...place, middle: '() => {}' };
  const verdict = scoreCompletion(empty, { text: '() => {}', replaceAfter: 0, caretBack: 1 }, null);
  expect(verdict).toMatchObject({ firstLine: true, exact: true });
});
