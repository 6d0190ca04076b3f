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
  ['of several, those within the document’s', 'typescript', 'x = ║);\n', 'f(g(() => {', 'x = ⟦f(g(() => {})⟧);\n'],
  ['of several, two are the document’s', 'typescript', 'x = ║));\n', 'f(g(() => {', 'x = ⟦f(g(() => {}⟧));\n'],
  ['a bracket in single quotes', 'typescript', 'f(║)\n', "a.split(' (').map((", "f(⟦a.split(' (').map(())⟧)\n"],
  ['the same in Python', 'python', 'f(║)\n', "join(' (', [", "f(⟦join(' (', [])⟧)\n"],
  ['a bracket in quotes that are escaped', 'typescript', 'f(║)\n', "'it\\'s (', {", "f(⟦'it\\'s (', {}⟧)\n"],
  ['a bracket in a regular expression', 'typescript', 'f(║)\n', '/\\(/, {', 'f(⟦/\\(/, {⟧)\n'],
  ['lifetimes are no quotes', 'rust', 'f(║);\n', "|x: &'a Foo<'b>| {", "f(⟦|x: &'a Foo<'b>| {}⟧);\n"],
  ['in a string that is not closed', 'typescript', 'f(║)\n', '"total (', 'f(⟦"total (⟧)\n'],
  ['in single quotes that are not closed', 'python', 'f(║)\n', "'total (", "f(⟦'total (⟧)\n"],
  ['in a template that is not closed', 'typescript', 'f(║)\n', '`total: ${sum(', 'f(⟦`total: ${sum(⟧)\n'],
  ['in a template of the document', 'typescript', '`${║}`\n', 'a.map((x) => {', '`${⟦a.map((x) => {})⟧}`\n'],
  ['in a remark', 'typescript', 'f(║)\n', 'x, // see (', 'f(⟦x, // see (⟧)\n'],
  ['in one of Python', 'python', 'f(║)\n', 'x  # see (', 'f(⟦x  # see (⟧)\n'],
  ['in a string that is not closed, without a grammar', 'lua', 'f(║)\n', '"total (', 'f(⟦"total (⟧)\n'],
  ['in single quotes, without a grammar', 'lua', 'f(║)\n', "a:find(' ('), {", "f(⟦a:find(' ('), {}⟧)\n"],
  ['a function, without a grammar', 'lua', 'f(║)\n', "g('a', {", "f(⟦g('a', {})⟧)\n"],
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
