import { expect, test } from 'vitest';
import { FolderChoice } from './folderChoice.ts';

function choice(folders: readonly string[], pinned: string | null = null): FolderChoice {
  const made = new FolderChoice(pinned);
  made.setFolders(folders);
  return made;
}

test('without folders nothing is chosen, and the first before an editor is looked at', () => {
  expect(choice([]).chosen).toBeNull();
  expect(choice(['/a', '/b']).chosen).toBe('/a');
});

test('the active editor is followed, and its folder stays when an editor outside of all is looked at', () => {
  const folders = choice(['/a', '/b']);
  folders.looksAt('/b');
  expect(folders.chosen).toBe('/b');
  folders.looksAt(null);
  expect(folders.chosen).toBe('/b');
  folders.looksAt('/a');
  expect(folders.chosen).toBe('/a');
});

test('a pinned folder stays whatever is looked at, until it is let go: then the editor of now counts', () => {
  const folders = choice(['/a', '/b', '/c']);
  folders.pin('/a');
  folders.looksAt('/b');
  expect([folders.chosen, folders.pinned]).toEqual(['/a', '/a']);
  folders.looksAt('/c');
  folders.pin(null);
  expect([folders.chosen, folders.pinned]).toEqual(['/c', null]);
});

test('what was pinned before holds in a new window that still has it, and not in one that has not', () => {
  expect(choice(['/a', '/b'], '/b').chosen).toBe('/b');
  const without = choice(['/a'], '/b');
  expect([without.chosen, without.pinned]).toEqual(['/a', null]);
});

test('a folder that is taken away is left for what is looked at, else for the first; coming back it is not pinned', () => {
  const folders = choice(['/a', '/b', '/c'], '/c');
  folders.looksAt('/b');
  folders.setFolders(['/a', '/b']);
  expect([folders.chosen, folders.pinned]).toEqual(['/b', null]);
  folders.setFolders(['/a']);
  expect(folders.chosen).toBe('/a');
  folders.setFolders(['/a', '/c']);
  expect(folders.chosen).toBe('/a');
});

test('what the window does not have cannot be pinned', () => {
  const folders = choice(['/a', '/b']);
  folders.pin('/elsewhere');
  expect([folders.chosen, folders.pinned]).toEqual(['/a', null]);
});
