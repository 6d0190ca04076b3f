import { expect, test } from 'vitest';
import { closeOpened } from './closeOpened.ts';
import { applyFilters } from './index.ts';
import { applied } from './testing.ts';

test.each([
  ['a function as the last argument', 'typescript', "it('x', ║);\n", '() => {', "it('x', ⟦() => {}⟧);\n"],
  ['with a bracket of its own', 'typescript', 'a(║)\n', 'useMemo(() => {', 'a(⟦useMemo(() => {})⟧)\n'],
  ['a list', 'python', 'f(║)\n', 'names=[', 'f(⟦names=[]⟧)\n'],
  ['an object', 'javascript', 'f(a, ║)\n', '{', 'f(a, ⟦{}⟧)\n'],
  ['a function in Go', 'go', '\tt.Run("x", ║)\n', 'func(t *testing.T) {', '\tt.Run("x", ⟦func(t *testing.T) {}⟧)\n'],
  ['a bracket in a string is none', 'typescript', 'f(║)\n', '"(", () => {', 'f(⟦"(", () => {}⟧)\n'],
  ['a call whose bracket is the document’s', 'typescript', 'x = ║);\n', 'f(() => {', 'x = ⟦f(() => {}⟧);\n'],
  ['nothing behind the cursor closes', 'typescript', "it('x', ║\n", '() => {', "it('x', ⟦() => {⟧\n"],
  ['what is behind it opens', 'typescript', 'if (a) ║(b)\n', '{', 'if (a) ⟦{⟧(b)\n'],
  ['in a string', 'typescript', 'f("║")\n', 'a {', 'f("⟦a {⟧")\n'],
  ['nothing is left open', 'typescript', 'f(║)\n', '() => {}', 'f(⟦() => {}⟧)\n'],
  ['open, but going on', 'typescript', 'f(║)\n', 'g(a', 'f(⟦g(a⟧)\n'],
])('%s (%s): %s', async (_, languageId, marked, generated, expected) => {
  expect(await applied(closeOpened, marked, generated, languageId)).toBe(expected);
});

test('the cursor goes before what closes it, as it does behind a typed bracket', async () => {
  const all: typeof closeOpened = (suggestion, input) => {
    const result = applyFilters(suggestion, input);
    return 'dropped' in result ? result : { ...result, text: `${result.text}, back ${result.caretBack ?? 0}` };
  };
  expect(await applied(all, 'a(║)\n', 'useMemo(() => {\n  b();\n}))', 'typescript')).toBe(
    'a(⟦useMemo(() => {}), back 2⟧)\n',
  );
  expect(await applied(all, 'a(║)\n', 'b, c)', 'typescript')).toBe('a(⟦b, c, back 0⟧)\n');
});
