import { expect, test, vi } from 'vitest';
import { editorFolder } from './chosenFolder.ts';

interface Place {
  readonly scheme: string;
  readonly path: string;
}

const active = vi.hoisted(() => ({ text: null as Place | null, notebook: null as Place | null }));

vi.mock('vscode', () => ({
  EventEmitter: class {},
  window: {
    get activeTextEditor() {
      return active.text ? { document: { uri: active.text } } : undefined;
    },
    get activeNotebookEditor() {
      return active.notebook ? { notebook: { uri: active.notebook } } : undefined;
    },
  },
  workspace: {
    // As the editor does: by the whole address, its scheme included.
    getWorkspaceFolder: ({ scheme, path }: Place) => {
      const folder = ['/app', '/tool'].find((one) => path.startsWith(`${one}/`));
      return scheme === 'file' && folder ? { uri: { scheme, fsPath: folder } } : undefined;
    },
  },
}));

const file = (path: string): Place => ({ scheme: 'file', path });

test.each<[string, Place | null, Place | null, string | null]>([
  ['a file', file('/app/a.ts'), null, '/app'],
  ['a file outside of all folders', file('/tmp/a.ts'), null, null],
  ['a notebook', null, file('/tool/n.ipynb'), '/tool'],
  ['a cell of a notebook', { scheme: 'vscode-notebook-cell', path: '/tool/n.ipynb' }, file('/tool/n.ipynb'), '/tool'],
  ['an unsaved file', { scheme: 'untitled', path: 'Untitled-1' }, null, null],
  ['no document', null, null, null],
])('finds the folder, if any, of %s in the active editor', (_, text, notebook, folder) => {
  Object.assign(active, { text, notebook });
  expect(editorFolder()).toBe(folder);
});
