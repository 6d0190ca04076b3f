import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pathWithin } from '../common/pathWithin.ts';
import { onDisk, pathOf, Workspace } from './workspace.ts';

const ref = (id: string) => ({ id, path: `/adapters/${id}.gguf`, scale: 1 });
const none = (): null => null;

describe('two workspace folders', () => {
  test('each document is served by the adapter of its innermost folder', async () => {
    const workspace = new Workspace(async (folder) => ref(folder), none);
    workspace.setFolders(['file:///home/dev/app', 'file:///home/dev/app/packages/tool', 'file:///home/dev/other']);
    const adapterOf = async (uri: string) => (await workspace.serving(workspace.place(uri).folder))?.id;
    expect(await adapterOf('file:///home/dev/app/src/a.ts')).toBe('/home/dev/app');
    expect(await adapterOf('file:///home/dev/app/packages/tool/b.ts')).toBe('/home/dev/app/packages/tool');
    expect(await adapterOf('file:///home/dev/other/c.ts')).toBe('/home/dev/other');
    expect(await adapterOf('file:///home/dev/application/d.ts')).toBe('/home/dev/application');
  });

  test('a file has a path from each folder that holds it, for what is kept out', () => {
    const workspace = new Workspace(async () => null, none);
    workspace.setFolders(['file:///home/dev/app', 'file:///home/dev/app/packages/tool']);
    expect(workspace.pathsFrom('/home/dev/app/packages/tool/b.ts')).toEqual(['packages/tool/b.ts', 'b.ts']);
    expect(workspace.pathsFrom('/elsewhere/src/c.ts')).toEqual(['c.ts']);
    expect(workspace.pathsFrom(null)).toEqual([]);
  });

  test('a file has the paths of what its links lead to as well, for what is kept out', () => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), 'repotune-workspace-')));
    for (const folder of ['app/private', 'other']) mkdirSync(join(dir, folder), { recursive: true });
    for (const file of ['app/private/a.ts', 'other/.env']) writeFileSync(join(dir, file), '');
    symlinkSync('private', join(dir, 'app/alias'));
    symlinkSync('private/a.ts', join(dir, 'app/link.ts'));
    symlinkSync('../other/.env', join(dir, 'app/settings'));
    symlinkSync('app', join(dir, 'opened'));
    const workspace = new Workspace(async () => null, none);
    const pathsOf = (file: string): string[] => workspace.pathsFrom(join(dir, file));
    workspace.setFolders([pathToFileURL(join(dir, 'opened')).href]);
    expect(pathsOf('opened/private/a.ts')).toEqual(['private/a.ts']);
    expect(pathsOf('opened/alias/a.ts')).toEqual(['alias/a.ts', 'private/a.ts']);
    expect(pathsOf('opened/alias/new.ts')).toEqual(['alias/new.ts', 'private/new.ts']);
    expect(pathsOf('opened/link.ts')).toEqual(['link.ts', 'private/a.ts']);
    expect(pathsOf('opened/settings')).toEqual(['settings', '.env']);
    rmSync(dir, { recursive: true });
  });

  test('a folder whose URI ends in a slash is the same folder', () => {
    const uris = ['file:///home/dev/app/', 'file:///'];
    const workspace = new Workspace(async () => null, none);
    workspace.setFolders(uris);
    expect(workspace.folders).toEqual(['/home/dev/app', '/']);
    expect(onDisk(uris.map((uri) => ({ uri, name: 'n' }))).map(({ path }) => path)).toEqual(['/home/dev/app', '/']);
    expect(workspace.place('file:///home/dev/app/a.ts')).toMatchObject({ folder: '/home/dev/app', path: 'a.ts' });
  });

  test('an adapter is looked up once, and again after a switch', async () => {
    let lookups = 0;
    const workspace = new Workspace(async () => ref(String(++lookups)), none);
    workspace.setFolders(['file:///home/dev/app']);
    await workspace.serving('/home/dev/app');
    expect((await workspace.serving('/home/dev/app'))?.id).toBe('1');
    workspace.forgetServing();
    expect((await workspace.serving('/home/dev/app'))?.id).toBe('2');
  });
});

test('a document without a file belongs to the folder that is currently in view', () => {
  let chosen: string | null = '/home/dev/other';
  const workspace = new Workspace(
    async () => null,
    () => chosen,
  );
  workspace.setFolders(['file:///home/dev/app', 'file:///home/dev/other']);
  expect(workspace.place('untitled:Untitled-1')).toEqual({ folder: '/home/dev/other', path: '', repoName: 'other' });
  chosen = null;
  expect(workspace.place('untitled:Untitled-1')).toEqual({ folder: null, path: '', repoName: '' });
});

describe('documents', () => {
  test.each([
    ['file:///home/dev/app/src/a%20b.ts', { folder: '/home/dev/app', path: 'src/a b.ts', repoName: 'app' }],
    ['untitled:Untitled-1', { folder: '/home/dev/app', path: '', repoName: 'app' }],
    ['untitled:/home/dev/app/src/new.ts', { folder: '/home/dev/app', path: 'src/new.ts', repoName: 'app' }],
    ['vscode-notebook-cell:/home/dev/app/n.ipynb#W0', { folder: '/home/dev/app', path: 'n.ipynb', repoName: 'app' }],
    ['vscode-notebook-cell:Untitled-1.ipynb#W0', { folder: '/home/dev/app', path: '', repoName: 'app' }],
    ['git:/home/dev/app/a.ts?ref', { folder: '/home/dev/app', path: '', repoName: 'app' }],
    ['file:///elsewhere/b.py', { folder: '/elsewhere', path: 'b.py', repoName: 'elsewhere' }],
  ])('are placed by their URI: %s', (uri, place) => {
    const workspace = new Workspace(
      async () => null,
      () => '/home/dev/app',
    );
    workspace.setFolders(['file:///home/dev/app']);
    expect(workspace.place(uri)).toEqual(place);
  });

  test('without a file URI have no path', () => {
    expect(pathOf('nonsense')).toBeNull();
    expect(pathOf('https://example.org/a.ts')).toBeNull();
  });
});

test('a folder that is the root of a disk holds documents like any other', () => {
  const workspace = new Workspace(async () => null, none);
  workspace.setFolders(['file:///']);
  expect(workspace.place('file:///src/a.ts')).toEqual({ folder: '/', path: 'src/a.ts', repoName: '' });
});

test.each([
  ['/app', '/app/src/a.ts', 'src/a.ts'],
  ['/app', '/app', ''],
  ['/app', '/app/..env', '..env'],
  ['/app', '/application/a.ts', null],
  ['/app/src', '/app/a.ts', null],
  ['/app/src', '/app', null],
])('the path within %s of %s is %s', (folder, file, path) => {
  expect(pathWithin(folder, file)).toBe(path);
});
