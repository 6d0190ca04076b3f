import { beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { followUnfinished, type Unfinished, unfinishedUntil } from './unfinished.ts';

const shown = vi.hoisted(() => ({
  said: [] as string[],
  run: [] as unknown[][],
  press: undefined as string | undefined,
}));
vi.mock('vscode', () => ({
  window: {
    showWarningMessage: async (text: string) => {
      shown.said.push(text);
      return shown.press;
    },
  },
  commands: { executeCommand: async (...args: unknown[]) => void shown.run.push(args) },
}));

/** As the editor keeps it: as JSON. */
const kept = new Map<string, string>();
const memory = {
  get: (key: string) => JSON.parse(kept.get(key) ?? 'null') ?? undefined,
  update: async (key: string, value: unknown) =>
    void (value === undefined ? kept.delete(key) : kept.set(key, JSON.stringify(value))),
} as unknown as vscode.Memento;
const measuring: Unfinished = {
  what: 'Measuring one',
  command: 'repotune.useAdapter',
  argument: 'a-1',
  folder: '/app',
};
const importing: Unfinished = { what: 'Importing two', note: 'Look first.', command: 'repotune.importAdapter' };

beforeEach(() => {
  kept.clear();
  shown.said.length = shown.run.length = 0;
  shown.press = undefined;
});

/** What the next window says. */
function next(): readonly string[] {
  followUnfinished(memory);
  return shown.said;
}

test('what a window did not finish is said by the next one, once, and can be started again', async () => {
  followUnfinished(memory);
  void unfinishedUntil(measuring, () => new Promise(() => {}));
  void unfinishedUntil(importing, () => new Promise(() => {}));
  shown.press = 'Start Again';
  expect(next()).toEqual([
    'Measuring one did not finish: the window was closed or reloaded.',
    'Importing two did not finish: the window was closed or reloaded. Look first.',
  ]);
  await vi.waitFor(() =>
    expect(shown.run).toEqual([
      ['repotune.useAdapter', 'a-1', '/app'],
      ['repotune.importAdapter', undefined, undefined],
    ]),
  );
  shown.said.length = 0;
  expect(next()).toEqual([]);
});

test('what fails because its window ends did not finish either', async () => {
  const window = followUnfinished(memory);
  const work = unfinishedUntil(measuring, async () => {
    window.dispose();
    throw new Error('Connection is disposed.');
  });
  await expect(work).rejects.toThrow('disposed');
  expect(next()).toHaveLength(1);
});

test.each<[string, () => Promise<unknown>]>([
  ['finished', async () => 'done'],
  ['failed', () => Promise.reject(new Error('no'))],
])('nothing is said of what %s', async (_, work) => {
  followUnfinished(memory);
  await unfinishedUntil(measuring, work).catch(() => {});
  expect(next()).toEqual([]);
});
