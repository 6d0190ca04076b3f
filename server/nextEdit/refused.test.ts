import { expect, it } from 'vitest';
import { changeBetween } from '../edits/change.ts';
import { RefusedEdits } from './refused.ts';

const made = (before: string, after: string, line = 0, path = 'a.ts') =>
  changeBetween(path, line, before.split('\n'), after.split('\n'))!;
const refused = made('use(a);\nkeep();\nuse(b);\n}', 'use(a, 1);\nkeep();\nuse(b, 1);\n});');

it.each([
  ['the same', refused, true],
  [
    'the same further down with other indentation',
    made('  use(a);\n  keep();\n  use(b);\n  }', '  use(a, 1);\n  keep();\n  use(b, 1);\n  });', 9),
    true,
  ],
  ['a part of it', made('use(b);', 'use(b, 1);', 2), true],
  ['a part of it, and something new', made('use(b);\nuse(c);', 'use(b, 1);\nuse(c, 1);', 2), true],
  ['something new', made('use(c);', 'use(c, 1);'), false],
  ['something else in a line of it', made('use(a);', 'use(a, 2);'), false],
  ['something new with brackets that it has too', made('use(c);\n}', 'use(c, 1);\n});'), false],
  ['the same in another file', made('use(a);', 'use(a, 1);', 0, 'b.ts'), false],
])('a refused edit is recognised or not: %s', (_, change, expected) => {
  const edits = new RefusedEdits();
  edits.add(refused);
  expect(edits.has(change)).toBe(expected);
});

it.each([
  ['brackets', made('}', '});')],
  ['indentation', { path: 'a.ts', line: 0, before: ['  a'], after: ['a'] }],
  ['inserted lines', made('a\nb', 'a\nx\ny\nb')],
  ['deleted lines', made('a\nx\ny\nb', 'a\nb')],
])('an edit of %s alone is refused as a whole', (_, change) => {
  const edits = new RefusedEdits();
  expect(edits.has(change)).toBe(false);
  edits.add(change);
  expect(edits.has(change)).toBe(true);
});

it('the newest 500 refused edits are remembered', () => {
  const edits = new RefusedEdits();
  for (let i = 0; i <= 500; i++) edits.add(made(`a${i}`, 'b'));
  expect([0, 1, 500].map((i) => edits.has(made(`a${i}`, 'b')))).toEqual([false, true, true]);
});
