import { expect, test, vi } from 'vitest';
import type { Session } from '../session.ts';
import { chooseBase } from './useBase.ts';

const settings = vi.hoisted(() => ({ written: '', elsewhere: '' }));
vi.mock('vscode', () => ({
  ConfigurationTarget: { Global: 1 },
  workspace: {
    getConfiguration: () => ({
      update: async (_: string, value: string | undefined) => {
        settings.written = value ?? '';
      },
    }),
  },
}));

vi.mock('../settings.ts', () => ({ settingsIn: () => ({ model: { path: settings.written || settings.elsewhere } }) }));

const session = { refresh: async () => {} } as unknown as Session;

test('a base that is chosen is written into the settings', async () => {
  await chooseBase(session, '/models/coder.gguf');
  expect(settings.written).toBe('/models/coder.gguf');
  await chooseBase(session, undefined);
  expect(settings.written).toBe('');
});

test('a base that another place of the settings holds fast is named, instead of nothing being said', async () => {
  settings.elsewhere = '/models/held.gguf';
  await expect(chooseBase(session, undefined)).rejects.toThrow(
    'The base model stays /models/held.gguf: your settings name it in another place',
  );
});
