import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type { ServingPlan } from './adapters/servingPlan.ts';
import { DocumentServing } from './documentServing.ts';
import { Workspace } from './window/workspace.ts';

const plan = {
  active: { id: 'a-1', path: '/a.gguf', scale: 1 },
  routes: [],
  routed: new Map(),
  names: new Map([['a-1', 'monday']]),
  within: '',
} as unknown as ServingPlan;

/** A window on `folders`; the repositories at /code/app and /code/other have an adapter. */
function serving(folders: readonly string[]): DocumentServing {
  const hasAdapter = (folder: string | null) => folder === '/code/app' || folder === '/code/other';
  const workspace = new Workspace<ServingPlan | null>(
    async (folder) => (hasAdapter(folder) ? plan : null),
    () => folders[0] ?? null,
  );
  workspace.setFolders(folders.map((folder) => pathToFileURL(folder).href));
  return new DocumentServing({ workspace, onSwitchedElsewhere: () => {}, onCommitted: () => {} });
}

it.each([
  ['in the folder', ['/code/app'], 'file:///code/app/a.ts', null],
  ['not saved yet', ['/code/app'], 'untitled:Untitled-1', null],
  ['outside, where no adapter is', ['/code/app'], 'file:///tmp/a.ts', { adapter: null, outside: true }],
  [
    'outside, in a repository with an adapter',
    ['/code/app'],
    'file:///code/other/a.ts',
    { adapter: 'monday', outside: true },
  ],
  ['in a window without folders', [], 'file:///tmp/a.ts', null],
])('tells a document %s what else than the folder decides for it', async (_where, folders, uri, told) => {
  expect(await serving(folders).routed(uri, 'typescript')).toEqual(told);
});
