import { expect, test } from 'vitest';
import { closeOpened } from './closeOpened.ts';
import { matchClosers } from './closers.ts';
import { applyFilters } from './index.ts';
import { applied } from './testing.ts';

test.each([
  ['a function as the last argument', 'typescript', "it('x', ║);\n", '() => {', "it('x', ⟦() => {}⟧);\n"],
  ['with a bracket of its own', 'typescript', 'a(║)\n', 'useMemo(() => {', 'a(⟦useMemo(() => {})⟧)\n'],
  ['a list', 'python', 'f(║)\n', 'names=[', 'f(⟦names=[]⟧)\n'],
  ['an object', 'javascript', 'f(a, ║)\n', '{', 'f(a, ⟦{}⟧)\n'],
  ['a function in Go', 'go', '\tt.Run("x", ║)\n', 'func(t *testing.T) {', '\tt.Run("x", ⟦func(t *testing.T) {}⟧)\n'],
  ['ignoring a bracket in a string', 'typescript', 'f(║)\n', '"(", () => {', 'f(⟦"(", () => {}⟧)\n'],
  ['except for a call that the document closes', 'typescript', 'x = ║);\n', 'f(() => {', 'x = ⟦f(() => {}⟧);\n'],
  ['not when no bracket closes behind the cursor', 'typescript', "it('x', ║\n", '() => {', "it('x', ⟦() => {⟧\n"],
  ['not before an opening bracket', 'typescript', 'if (a) ║(b)\n', '{', 'if (a) ⟦{⟧(b)\n'],
  ['not inside a string', 'typescript', 'f("║")\n', 'a {', 'f("⟦a {⟧")\n'],
  ['nothing when nothing is left open', 'typescript', 'f(║)\n', '() => {}', 'f(⟦() => {}⟧)\n'],
  ['all but one that the document closes', 'typescript', 'x = ║);\n', 'f(g(() => {', 'x = ⟦f(g(() => {})⟧);\n'],
  ['all but two that the document closes', 'typescript', 'x = ║));\n', 'f(g(() => {', 'x = ⟦f(g(() => {}⟧));\n'],
  ['ignoring a quoted bracket', 'typescript', 'f(║)\n', "a.split(' (').map((", "f(⟦a.split(' (').map(())⟧)\n"],
  ['ignoring a quoted bracket', 'python', 'f(║)\n', "join(' (', [", "f(⟦join(' (', [])⟧)\n"],
  ['ignoring a bracket after an escaped quote', 'typescript', 'f(║)\n', "'it\\'s (', {", "f(⟦'it\\'s (', {}⟧)\n"],
  ['ignoring a bracket in a regular expression', 'typescript', 'f(║)\n', '/\\(/, {', 'f(⟦/\\(/, {}⟧)\n'],
  ['a closure with lifetimes', 'rust', 'f(║);\n', "|x: &'a Foo<'b>| {", "f(⟦|x: &'a Foo<'b>| {}⟧);\n"],
  ['not in an unclosed string', 'typescript', 'f(║)\n', '"total (', 'f(⟦"total (⟧)\n'],
  ['not in unclosed single quotes', 'python', 'f(║)\n', "'total (", "f(⟦'total (⟧)\n"],
  ['not in an unclosed template literal', 'typescript', 'f(║)\n', '`total: ${sum(', 'f(⟦`total: ${sum(⟧)\n'],
  ['in a template literal of the document', 'typescript', '`${║}`\n', 'a.map((x) => {', '`${⟦a.map((x) => {})⟧}`\n'],
  ['not in a comment', 'typescript', 'f(║)\n', 'x, // see (', 'f(⟦x, // see (⟧)\n'],
  ['not in a comment', 'python', 'f(║)\n', 'x  # see (', 'f(⟦x  # see (⟧)\n'],
  ['not in an unclosed string, without a grammar', 'lua', 'f(║)\n', '"total (', 'f(⟦"total (⟧)\n'],
  ['not in single quotes, without a grammar', 'lua', 'f(║)\n', "a:find(' ('), {", "f(⟦a:find(' ('), {}⟧)\n"],
  ['a table, without a grammar', 'lua', 'f(║)\n', "g('a', {", "f(⟦g('a', {})⟧)\n"],
  ['not when text follows the open bracket', 'typescript', 'f(║)\n', 'g(a', 'f(⟦g(a⟧)\n'],
])('closes what the suggestion opened: %s (%s): %s', async (_, languageId, marked, generated, expected) => {
  expect(await applied(closeOpened, marked, generated, languageId)).toBe(expected);
});

test.each([
  ['a quote', 'typescript', "it('║')\n", "does x', async () => {", "it('⟦does x', async () => {}⟧)\n"],
  ['a quote', 'go', '\tt.Run("║")\n', 'x", func(t *testing.T) {', '\tt.Run("⟦x", func(t *testing.T) {}⟧)\n'],
  ['a quote', 'python', 'f("║")\n', 'a (", [', 'f("⟦a (", []⟧)\n'],
  ['triple quotes', 'python', 'f("""║""")\n', 'a""", [', 'f("""⟦a""", []⟧)\n'],
  ['a bracket', 'typescript', 'beforeEach((║))\n', ') => {', 'beforeEach((⟦) => {}⟧)\n'],
  ['a bracket, without a grammar', 'lua', 'f(g(║))\n', 'a), {', 'f(g(⟦a), {}⟧)\n'],
  ['a bracket and a quote', 'typescript', "on(names['║'])\n", "a'], () => {", "on(names['⟦a'], () => {}⟧)\n"],
  ['a bracket in a string', 'typescript', "it('a (║)')\n", "b)', () => {", "it('a (⟦b)', () => {}⟧)\n"],
  [
    'a bracket that it opens again',
    'typescript',
    'it.each([║])\n',
    "1, 2])('%s', (n) => {",
    "it.each([⟦1, 2])('%s', (n) => {}⟧)\n",
  ],
  ['a bracket that it opens otherwise', 'typescript', 'f([║])\n', '1])[g(() => {', 'f([⟦1])[g(() => {⟧])\n'],
  ['nothing but opens a bracket again', 'typescript', 'f(║)\n', 'a).b(() => {', 'f(⟦a).b(() => {}⟧)\n'],
  ['nothing in another string', 'typescript', "it('║')\n", "does x', 'a {", "it('⟦does x', 'a {⟧')\n"],
  ['all that is behind the cursor', 'typescript', "x['║']\n", "a'] = {", "x['⟦a'] = {⟧\n"],
])('closes what is opened behind what replaces %s (%s): %s', async (_, languageId, marked, generated, expected) => {
  const both: typeof closeOpened = (suggestion, input) => applyFilters(suggestion, input, [matchClosers, closeOpened]);
  expect(await applied(both, marked, generated, languageId)).toBe(expected);
});

test('the cursor goes before the closing brackets that were added', async () => {
  const all: typeof closeOpened = (suggestion, input) => {
    const result = applyFilters(suggestion, input);
    return 'dropped' in result ? result : { ...result, text: `${result.text}, back ${result.caretBack ?? 0}` };
  };
  expect(await applied(all, 'a(║)\n', 'useMemo(() => {\n  b();\n}))', 'typescript')).toBe(
    'a(⟦useMemo(() => {}), back 2⟧)\n',
  );
  expect(await applied(all, 'a(║)\n', 'b, c)', 'typescript')).toBe('a(⟦b, c, back 0⟧)\n');
});
