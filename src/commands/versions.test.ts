import { expect, test, vi } from 'vitest';
import type { FolderSession } from '../folderSession.ts';
import { endLive } from './versions.ts';

vi.mock('vscode', () => ({}));

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
