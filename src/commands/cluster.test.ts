import { beforeEach, expect, test, vi } from 'vitest';
import type { ClusterOffer } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { tuneOnCluster } from './cluster.ts';

const person = vi.hoisted(() => ({ types: '', answers: undefined as string | undefined, asked: 0 }));
const settings = vi.hoisted(() => new Map<string, unknown>());

vi.mock('vscode', () => ({
  ConfigurationTarget: { Global: 1 },
  ProgressLocation: { Notification: 15 },
  commands: { executeCommand: async () => {} },
  window: {
    showInputBox: async () => {
      person.asked++;
      return person.types;
    },
    showWarningMessage: async () => person.answers,
    withProgress: (_: unknown, work: (progress: unknown, token: unknown) => unknown) => work({}, {}),
  },
  workspace: {
    getConfiguration: () => ({
      inspect: (name: string) => ({ globalValue: settings.get(name) }),
      update: async (name: string, value: unknown) => void settings.set(name, value),
    }),
  },
}));

const offer: ClusterOffer = {
  submission: 's',
  address: 'http://ray:8265',
  newAddress: true,
  plain: true,
  base: 'b',
  files: [],
};
const shown: string[] = [];
const panel = { show: (tab: string) => void shown.push(tab) };
const folder = (offered: () => Promise<ClusterOffer>) =>
  ({
    path: '/app',
    inName: '',
    clusterOffer: offered,
    clusterSubmit: async () => ({ kind: 'started', runId: 'r' }),
    clusterDecline: async () => true,
  }) as unknown as FolderSession;

beforeEach(() => {
  settings.clear();
  shown.length = 0;
  Object.assign(person, { types: 'ray:8265', answers: 'Send', asked: 0 });
});

test('saves an address that was sent to as it was understood, and does not ask for it again', async () => {
  await tuneOnCluster(
    folder(async () => offer),
    panel,
  );
  expect([...settings]).toEqual([['cluster.address', 'http://ray:8265']]);
  await tuneOnCluster(
    folder(async () => offer),
    panel,
  );
  expect(person.asked).toBe(1);
  expect(shown).toEqual(['Progress', 'Progress']);
});

test('saves no address that was refused, since it may hold a password, or that nothing was sent to', async () => {
  person.types = 'http://ann:secret@ray:8265';
  const refused = folder(() => Promise.reject(new Error('It holds a password.')));
  await expect(tuneOnCluster(refused, panel)).rejects.toThrow('It holds a password.');
  person.answers = undefined;
  await tuneOnCluster(
    folder(async () => offer),
    panel,
  );
  expect([...settings]).toEqual([]);
  expect(shown).toEqual([]);
});
