// @vitest-environment happy-dom
/** What the panel says of a run that was interrupted, and lets a person do with it. */
import { expect, test, vi } from 'vitest';
import { FIRST_STATE } from '../../server/protocol/firstState.ts';
import type { RepotuneState } from '../../server/protocol/index.ts';
import type { TuneProgress } from '../../server/protocol/tune.ts';
import type { FromPanel } from '../messages.ts';

vi.mock('../chart.ts', () => ({
  LossChart: class {
    readonly root = document.createElement('figure');
    draw(): void {}
  },
}));
const posted: FromPanel[] = [];
vi.stubGlobal('acquireVsCodeApi', () => ({
  postMessage: (message: FromPanel) => void posted.push(message),
  getState: () => undefined,
  setState: () => {},
}));
const { ProgressView } = await import('./progress.ts');
const { TuneView } = await import('./tune.ts');

const run = { runId: 'run-1', folder: '/app', message: '', curve: [] };
const stateWith = (change: Partial<TuneProgress>): RepotuneState => ({
  ...FIRST_STATE,
  folder: { path: '/app', name: 'app' },
  folders: [{ path: '/app', name: 'app', adapter: null }],
  run: { ...run, ...change } as TuneProgress,
});

test.each([
  ['an interrupted run can be continued or discarded', { stage: 'stopped', resumable: true }, ['Continue', 'Discard']],
  ['a stopped run cannot', { stage: 'stopped' }, []],
])('%s', (_, change, expected) => {
  const view = new ProgressView();
  view.update(stateWith(change as Partial<TuneProgress>));
  const shown = [...view.root.querySelectorAll<HTMLElement>('.row:not([hidden]) > *')].filter((one) => !one.hidden);
  expect(shown.map(({ textContent }) => textContent)).toEqual(expected);
  posted.length = 0;
  for (const one of shown) one.click();
  const commands = ['repotune.continueRun', 'repotune.discardRun'].slice(0, expected.length);
  expect(posted).toMatchObject(commands.map((command) => ({ type: 'run', command, argument: 'run-1' })));
});

test.each([
  ['a run goes on', { stage: 'training' }, 'A run is in progress. See the Progress tab.'],
  [
    'one was interrupted',
    { stage: 'stopped', resumable: true },
    'A run was interrupted. The Progress tab continues it.',
  ],
  ['one was stopped', { stage: 'stopped' }, undefined],
])('where %s, the tab that starts runs says so', (_, change, expected) => {
  const view = new TuneView();
  view.update(stateWith(change as Partial<TuneProgress>));
  const said = [...view.root.querySelectorAll<HTMLElement>('p:not([hidden])')].map(({ textContent }) => textContent);
  expect(said.find((text) => text.startsWith('A run'))).toBe(expected);
});
