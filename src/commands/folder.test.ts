import { expect, test, vi } from 'vitest';
import type { ChosenFolder } from '../chosenFolder.ts';
import { showRun } from './folder.ts';

const run = vi.hoisted((): string[] => []);
vi.mock('vscode', () => ({ commands: { executeCommand: async (command: string) => void run.push(command) } }));

test.each([
  ['of the folder in view keeps the choice of a folder', '/app', []],
  ['of another folder chooses that one', '/tool', ['/tool']],
  ['of no folder keeps the choice of a folder', undefined, []],
])('showing the last run %s', async (_, argument, expected) => {
  for (const tab of ['Result', 'Progress'] as const) {
    run.length = 0;
    const pinned: unknown[] = [];
    const shown: string[] = [];
    const folder = { path: '/app', pin: (path: unknown) => pinned.push(path) } as unknown as ChosenFolder;
    await showRun(folder, { show: (shows) => shown.push(shows) }, tab, argument);
    expect([pinned, shown, run]).toEqual([expected, [tab], ['repotune.panel.focus']]);
  }
});
