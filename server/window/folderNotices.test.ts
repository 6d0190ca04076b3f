import { expect, it } from 'vitest';
import type { Notice, RepotuneState, TuneResult } from '../protocol/index.ts';
import type { TuneProgress } from '../protocol/tune.ts';
import { FolderNotices } from './folderNotices.ts';
import { WindowFolders } from './windowFolders.ts';

function scene(...more: string[]) {
  const told: Notice[] = [];
  const folders = new WindowFolders();
  folders.set(['app', ...more].map((name) => ({ path: `/${name}`, name })));
  const notices = new FolderNotices({ notice: (notice) => told.push(notice), warn: () => {} }, folders);
  return { told, folders, notices };
}

it.each([
  [1, /^1 commit has been made since/],
  [12, /^12 commits have been made since/],
])('%d commits since the tune are announced once, in words', (commitsSinceTune, message) => {
  const { told, folders, notices } = scene();
  const state = { folder: folders.chosen, commitsSinceTune } as RepotuneState;
  notices.offerRetune(state, 1);
  notices.offerRetune(state, 1);
  expect(told).toMatchObject([{ message: expect.stringMatching(message), action: { folder: '/app' } }]);
});

it.each([
  [true, null, 'info', 'The tune has ended, and its adapter completes your code now. Activated: 5 % lower loss.'],
  [true, 'Completions are off.', 'info', 'The tune has ended. Completions are off. Activated: 5 % lower loss.'],
  [false, null, 'warning', 'The tune has ended. Completions stay as they were. Kept, not activated: it is no better.'],
])('the notice of a run’s end first says what it means (activated: %s, %s)', (activated, idle, severity, message) => {
  const { told, notices } = scene();
  const reason = activated ? 'Activated: 5 % lower loss.' : 'Kept, not activated: it is no better.';
  notices.ended({ folder: '/app', activated, reason } as TuneResult, true, idle);
  const action = { title: 'Show Result', command: 'repotune.showResult', argument: '/app', folder: '/app' };
  expect(told).toEqual([{ severity, message, inPanel: true, action }]);
});

it('the notice of a run’s end in another folder names the folder and is not shown in the panel', () => {
  const { told, notices } = scene('tool');
  notices.ended({ folder: '/tool', activated: true, reason: 'Activated: yes.' } as TuneResult, false);
  expect(told).toMatchObject([{ message: expect.stringMatching(/^tool: The tune has ended/) }]);
  expect(told[0]).not.toHaveProperty('inPanel');
});

it('the notice of a failed run offers to show its progress', () => {
  const { told, notices } = scene('tool');
  notices.failed('The disk is full.', '/tool', false);
  const action = { title: 'Show Progress', command: 'repotune.showProgress', argument: '/tool', folder: '/tool' };
  expect(told).toEqual([{ severity: 'error', message: 'tool: The disk is full.', action }]);
});

it('a failed run that a panel shows is not said once more beside it', () => {
  const { told, notices } = scene();
  notices.failed('The disk is full.', '/app', true);
  expect(told).toMatchObject([{ message: 'The disk is full.', inPanel: true }]);
});

it('the notice of a failed run outside the window’s folders has no action', () => {
  const { told, notices } = scene();
  notices.failed('The disk is full.', '/elsewhere', false);
  notices.failed('The run cannot be started.', null, false);
  expect(told.map((notice) => 'action' in notice)).toEqual([false, false]);
});

it('an interrupted run is offered once, to be continued in its folder, unless it is older than some days', () => {
  const { told, notices } = scene();
  const run = {
    ...{ runId: 'run-1', folder: '/app', message: 'The tune was interrupted.' },
    startedAtMs: Date.now() - 1000,
  } as TuneProgress;
  notices.interrupted({ ...run, startedAtMs: Date.now() - 4 * 24 * 3600 * 1000 });
  expect(told).toEqual([]);
  notices.interrupted(run);
  notices.interrupted(run);
  const action = { title: 'Continue', command: 'repotune.continueRun', argument: 'run-1', folder: '/app' };
  expect(told).toEqual([{ severity: 'info', message: 'The tune was interrupted.', action }]);
});

it.each([
  ['start again', {}, { title: 'Show Progress', command: 'repotune.showProgress', argument: '/app', folder: '/app' }],
  [
    'continue',
    { resumable: true },
    { title: 'Continue', command: 'repotune.continueRun', argument: 'run-1', folder: '/app' },
  ],
])('a run that failed unseen is told with its reason and the way to %s', (_, more, action) => {
  const { told, notices } = scene();
  const startedAtMs = new Date(2026, 0, 2, 14, 5).getTime();
  notices.failedUnseen({
    runId: 'run-1',
    folder: '/app',
    message: 'The disk is full.',
    startedAtMs,
    ...more,
  } as TuneProgress);
  const message = 'The tune of 2026-01-02 14:05 failed while no window was open here. The disk is full.';
  expect(told).toEqual([{ severity: 'error', message, action }]);
});
