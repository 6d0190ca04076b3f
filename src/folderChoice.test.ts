import { expect, test } from 'vitest';
import { FolderChoice } from './folderChoice.ts';

function choice(folders: readonly string[], pinned: string | null = null): FolderChoice {
  const made = new FolderChoice(pinned);
  made.setFolders(folders);
  return made;
}

test('chooses nothing without folders, and the first one before an editor is active', () => {
  expect(choice([]).chosen).toBeNull();
  expect(choice(['/a', '/b']).chosen).toBe('/a');
});

test('a folder is a guess while it is the first of several that nobody has pointed at', () => {
  expect([choice([]).isGuess, choice(['/a']).isGuess]).toEqual([false, false]);
  const folders = choice(['/a', '/b']);
  expect(folders.isGuess).toBe(true);
  folders.looksAt(null);
  expect(folders.isGuess).toBe(true);
  folders.looksAt('/a');
  expect(folders.isGuess).toBe(false);
  expect(choice(['/a', '/b'], '/a').isGuess).toBe(false);
});

test('follows the active editor, and keeps the folder when an editor outside of all is active', () => {
  const folders = choice(['/a', '/b']);
  folders.looksAt('/b');
  expect(folders.chosen).toBe('/b');
  folders.looksAt(null);
  expect(folders.chosen).toBe('/b');
  folders.looksAt('/a');
  expect(folders.chosen).toBe('/a');
});

test('keeps a pinned folder until it is unpinned, then follows the current editor', () => {
  const folders = choice(['/a', '/b', '/c']);
  folders.pin('/a');
  folders.looksAt('/b');
  expect([folders.chosen, folders.pinned]).toEqual(['/a', '/a']);
  folders.looksAt('/c');
  folders.pin(null);
  expect([folders.chosen, folders.pinned]).toEqual(['/c', null]);
});

test('a new window keeps an earlier pin only if it has that folder', () => {
  expect(choice(['/a', '/b'], '/b').chosen).toBe('/b');
  const without = choice(['/a'], '/b');
  expect([without.chosen, without.pinned]).toEqual(['/a', null]);
});

test('replaces a removed folder by the active one, else by the first, and does not pin it when it returns', () => {
  const folders = choice(['/a', '/b', '/c'], '/c');
  folders.looksAt('/b');
  folders.setFolders(['/a', '/b']);
  expect([folders.chosen, folders.pinned]).toEqual(['/b', null]);
  folders.setFolders(['/a']);
  expect(folders.chosen).toBe('/a');
  folders.setFolders(['/a', '/c']);
  expect(folders.chosen).toBe('/a');
});

test('does not pin a folder that the window does not have', () => {
  const folders = choice(['/a', '/b']);
  folders.pin('/elsewhere');
  expect([folders.chosen, folders.pinned]).toEqual(['/a', null]);
});
