import { expect, test, vi } from 'vitest';
import type { FolderSession } from '../folderSession.ts';
import type { Pages } from '../pages.ts';
import type { Session } from '../session.ts';
import { exportAdapter } from './interchange.ts';
import { publishAdapter } from './share.ts';
import { removeAdapter } from './source.ts';
import { compareAdapters, compareLive, endLive, renameAdapter, showLineage } from './versions.ts';

const { offered } = vi.hoisted(() => ({ offered: [] as string[] }));
vi.mock('vscode', () => ({
  ProgressLocation: {},
  commands: { executeCommand: async () => undefined },
  window: {
    withProgress: async (_: object, work: (progress: object, token: object) => unknown) => await work({}, {}),
    showQuickPick: (items: readonly { label: string }[]) => offered.push(...items.map(({ label }) => label)),
  },
  workspace: {
    workspaceFolders: [{ uri: { fsPath: '/app' } }],
    getConfiguration: () => ({ get: () => ({}), inspect: () => undefined }),
  },
}));

test('a live comparison is offered with the base and the adapters of the base in use', async () => {
  const adapter = (id: string) => ({ id, name: id, active: id === 'active', createdAtMs: 0 });
  const here = {
    inName: ' in app',
    adapters: async () => ['active', 'ours', 'foreign'].map(adapter),
    liveComparison: async () => ({ comparison: null, rivals: ['ours'] }),
    startLiveComparison: async () => {},
  } as unknown as FolderSession;
  await compareLive(here);
  expect(offered).toEqual(['The base model', 'ours']);
});

test('ending a live comparison fails where none is running, without asking the server', async () => {
  let ended = 0;
  const here = (comparison: object | null) =>
    ({
      inName: ' in app',
      liveComparison: async () => ({ comparison }),
      stopLiveComparison: async () => void ended++,
    }) as unknown as FolderSession;
  await expect(endLive(here(null))).rejects.toThrow('No live comparison is running in app.');
  expect(ended).toBe(0);
  await endLive(here({}));
  expect(ended).toBe(1);
});

test('two versions of one name are told apart by their times', async () => {
  const adapters = ['a', 'b'].map((id, at) => ({ id, name: 'app', createdAtMs: at * 3_600_000 }));
  let names: string[] = [];
  const here = {
    inName: '',
    adapters: async () => adapters,
    someAdapters: async () => adapters,
    compareAdapters: async (...given: { name: string }[]) => {
      names = given.slice(0, 2).map(({ name }) => name);
      return false;
    },
  };
  await compareAdapters({} as Session, here as unknown as FolderSession, 'a b');
  const time = (ms: number) => new Date(ms).toLocaleString();
  expect(names).toEqual([`app of ${time(0)}`, `app of ${time(3_600_000)}`]);
});

test('an only adapter is not offered for a comparison with another', async () => {
  offered.length = 0;
  const here = { inName: '', someAdapters: async () => [{ id: 'a', name: 'a', createdAtMs: 0 }] };
  const comparing = compareAdapters({} as Session, here as unknown as FolderSession, undefined);
  await expect(comparing).rejects.toThrow('There is only one adapter. Tune again');
  expect(offered).toEqual([]);
});

test.each<[string, (here: FolderSession) => Promise<unknown>]>([
  ['renamed', (here) => renameAdapter(here, 'gone')],
  ['shown', (here) => showLineage(here, {} as Pages, 'gone')],
  ['compared', (here) => compareAdapters({} as Session, here, 'kept gone')],
  ['exported', (here) => exportAdapter(here, 'gone')],
  ['deleted', (here) => removeAdapter(here, 'gone')],
  ['published', (here) => publishAdapter(here, 'gone')],
])('an adapter that was deleted since the panel showed it is not %s, which is said', async (_, act) => {
  const kept = [{ id: 'kept', name: 'kept', createdAtMs: 0 }];
  const here = { inName: ' in app', path: '/app', adapters: async () => kept, someAdapters: async () => kept };
  await expect(act(here as unknown as FolderSession)).rejects.toThrow(
    'There is no adapter gone in app any more: it was deleted meanwhile.',
  );
});
