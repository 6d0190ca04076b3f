import { expect, test, vi } from 'vitest';
import type { TuneAnswer } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { continueTuning } from './tune.ts';

const told = vi.hoisted((): string[] => []);
vi.mock('vscode', () => ({
  commands: { executeCommand: async () => {} },
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
