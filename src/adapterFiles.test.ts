import { expect, test } from 'vitest';
import { type ExportForm, exportTarget, importSources } from './adapterFiles.ts';

test('a dialog takes either files or folders: one that takes both shows no files on Windows and Linux', () => {
  const kinds = importSources.map(({ dialog }) => [dialog.canSelectFiles, dialog.canSelectFolders]);
  expect(kinds).toEqual([
    [true, false],
    [false, true],
  ]);
});

test.each<[ExportForm, string, string]>([
  ['peft', '/home/ann/theirs', '/home/ann/theirs'],
  ['adapter', '/home/ann/theirs.gguf', '/home/ann/theirs.gguf'],
  ['adapter', '/home/ann/theirs', '/home/ann/theirs.gguf'],
  ['merged', '/home/ann/theirs.v2', '/home/ann/theirs.v2.gguf'],
])('%s named %s is written as %s', (form, path, target) => {
  expect(exportTarget(form, path, () => false)).toBe(target);
});

test('an export overwrites no unconfirmed file, and a folder may not end in .gguf', () => {
  expect(() => exportTarget('adapter', '/a', (path) => path === '/a.gguf')).toThrow(/There is a file \/a.gguf already/);
  expect(exportTarget('adapter', '/a.gguf', () => true)).toBe('/a.gguf');
  expect(() => exportTarget('peft', '/a.gguf', () => false)).toThrow(/does not end in .gguf/);
});
