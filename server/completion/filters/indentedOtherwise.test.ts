import { expect, test } from 'vitest';
import { applyFilters } from './index.ts';
import { applied } from './testing.ts';

/** What is shown to somebody who asks for it. */
const shown = (marked: string, generated: string, languageId: string) =>
  applied((suggestion, input) => applyFilters(suggestion, input), marked, generated, languageId, { everything: true });

test.each([
  [
    'python',
    'class A:\n\tdef f(self):\n\t\t║\n',
    'if self.a:\n            self.b()\n        return self.c\n    def g(self):',
    'class A:\n\tdef f(self):\n\t\t⟦if self.a:\n\t\t\tself.b()\n\t\treturn self.c⟧\n',
  ],
  [
    'python',
    'class A:\n\tdef f(self):║\n',
    '\n        if self.a:\n            self.b()\n        return self.c\n    def g(self):',
    'class A:\n\tdef f(self):⟦\n\t\tif self.a:\n\t\t\tself.b()\n\t\treturn self.c⟧\n',
  ],
  [
    'python',
    'def f(a):\n\tfor b in a:\n\t\tif b:\n\t\t\t║\n',
    'b.c()\n            b.d()\n        else:\n',
    'def f(a):\n\tfor b in a:\n\t\tif b:\n\t\t\t⟦b.c()\n\t\t\tb.d()⟧\n',
  ],
  [
    'kotlin',
    'fun f() {\n\tif (a) {\n\t\t║\n',
    'first()\n    second()\n  }',
    'fun f() {\n\tif (a) {\n\t\t⟦first()\n\t\tsecond()⟧\n',
  ],
])('a block that the model indents with spaces in a file with tabs is kept to its end (%s): %j', async (...of) => {
  const [languageId, marked, generated, expected] = of;
  expect(await shown(marked, generated, languageId)).toBe(expected);
});
