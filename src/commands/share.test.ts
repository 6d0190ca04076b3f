import { beforeEach, expect, test, vi } from 'vitest';
import type { AdapterSummary, ShareOffer } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import type { Session } from '../session.ts';
import { getTeamAdapters, measureAdapter } from './share.ts';

const shown = vi.hoisted(() => ({ told: [] as [string, ...string[]][], titles: [] as string[] }));
vi.mock('vscode', () => ({
  ProgressLocation: { Notification: 15 },
  window: {
    showInformationMessage: async (text: string, ...buttons: string[]) => void shown.told.push([text, ...buttons]),
    showWarningMessage: async (text: string, _options: object, button: string) => {
      shown.told.push([text, button]);
      return button;
    },
    withProgress: async ({ title }: { title: string }, work: (progress: object, token: object) => unknown) => {
      shown.titles.push(title);
      return await work({}, {});
    },
  },
  workspace: {
    workspaceFolders: [{ uri: { fsPath: '/app' } }],
    getConfiguration: () => ({
      get: () => undefined,
      inspect: () => ({}),
      toJSON: () => ({ sharing: { remote: 'origin', signatures: 'warn' } }),
    }),
  },
}));

beforeEach(() => {
  shown.told.length = 0;
  shown.titles.length = 0;
});

async function get(isHere: boolean, own: Partial<AdapterSummary>): Promise<typeof shown.told> {
  const adapter = {
    id: '20261202-083913-030c2eb1',
    set: 'one',
    author: 'ann',
    baseName: 'coder',
    sizeBytes: 1,
    here: isHere,
  };
  const figures = { heldOutLossBase: null, heldOutLossTuned: null };
  const offer = { adapter: { ...adapter, ...figures }, signature: 'none', warning: null, base: { kind: 'here' } };
  const here = {
    ...{ path: '/app', inName: '' },
    shareOffer: async () => offer as unknown as ShareOffer,
    sharePull: async () => adapter.id,
    adapters: async () => [{ id: adapter.id, name: 'one', ...own }],
  };
  await getTeamAdapters(
    { refresh: async () => {} } as unknown as Session,
    here as unknown as FolderSession,
    adapter.id,
  );
  return shown.told;
}

const measuring = 'Measure it on your own files, and activate it if it is better there?';

test('a team adapter that is here already is not offered, and not said to be downloaded', async () => {
  expect(await get(true, { active: true, standing: { kind: 'passed', reason: '' } })).toEqual([
    ['one is here already, and active.'],
  ]);
});

test.each<[AdapterSummary['standing']['kind'], [string, ...string[]]]>([
  ['unmeasured', [`one is here already, and not active. ${measuring}`, 'Measure and Use']],
  ['failed', ['one is here already, and not active.']],
])('one that is here and not active is offered to be measured unless that was done: %s', async (kind, told) =>
  expect(await get(true, { active: false, standing: { kind, reason: '' } })).toEqual([told]),
);

test('one that is not here is asked about, and said to be downloaded', async () => {
  expect((await get(false, { active: false })).map(([text]) => text.split(/[?,:]/)[0])).toEqual([
    'Download one',
    'one was downloaded and is not active yet',
  ]);
});

test('what is being measured is named while it is', async () => {
  const here = {
    inName: ' in app',
    adapters: async () => [{ id: 'a-1', name: 'one' }],
    evaluate: async () => ({ activated: true, reason: 'Activated: better.' }),
  };
  await measureAdapter(here as unknown as FolderSession, 'a-1');
  expect(shown.titles).toEqual(['Repotune: measuring one in app on held-out files']);
});
