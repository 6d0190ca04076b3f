import { describe, expect, test } from 'vitest';
import { pathOf, Workspace } from './workspace.ts';

const ref = (id: string) => ({ id, path: `/adapters/${id}.gguf`, scale: 1 });

describe('two workspace folders', () => {
  test('each document is served by the adapter of its own folder, the innermost one', async () => {
    const workspace = new Workspace(async (folder) => ref(folder));
    workspace.setFolders(['file:///work/app', 'file:///work/app/packages/tool', 'file:///work/other']);
    const adapterOf = async (uri: string) => (await workspace.adapter(workspace.place(uri).folder))?.id;
    expect(await adapterOf('file:///work/app/src/a.ts')).toBe('/work/app');
    expect(await adapterOf('file:///work/app/packages/tool/b.ts')).toBe('/work/app/packages/tool');
    expect(await adapterOf('file:///work/other/c.ts')).toBe('/work/other');
    expect(await adapterOf('file:///work/application/d.ts')).toBe('/work/application');
  });

  test('an adapter is looked up once, and again after a switch', async () => {
    let lookups = 0;
    const workspace = new Workspace(async () => ref(String(++lookups)));
    workspace.setFolders(['file:///work/app']);
    await workspace.adapter('/work/app');
    expect((await workspace.adapter('/work/app'))?.id).toBe('1');
    workspace.forgetAdapters();
    expect((await workspace.adapter('/work/app'))?.id).toBe('2');
  });
});

describe('documents', () => {
  test.each([
    ['file:///work/app/src/a%20b.ts', { folder: '/work/app', path: 'src/a b.ts', repoName: 'app' }],
    ['untitled:Untitled-1', { folder: '/work/app', path: '', repoName: 'app' }],
    ['vscode-notebook-cell:/work/app/n.ipynb#W0', { folder: '/work/app', path: 'n.ipynb', repoName: 'app' }],
    ['git:/work/app/a.ts?ref', { folder: '/work/app', path: '', repoName: 'app' }],
    ['file:///elsewhere/b.py', { folder: '/elsewhere', path: 'b.py', repoName: 'elsewhere' }],
  ])('%s', (uri, place) => {
    const workspace = new Workspace(async () => null);
    workspace.setFolders(['file:///work/app']);
    expect(workspace.place(uri)).toEqual(place);
  });

  test('what is no URI, or no file, has no path', () => {
    expect(pathOf('nonsense')).toBeNull();
    expect(pathOf('https://example.org/a.ts')).toBeNull();
  });
});
