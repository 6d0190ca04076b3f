import { expect, test, vi } from 'vitest';
import type { DownloadProgress } from '../../server/protocol/index.ts';
import type { Session } from '../session.ts';
import { downloadModel, proxySettings } from './downloading.ts';

const reported = vi.hoisted((): { readonly message: string; readonly increment: number }[] => []);

const http = vi.hoisted((): Record<string, unknown> => ({}));

vi.mock('vscode', () => ({
  ProgressLocation: { Notification: 15 },
  window: {
    withProgress: (_: unknown, work: (progress: unknown, token: unknown) => unknown) =>
      work({ report: (step: (typeof reported)[number]) => reported.push(step) }, {}),
  },
  workspace: { getConfiguration: () => ({ get: (name: string, otherwise?: unknown) => http[name] ?? otherwise }) },
}));

test('the progress bar of a restarted download stands still until it is as far as before', async () => {
  let tell = (_: DownloadProgress): void => {};
  const session = {
    onDownload: (listener: typeof tell) => {
      tell = listener;
      return { dispose: () => {} };
    },
    request: async () => {
      for (const [id, doneBytes] of [
        ['other', 70e6],
        ['m', 80e6],
        ['m', 10e6],
        ['m', 90e6],
        ['m', 100e6],
      ] as const)
        tell({ id, doneBytes, totalBytes: 100e6 });
      return { kind: 'ready', path: '/m.gguf' };
    },
  } as unknown as Session;
  expect(await downloadModel(session, 'm', 'Downloading')).toBe('/m.gguf');
  expect(reported.map(({ increment }) => increment)).toEqual([80, 0, 10, 10]);
  expect(reported.map(({ message }) => message)[1]).toBe('10 MB of 100 MB');
});

test.each([
  ['override', { proxy: 'http://proxy:80', noProxy: ['here'] }],
  ['off', { proxy: '', noProxy: [] }],
])('with http.proxySupport %s, the proxy of the editor is %o', (proxySupport, settings) => {
  Object.assign(http, { proxySupport, proxy: 'http://proxy:80', noProxy: ['here'] });
  expect(proxySettings()).toEqual(settings);
});
