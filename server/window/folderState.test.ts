import { expect, test } from 'vitest';
import type { AdapterSummary } from '../protocol/index.ts';
import { folderState } from './folderState.ts';
import { WindowFolders } from './windowFolders.ts';

const adapter = (id: string, more: Partial<AdapterSummary>): AdapterSummary =>
  ({ id, name: `tune ${id}`, active: false, ...more }) as AdapterSummary;

test.each<[string, Partial<AdapterSummary>, object]>([
  ['completes', {}, { source: 'adapter', folders: [{ adapter: 'tune b' }], commitsSinceTune: 3 }],
  [
    'of another base completes nothing',
    { otherBase: 'coder' },
    { source: 'base', folders: [{ adapter: null }], commitsSinceTune: null },
  ],
])('an active adapter %s', async (_, more, expected) => {
  const folders = new WindowFolders();
  folders.set([{ path: '/app', name: 'app' }]);
  const stores = {
    list: async () => [adapter('a', {}), adapter('b', { active: true, ...more })],
    previous: async () => null,
    commitsSinceTune: async () => 3,
  };
  expect(await folderState(folders, stores)).toMatchObject(expected);
});
