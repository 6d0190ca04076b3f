import { expect, test } from 'vitest';
import { type FromPanel, readFromPanel } from './messages.ts';

test.each<[string, unknown, FromPanel | null]>([
  ['ready', { type: 'ready' }, { type: 'ready' }],
  ['a command of the list', { type: 'run', command: 'repotune.stop' }, { type: 'run', command: 'repotune.stop' }],
  [
    'a command with its argument',
    { type: 'run', command: 'repotune.useAdapter', argument: 'v1' },
    { type: 'run', command: 'repotune.useAdapter', argument: 'v1' },
  ],
  [
    'clearing of the statistics',
    { type: 'run', command: 'repotune.clearStatistics' },
    { type: 'run', command: 'repotune.clearStatistics' },
  ],
  ['a question', { type: 'ask', question: 'preview' }, { type: 'ask', question: 'preview' }],
  [
    'the folder in view',
    { type: 'run', command: 'repotune.rollBack', folder: '/code/app' },
    { type: 'run', command: 'repotune.rollBack', folder: '/code/app' },
  ],
  [
    'the folder of a question',
    { type: 'ask', question: 'team', folder: '/code/app' },
    { type: 'ask', question: 'team', folder: '/code/app' },
  ],
  ['no folder that is not a text', { type: 'ask', question: 'team', folder: 7 }, { type: 'ask', question: 'team' }],
  ['no other question', { type: 'ask', question: 'environment' }, null],
  ['no command outside the list', { type: 'run', command: 'workbench.action.terminal.sendSequence' }, null],
  [
    'no argument that is not a text',
    { type: 'run', command: 'repotune.tune', argument: { text: 'x' } },
    { type: 'run', command: 'repotune.tune' },
  ],
  ['nothing without a type', { command: 'repotune.stop' }, null],
  ['nothing that is not an object', 'repotune.stop', null],
])('the extension takes from the panel: %s', (_, message, taken) => {
  expect(readFromPanel(message)).toEqual(taken);
});
