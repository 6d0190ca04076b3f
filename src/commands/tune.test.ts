import { expect, test, vi } from 'vitest';
import type { TuneAnswer } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { continueTuning } from './tune.ts';

const { told, events } = vi.hoisted(() => ({ told: [] as string[], events: [] as string[] }));
vi.mock('vscode', () => ({
  commands: {
    executeCommand: async (command: string) => {
      // A page takes longer than an answer.
      await new Promise((resolve) => setImmediate(resolve));
      events.push(command);
    },
  },
  window: { showErrorMessage: async (message: string) => void told.push(message) },
}));

test.each<[string, TuneAnswer, string[], string[]]>([
  [
    'that starts brings the Progress tab of the panel into view, and no message',
    { kind: 'started', runId: 'run-1' },
    ['Progress'],
    [],
  ],
  [
    'that is refused leaves the panel as it is and says why',
    { kind: 'refused', message: 'A run goes on.' },
    [],
    ['A run goes on.'],
  ],
])('a run %s', async (_, answer, expected, messages) => {
  told.length = 0;
  const shown: string[] = [];
  const here = { path: '/app', tune: async () => answer } as unknown as FolderSession;
  await continueTuning({ here, panel: { show: (tab) => void shown.push(tab) } });
  expect([shown, told]).toEqual([expected, messages]);
});

test('a run that fails before the panel is open is shown there all the same', async () => {
  events.length = 0;
  const tune = async (): Promise<TuneAnswer> => {
    events.push('started and failed');
    return { kind: 'started', runId: 'run-1' };
  };
  const here = { path: '/app', tune } as unknown as FolderSession;
  await continueTuning({ here, panel: { show: (tab) => void events.push(tab) } });
  expect(events).toEqual(['started and failed', 'repotune.panel.focus', 'Progress']);
});
