import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EditorWindow } from './testing.ts';

/** A busy machine parses nothing within a pause in typing: stop the clock. */
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const long = 'a();\n'.repeat(12);
const of = 'file:///w/c';

/** Renames the first `i` behind `at`. */
function renamed(text: string, at: string): EditorWindow {
  const window = new EditorWindow();
  window.learnedEdits = false;
  window.open(of, text);
  const start = text.indexOf('i', text.indexOf(at) + at.length);
  window.edit(start, start + 1, 'index', of);
  return window;
}

async function accept(window: EditorWindow, languageId: string): Promise<boolean> {
  const { edit } = await window.ask('index', { of, languageId });
  if (edit === null) return false;
  window.edit(edit.start, edit.end, edit.text, of);
  window.edits.accepted(edit.id);
  return true;
}

test.each([
  ['typescript', 'for (let ', `for (let i = 0; i < n; i++) {\n${long}g(i);\n}\ng(i);\n`],
  ['go', 'for ', `package p\nfunc f() {\nfor i := 0; i < n; i++ {\n${long}g(i)\n}\ng(i)\n}\n`],
  ['java', 'int ', `class A {\nvoid f() {\nfor (int i = 0; i < n; i++) {\n${long}g(i);\n}\ng(i);\n}\n}\n`],
  ['python', 'lambda ', `f(lambda i: g(i, ${'\n    a(),'.repeat(12)}\n    i))\ng(i)\n`],
])('the uses far below follow those in the line of the declaration, in %s behind "%s"', async (id, at, text) => {
  const window = renamed(text, at);
  let tabs = 0;
  while (await accept(window, id)) if (++tabs > 3) throw new Error('it goes on and on');
  const now = window.documents.get(of)!.getText();
  expect(tabs).toBeGreaterThan(0);
  expect(now).toMatch(/a\(\)[;,]?\n\s*(?:g\(index\)|index\)\))/);
  expect(now).not.toMatch(/g\(i\).*\n.*index/);
});

test('once the uses in the line of the declaration are undone, none are offered', async () => {
  const text = `for (let i = 0; i < n; i++) {\n${long}g(i);\n}\n`;
  const window = renamed(text, 'for (let ');
  await accept(window, 'typescript');
  window.replace('index < n; index++', 'i < n; i++', of);
  expect(window.documents.get(of)!.getText()).toContain('let index = 0; i < n; i++');
  expect(await accept(window, 'typescript')).toBe(false);
});
