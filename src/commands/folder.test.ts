import { expect, test, vi } from 'vitest';
import type { ChosenFolder } from '../chosenFolder.ts';
import type { FolderSession } from '../folderSession.ts';
import type { Session } from '../session.ts';
import { folderToTune, showRun } from './folder.ts';

const run = vi.hoisted((): string[] => []);
const picker = vi.hoisted(() => ({ offered: [] as string[], picks: null as string | null }));
vi.mock('vscode', () => ({
  commands: { executeCommand: async (command: string) => void run.push(command) },
  window: {
    showQuickPick: async (items: { label: string; path: string }[]) => {
      picker.offered = items.map(({ label }) => label);
      return items.find(({ path }) => path === picker.picks);
    },
  },
}));

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

test.each<[string, boolean, string | null, string | null, string[]]>([
  ['goes on where a folder was pointed at', false, null, '/app', []],
  ['is asked for the folder where none was, and works on it from then on', true, '/tool', '/tool', ['app', 'tool']],
  ['goes no further where none is chosen', true, null, null, ['app', 'tool']],
])('a tune from the palette %s', async (_, isGuess, picks, expected, offered) => {
  Object.assign(picker, { offered: [], picks });
  const looked: string[] = [];
  const folders = ['app', 'tool'].map((name) => ({ name, path: `/${name}`, adapter: null }));
  const here = (path: unknown) => ({ path }) as FolderSession;
  const session = { here, state: { folders }, refresh: async () => {} } as unknown as Session;
  const where = await folderToTune(session, { isGuess, looksAt: (path) => looked.push(path) }, here('/app'));
  expect([where?.path ?? null, looked, picker.offered]).toEqual([expected, picks === null ? [] : [picks], offered]);
});
