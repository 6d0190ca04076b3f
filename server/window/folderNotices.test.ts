import { expect, it } from 'vitest';
import type { Notice, RepotuneState } from '../protocol/index.ts';
import { FolderNotices } from './folderNotices.ts';
import { WindowFolders } from './windowFolders.ts';

it.each([
  [1, /^1 commit has been made since/],
  [12, /^12 commits have been made since/],
])('%d commits since the tune are told of in words, once', (commitsSinceTune, message) => {
  const told: Notice[] = [];
  const folders = new WindowFolders();
  folders.set([{ path: '/app', name: 'app' }]);
  const notices = new FolderNotices({ notice: (notice) => told.push(notice), warn: () => {} }, folders);
  const state = { folder: folders.chosen, commitsSinceTune } as RepotuneState;
  notices.offerRetune(state, 1);
  notices.offerRetune(state, 1);
  expect(told).toMatchObject([{ message: expect.stringMatching(message), action: { folder: '/app' } }]);
});
