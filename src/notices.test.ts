import { beforeEach, expect, test, vi } from 'vitest';
import type { Notice } from '../server/protocol/index.ts';
import { showNotices } from './notices.ts';
import type { Session } from './session.ts';

const seen = vi.hoisted(() => ({
  told: [] as unknown[],
  run: [] as unknown[],
  answer: undefined as string | undefined,
}));

vi.mock('vscode', () => {
  const show = (...said: unknown[]) => {
    seen.told.push(said);
    return Promise.resolve(seen.answer);
  };
  return {
    window: { showInformationMessage: show, showWarningMessage: show, showErrorMessage: show },
    commands: { executeCommand: async (...command: unknown[]) => void seen.run.push(command) },
  };
});

const verdict: Notice = {
  severity: 'info',
  message: 'The tune has ended.',
  inPanel: true,
  action: { title: 'Show Result', command: 'repotune.showResult', argument: '/app', folder: '/app' },
};

async function tell(notice: Notice, visible: boolean): Promise<void> {
  let listener = async (_: Notice): Promise<void> => {};
  const session = {
    onNotice: (given: typeof listener) => {
      listener = given;
      return { dispose: () => {} };
    },
  } as unknown as Session;
  showNotices(session, { visible });
  await listener(notice);
}

beforeEach(() => Object.assign(seen, { told: [], run: [], answer: undefined }));

test.each<[string, Notice, boolean, unknown[]]>([
  ['a verdict is shown while the panel is hidden', verdict, false, [['The tune has ended.', 'Show Result']]],
  ['a verdict is not shown again while the panel shows it', verdict, true, []],
  ['a notice not in the panel is shown beside it', { severity: 'error', message: 'No.' }, true, [['No.']]],
])('%s', async (_, notice, visible, told) => {
  await tell(notice, visible);
  expect(seen.told).toEqual(told);
});

test('the button of a verdict runs its command with its folder', async () => {
  seen.answer = 'Show Result';
  await tell(verdict, false);
  expect(seen.run).toEqual([['repotune.showResult', '/app', '/app']]);
});
