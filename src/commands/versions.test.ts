import { expect, test, vi } from 'vitest';
import type { FolderSession } from '../folderSession.ts';
import type { Session } from '../session.ts';
import { compareAdapters, compareLive, endLive } from './versions.ts';

const { offered } = vi.hoisted(() => ({ offered: [] as string[] }));
vi.mock('vscode', () => ({
  window: { showQuickPick: (items: readonly { label: string }[]) => offered.push(...items.map(({ label }) => label)) },
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

test('an only adapter is not offered for a comparison with another', async () => {
  offered.length = 0;
  const here = { inName: '', someAdapters: async () => [{ id: 'a', name: 'a', createdAtMs: 0 }] };
  const comparing = compareAdapters({} as Session, here as unknown as FolderSession, undefined);
  await expect(comparing).rejects.toThrow('There is only one adapter. Tune again');
  expect(offered).toEqual([]);
});
