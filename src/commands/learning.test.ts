import { beforeEach, expect, test, vi } from 'vitest';
import type { FolderSession } from '../folderSession.ts';
import type { Session } from '../session.ts';
import { forgetFile, forgetRecorded, keepTuned, pauseLearning } from './learning.ts';

const settings = vi.hoisted(() => ({ user: undefined as unknown, workspace: undefined as unknown }));
const told = vi.hoisted((): string[] => []);

vi.mock('vscode', () => ({
  ConfigurationTarget: { Global: 1 },
  window: {
    activeTextEditor: { document: { uri: { scheme: 'file', fsPath: '/tool/src/a.ts' } } },
    showInformationMessage: async (message: string) => void told.push(message),
    showWarningMessage: async (message: string) => {
      told.push(message);
      return 'Forget This File';
    },
  },
  workspace: {
    asRelativePath: (path: string) => path.split('/').at(-1),
    getWorkspaceFolder: () => ({ uri: { fsPath: '/tool' } }),
    getConfiguration: () => ({
      get: (name: string) => (name === 'keepTuned' ? (settings.workspace ?? settings.user) : undefined),
      inspect: (name: string) => (name === 'keepTuned' ? { globalValue: settings.user, defaultValue: false } : {}),
      update: async (_: string, value: unknown) => {
        settings.user = value;
      },
    }),
  },
}));

const session = (on: boolean) => ({ state: { keepTuned: { on } }, refresh: async () => {} }) as unknown as Session;

beforeEach(() => {
  told.length = 0;
  Object.assign(settings, { user: undefined, workspace: undefined });
});

test.each<[string, unknown, unknown, boolean, string[]]>([
  ['on in the user’s settings, without a message', undefined, 'on', true, []],
  ['on from the palette, and says so', undefined, undefined, true, [expect.stringMatching(/^Keep tuned is on: /)]],
  ['on, with a note why it stays off here', false, 'on', true, [expect.stringMatching(/this workspace turn it off/)]],
  ['off where the workspace turns it off too', false, 'off', false, []],
])('keep tuned is turned %s', async (_, workspace, argument, user, messages) => {
  settings.workspace = workspace;
  await keepTuned(session(false), argument);
  expect([settings.user, told]).toEqual([user, messages]);
});

test('keep tuned is turned off from the palette even where the workspace turns it off too', async () => {
  Object.assign(settings, { user: true, workspace: false });
  await keepTuned(session(false), undefined);
  expect([settings.user, told]).toEqual([false, [expect.stringMatching(/^Keep tuned is off: /)]]);
});

test.each([
  [
    'the palette, which shows nothing, with a message',
    undefined,
    true,
    [expect.stringMatching(/^Learning is paused in app: /)],
  ],
  ['the palette, likewise', undefined, false, ['Learning is no longer paused in app.']],
  ['the panel, which shows it, without one', 'panel', true, []],
])('learning is paused or resumed from %s', async (_, asked, paused, messages) => {
  const changed: unknown[] = [];
  const here = {
    inName: ' in app',
    changeLearning: async (_type: string, params: object) => void changed.push(params),
  };
  await pauseLearning(here as unknown as FolderSession, paused, asked);
  expect([changed, told]).toEqual([[{ paused }], messages]);
});

test.each([
  ['forgets the open file in its own folder, whichever folder is in view', undefined, '/tool', '/tool/src/a.ts'],
  ['forgets a file that the panel names in the folder in view', 'src/b.ts', '/app', 'src/b.ts'],
])('%s', async (_, argument, folder, path) => {
  const forgotten: unknown[] = [];
  const of = (name: string) =>
    ({
      inName: ` in ${name}`,
      changeLearning: async (_type: string, params: { path: string }) => void forgotten.push([name, params.path]),
    }) as unknown as FolderSession;
  await forgetFile({ here: of } as unknown as Session, of('/app'), argument);
  expect(forgotten).toEqual([[folder, path]]);
  expect(told).toEqual([`Forget ${path.split('/').at(-1)} in ${folder}?`]);
});

test.each([
  ['nothing is recorded', 0, 0, false],
  ['edits are', 2, 0, true],
  ['lines that stand are', 0, 3, true],
])(
  'forgetting what was recorded is asked about only where there is something: %s',
  async (_, edits, standing, asks) => {
    const here = {
      inName: ' in app',
      learning: async () => ({ recorded: { edits }, standing }),
      changeLearning: async () => {},
    };
    // Not as an error: nothing went wrong.
    await forgetRecorded(here as unknown as FolderSession);
    expect(told).toEqual([
      asks ? 'Forget what was recorded in app?' : 'Nothing is recorded in app: there is nothing to forget.',
    ]);
  },
);
