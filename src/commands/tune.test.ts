import { expect, test, vi } from 'vitest';
import { Requests, type TuneAnswer } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import type { Session } from '../session.ts';
import { continueTuning, stopTuning } from './tune.ts';

const { told, events, answers } = vi.hoisted(() => ({
  told: [] as string[],
  events: [] as string[],
  answers: { question: undefined as string | undefined },
}));
vi.mock('vscode', () => ({
  commands: {
    executeCommand: async (command: string) => {
      // A page takes longer than an answer.
      await new Promise((resolve) => setImmediate(resolve));
      events.push(command);
    },
  },
  window: {
    showErrorMessage: async (message: string) => void told.push(message),
    showInformationMessage: async () => answers.question,
    showWarningMessage: async () => (answers.question === undefined ? undefined : { title: answers.question }),
  },
}));
const idle = { state: { run: null } } as unknown as Session;

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
  await continueTuning({ session: idle, here, panel: { show: (tab) => void shown.push(tab) } });
  expect([shown, told]).toEqual([expected, messages]);
});

test('a run that fails before the panel is open is shown there all the same', async () => {
  events.length = 0;
  const tune = async (): Promise<TuneAnswer> => {
    events.push('started and failed');
    return { kind: 'started', runId: 'run-1' };
  };
  const here = { path: '/app', tune } as unknown as FolderSession;
  await continueTuning({ session: idle, here, panel: { show: (tab) => void events.push(tab) } });
  expect(events).toEqual(['started and failed', 'repotune.panel.focus', 'Progress']);
});

test.each([
  ['Start Anew', ['tune active']],
  ['Continue', ['continue run-1']],
  [undefined, []],
])('where a run was interrupted, another is started only if the answer is so: %s', async (answer, expected) => {
  answers.question = answer;
  const done: string[] = [];
  const started: TuneAnswer = { kind: 'started', runId: 'run-1' };
  const here = {
    path: '/app',
    tune: async ({ continueFrom }: { continueFrom: string }) => {
      done.push(`tune ${continueFrom}`);
      return started;
    },
    continueRun: async (runId: string) => {
      done.push(`continue ${runId}`);
      return started;
    },
  } as unknown as FolderSession;
  const run = { runId: 'run-1', folder: '/app', resumable: true, step: 3, steps: 9 };
  await continueTuning({ session: { state: { run } } as unknown as Session, here, panel: { show: () => {} } });
  expect(done).toEqual(expected);
});

test.each([
  ['Stop Tuning', ['stop']],
  ['Pause', ['pause']],
  ['Cancel', []],
  [undefined, []],
])('a run that has learned for long is stopped only if the answer is so: %s', async (answer, expected) => {
  answers.question = answer;
  const done: string[] = [];
  const run = { runId: 'run-1', stage: 'training', step: 3, steps: 9, startedAtMs: 0 };
  const session = {
    state: { run, paused: false },
    request: async (type: unknown) => {
      done.push(type === Requests.stop ? 'stop' : 'another');
      return true;
    },
    pause: async () => void done.push('pause'),
  } as unknown as Session;
  await stopTuning(session, 'run-1');
  expect(done).toEqual(expected);
});
