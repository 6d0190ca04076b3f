import { expect, test } from 'vitest';
import { readSettings } from '../common/settings.ts';
import { EditorWindow, openUri } from './testing.ts';

function afterRename(path: string, text: string): { readonly window: EditorWindow; readonly other: string } {
  const window = new EditorWindow();
  window.learnedEdits = false;
  window.close();
  window.open(openUri, 'export function load(kind: string) {\n  return kind;\n}\n');
  const other = `file:///w/${path}`;
  window.open(other, text);
  return { window, other };
}

test.each([
  ['README.md', 'markdown', 'Then load the file.\n'],
  ['conf.yaml', 'yaml', 'steps:\n  - load: first\n'],
  ['q.sql', 'sql', 'SELECT load FROM hosts;\n'],
  ['a.c', 'c', 'int f(void) { return load(1); }\n'],
  ['a.py', 'python', 'from json import load\n\nload(x)\n'],
])('a renamed function is not followed in a file that cannot use it: %s', async (path, languageId, text) => {
  const { window, other } = afterRename(path, text);
  window.replace('load(', 'fetchRows(');
  expect((await window.ask('fetchRows')).jumps).toEqual([]);
  expect((await window.ask('load', { of: other, languageId })).edit).toBeNull();
});

test.each([
  ['of a language that uses its declarations', 'uses.js', 2],
  ['excluded by a setting', 'private/uses.ts', 0],
  ['vendored', 'node_modules/a/uses.ts', 0],
])('places in open documents are listed as on disk: %s', async (_, path, places) => {
  const { window } = afterRename(path, "import { load } from './a';\nload('x');\n");
  window.settings = readSettings({ completions: { exclude: ['private/**'] } }).settings;
  window.replace('load(', 'fetchRows(');
  expect((await window.ask('fetchRows')).jumps).toHaveLength(places);
});

test('a renamed function is followed in a notebook', async () => {
  const { window, other } = afterRename('area.py', 'def area(w):\n    return w\n');
  const notebook = 'file:///w/plot.ipynb';
  window.open(notebook, 'from area import area\nx = area(1)\n');
  window.replace('area(', 'surface(', other);
  const { edit } = await window.ask('x =', { of: notebook, languageId: 'python' });
  expect(edit?.text).toBe('surface');
});
