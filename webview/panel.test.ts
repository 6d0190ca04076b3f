// @vitest-environment happy-dom
/** The panel as a whole: what comes into view by itself, and what a screen reader announces. */
import { beforeEach, expect, test, vi } from 'vitest';
import { FIRST_STATE } from '../server/protocol/firstState.ts';
import type { AdapterSummary, LearningRecord, Preset, RepotuneState } from '../server/protocol/index.ts';
import type { ArmCounts } from '../server/protocol/liveComparison.ts';
import type { Report } from '../server/protocol/report.ts';
import type { TuneProgress, TuneResult } from '../server/protocol/tune.ts';
import type { FromPanel } from './messages.ts';

vi.mock('./chart.ts', () => ({
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
const { AdaptersView } = await import('./views/adapters.ts');
const { ProgressView } = await import('./views/progress.ts');
const { remember } = await import('./host.ts');
const { Panel } = await import('./panel.ts');

const run = { runId: 'run-1', folder: '/app', stage: 'training', message: '', curve: [] } as unknown as TuneProgress;
const result = {
  runId: 'run-1',
  adapterId: 'a-1',
  reason: 'Activated: 5 % lower loss on files it never saw.',
  activated: true,
  heldOutLossBase: 2,
  heldOutLossTuned: 1.9,
  files: 12,
  pairs: 3456,
  heldOutPairs: 78,
  steps: 90,
  edits: 0,
  minutes: 5,
  sample: null,
} as unknown as TuneResult;
const state = (change: Partial<RepotuneState>): RepotuneState => ({
  ...FIRST_STATE,
  folder: { path: '/app', name: 'app' },
  folders: [{ path: '/app', name: 'app', adapter: null }],
  engine: { kind: 'ready', message: '' },
  ...change,
});

let panel: InstanceType<typeof Panel>;
let root: HTMLElement;
beforeEach(() => {
  document.body.replaceChildren();
  remember({ tab: null, runs: [] });
  root = document.createElement('main');
  document.body.append(root);
  panel = new Panel(root);
});

const show = (change: Partial<RepotuneState>): void => panel.draw({ kind: 'live', state: state(change) }, true);
const chosen = (): string | null => document.querySelector('[aria-selected="true"]')!.textContent;
/** Text of the visible live regions. */
const heard = (): string[] =>
  [...document.querySelectorAll<HTMLElement>('[role="status"], [role="alert"]')]
    .filter((part) => part.closest('[hidden]') === null && part.textContent !== '')
    .map((part) => part.textContent!);

test('the counts of suggestions are asked for again while they are in view, and only then', () => {
  vi.useFakeTimers();
  root.replaceChildren();
  panel = new Panel(root);
  show({});
  const asked = (): number => {
    posted.length = 0;
    vi.advanceTimersByTime(30_000);
    return posted.filter((message) => message.type === 'ask' && message.question === 'statistics').length;
  };
  expect(asked()).toBe(0);
  document.querySelector<HTMLElement>('#tab-activity')!.click();
  expect(asked()).toBe(3);
  document.querySelector<HTMLElement>('#tab-tune')!.click();
  expect(asked()).toBe(0);
  vi.useRealTimers();
});

test('announces the verdict once when a run ends while the panel is in view', () => {
  show({ run });
  expect(chosen()).toBe('Progress');
  expect(heard()).toEqual(['Training']);
  show({ run: { ...run, stage: 'done' }, lastResult: result });
  expect(chosen()).toBe('Result');
  expect(heard()).toEqual([`Result: ${result.reason}`]);
});

test('brings the progress of a failed run into view, where its message is announced once', () => {
  show({ run });
  document.getElementById('tab-adapters')!.click();
  expect(chosen()).toBe('Adapters');
  const shownWhenSaid: boolean[] = [];
  const page = document.getElementById('page-progress')!;
  vi.spyOn(ProgressView.prototype, 'update').mockImplementationOnce(function (
    this: InstanceType<typeof ProgressView>,
    now,
  ) {
    shownWhenSaid.push(!page.hidden);
    this.update(now);
  });
  const message = 'There is too little code to learn from.';
  show({ run: { ...run, stage: 'failed', message } });
  expect(chosen()).toBe('Progress');
  expect(heard()).toEqual([message]);
  expect(page.querySelector('.problem')!.textContent).toBe(message);
  // Once, for those who read the page.
  expect(page.textContent!.split(message)).toHaveLength(2);
  expect(shownWhenSaid).toEqual([true]);
  vi.restoreAllMocks();
});

test('neither shows nor announces the result of an earlier window by itself', () => {
  show({ lastResult: { ...result, runId: 'earlier' } });
  expect(chosen()).toBe('Tune');
  expect(heard()).toEqual([]);
});

test('a request for the report brings the result into view, with the focus', () => {
  show({ lastResult: { ...result, runId: 'earlier' } });
  panel.take({ type: 'show', tab: 'Result' });
  expect(chosen()).toBe('Result');
  // After a notification's button, the focus is there.
  expect(document.activeElement!.textContent).toBe('Result');
});

test('asks again about a live comparison when another adapter becomes active, which ends it, or another base, with which it rests', () => {
  const adapters = (active: string): AdapterSummary[] =>
    ['a', 'b'].map((id) => ({
      id,
      name: id,
      active: id === active,
      standing: { kind: 'unjudged', reason: '' },
      createdAtMs: 0,
      commit: '',
      heldOutLossBase: null,
      heldOutLossTuned: null,
    }));
  show({ adapters: adapters('a') });
  document.getElementById('tab-activity')!.click();
  posted.length = 0;
  show({ adapters: adapters('a') });
  expect(posted).toEqual([]);
  show({ adapters: adapters('b') });
  const asked = { type: 'ask', question: 'live', folder: '/app' } as const;
  expect(posted).toContainEqual(asked);
  posted.length = 0;
  const base = { name: 'coder', path: '/m.gguf', sizeBytes: 1, parameters: 1, bundled: false, prepared: null };
  show({ adapters: adapters('b'), base });
  expect(posted).toContainEqual(asked);
  const arm = {
    adapter: null,
    share: 0.5,
    counts: { offered: 0 } as ArmCounts,
    acceptance: null,
    survival: null,
  };
  const resting = 'Resting: another base is in use.';
  const comparison = { startedAt: '2026-01-01T00:00:00Z', active: arm, rival: arm, difference: null, resting };
  panel.take({ type: 'answer', question: 'live', folder: '/app', answer: { comparison, rivals: [] } });
  expect(document.body.textContent).toContain(resting);
});

test('announces in a sentence what the tables of a preview and of the team say at length', () => {
  show({});
  const counts = { files: 3, pairs: 1200 };
  const leftOut = [{ reason: 'generated', files: 1, examples: ['src/a.ts'] }];
  const found = { trainPairs: 1200, heldOutPairs: 34, presets: [], warnings: ['The history is short.'] };
  const languages = ['go', 'rust'].map((language) => ({ language, ...counts }));
  const preview = { folder: '/app', languages, leftOut, ...found };
  panel.take({ type: 'answer', question: 'preview', folder: '/app', answer: preview });
  expect(heard()).toEqual([
    '1,200 pairs can be learned, of which a run takes as many as its time allows. 34 are held out for evaluation.The history is short.',
  ]);
  document.getElementById('tab-adapters')!.click();
  const one = { author: 'ann', createdAtMs: 0, baseName: 'coder', sizeBytes: 1, here: false };
  const figures = { heldOutLossBase: null, heldOutLossTuned: null };
  const unsigned = { signature: '', revoked: false, newAuthor: false, otherKey: false };
  const adapters = ['a', 'b'].map((id) => ({ id, set: id, ...one, ...figures, ...unsigned }));
  panel.take({ type: 'answer', question: 'team', folder: '/app', answer: { adapters, unusable: 1, warnings: [] } });
  expect(heard()).toEqual(['2 team adapters']);
  panel.take({ type: 'answer', question: 'team', folder: '/app', answer: { adapters: [], unusable: 1, warnings: [] } });
  expect(heard()).toEqual(['No adapters that can be used have been shared yet.']);
  panel.take({ type: 'answer', question: 'team', folder: '/app', answer: { adapters: [], unusable: 0, warnings: [] } });
  expect(heard()).toEqual(['No adapters have been shared yet.']);
  expect(document.querySelector('[aria-live]')).toBeNull();
});

test('announces that adapters are kept tuned, but not each minute of waiting', () => {
  const waits = (minutes: number) => ({
    on: true,
    running: false,
    text: `waits ${minutes} min before the next attempt`,
  });
  show({ keepTuned: { on: false, running: false, text: '' } });
  document.getElementById('tab-learning')!.click();
  const said = [27, 26].map((minutes) => {
    show({ keepTuned: waits(minutes) });
    expect(document.body.textContent).toContain(`Keep tuned: waits ${minutes} min before the next attempt.`);
    return heard();
  });
  expect(said).toEqual([['Keep tuned is on.'], ['Keep tuned is on.']]);
});

const plan = (preset: Preset, minutes: number) => ({
  preset,
  minutes,
  rank: 16,
  memoryBytes: 4e8,
  leastFreeBytes: 1e8,
  fromDisk: false,
});
const preview = {
  ...{ folder: '/app', languages: [], leftOut: [], trainPairs: 1, heldOutPairs: 1, warnings: [] },
  presets: [plan('quick', 2), plan('balanced', 5), plan('thorough', 20)],
};
const offered = () =>
  [...root.querySelectorAll<HTMLElement>('.presets .preset')].flatMap((one) => {
    const { checked } = one.querySelector('input')!;
    return one.hidden ? [] : [`${checked ? '> ' : ''}${one.querySelector('label')!.firstChild!.textContent}`];
  });

test('the sizes of a run are there before it is known what they need, so that the button below stays where it is', () => {
  show({});
  const [before] = root.querySelectorAll<HTMLElement>('.presets');
  expect(before!.hidden).toBe(false);
  expect(offered()).toEqual(['Quick', '> Balanced', 'Thorough']);
  panel.take({ type: 'answer', question: 'preview', folder: '/app', answer: preview });
  expect(offered()).toEqual(['Quick', '> Balanced', 'Thorough']);
  expect(before!.textContent).toContain('up to 5 min, about 400 MB of memory, rank 16');
});

test.each<[string, number, string[]]>([
  ['ask for the same as Balanced', 5, ['Quick', '> Balanced', 'Thorough']],
  ['ask for the same as Quick', 2, ['> Quick', 'Balanced', 'Thorough']],
  ['ask for something else', 7, ['Quick', 'Balanced', 'Thorough', '> From settings']],
])('one size has one name where the settings %s', (_, minutes, sizes) => {
  show({ settingsPlan: plan('balanced', minutes) });
  panel.take({ type: 'answer', question: 'preview', folder: '/app', answer: preview });
  expect(offered()).toEqual(sizes);
  // Another base.
  show({ settingsPlan: plan('balanced', 7) });
  expect(offered()).toEqual(['Quick', 'Balanced', 'Thorough', '> From settings']);
});

test('pausing is offered where something is learned or recorded unasked, and forgetting the open file where one is open', () => {
  const record = (on: boolean, paused: boolean): LearningRecord => ({
    ...{ paused, forgotten: [], standing: 0, events: [], weeks: [], learned: null },
    recorded: { on, edits: 0, files: 0, sinceMs: null },
  });
  const buttons = (keptTuned: boolean, answer: LearningRecord): string[] => {
    show({ keepTuned: { on: keptTuned, running: false, text: '' } });
    panel.take({ type: 'answer', question: 'learning', folder: '/app', answer });
    return [...root.querySelectorAll<HTMLElement>('#page-learning vscode-button')]
      .filter(({ hidden }) => !hidden)
      .map(({ textContent }) => textContent);
  };
  expect(buttons(false, record(false, false))).toEqual(['Keep Tuned']);
  expect(buttons(true, record(false, false))).toEqual(['Stop Keeping Tuned', 'Pause Learning']);
  expect(buttons(false, record(true, false))).toEqual(['Keep Tuned', 'Pause Learning']);
  expect(buttons(false, record(false, true))).toEqual(['Keep Tuned', 'Resume Learning']);
  panel.take({ type: 'editor', hasFile: true });
  expect(buttons(false, record(false, false))).toEqual(['Keep Tuned', 'Forget the Open File…']);
  panel.take({ type: 'editor', hasFile: false });
  expect(buttons(false, record(false, false))).toEqual(['Keep Tuned']);
});

test('every control in view has an accessible name', () => {
  show({ run, lastResult: result });
  const unnamed = [...document.querySelectorAll('button, vscode-button, select, input, progress, [role="region"], pre')]
    .filter((one) => !(one as HTMLElement).closest('[hidden]'))
    .filter(
      (one) =>
        (one.getAttribute('aria-label') ?? one.getAttribute('aria-labelledby') ?? one.textContent ?? '') === '' &&
        document.querySelector(`label[for="${one.id}"]`) === null,
    );
  expect(unnamed.map((one) => one.outerHTML)).toEqual([]);
});

test('every section of the result that opens has a name of its own', () => {
  show({ lastResult: result });
  const contender = { loss: 2, top1: 0.5, completions: null };
  const loss = { mean: -0.1, low: -0.2, high: -0.05 };
  const set = {
    ...{
      pairs: 78,
      tokens: 900,
      available: 78,
      stopped: 'all' as const,
      base: contender,
      tuned: contender,
      active: null,
    },
    ...{
      overBase: { loss, exact: null, completions: null },
      overActive: null,
      overLayout: null,
      byLanguage: [],
      byKind: [],
    },
  } as const;
  const report: Report = { format: 1, byFile: set, byTime: set, examples: [], training: null, verbatim: null };
  panel.take({ type: 'answer', question: 'report', folder: '/app', answer: report });
  const names = [...document.querySelectorAll('summary')].map(({ textContent }) => textContent);
  expect(names).toContain('Held-out files: differences');
  expect(new Set(names).size).toBe(names.length);
});

test('brings the adapters into view before the outcome of a comparison, so that it is announced', () => {
  show({});
  const hidden: unknown[] = [];
  vi.spyOn(AdaptersView.prototype, 'compared').mockImplementation(
    () => void hidden.push(document.getElementById('page-adapters')!.hidden),
  );
  panel.take({
    type: 'compared',
    comparison: { folder: '/app', first: 'a', second: 'b', report: {} as Report },
    fresh: true,
  });
  expect(hidden).toEqual([false]);
  vi.restoreAllMocks();
});

test('keeps the focus in the panel when the server ends, is restarted and is back', () => {
  const focus = (label: string): void =>
    [...root.querySelectorAll<HTMLElement>('vscode-button')].find((one) => one.textContent === label)!.focus();
  // Elements of the toolkit are not defined here.
  for (const one of root.querySelectorAll<HTMLElement>('vscode-button')) one.tabIndex = 0;
  show({});
  focus('Choose Base Model…');
  panel.draw({ kind: 'failed', message: 'The server ended.' }, true);
  expect(document.activeElement).toBe(root);
  for (const one of root.querySelectorAll<HTMLElement>('vscode-button')) one.tabIndex = 0;
  focus('Restart');
  panel.draw({ kind: 'starting' }, true);
  expect(document.activeElement).toBe(root);
  show({});
  expect(document.activeElement).toBe(root);
});

test('without a folder offers to open one, and nothing that needs one', () => {
  const offered = (): (string | null)[] =>
    [...root.querySelectorAll('.tabs vscode-button')].flatMap((one) =>
      one.closest('[hidden]:not([role="tabpanel"])') === null ? [one.textContent] : [],
    );
  show({ folder: null, folders: [] });
  expect(offered()).toEqual(['Open Folder…', 'Choose Base Model…', 'Settings', 'Keep Tuned']);
  for (const one of root.querySelectorAll<HTMLElement>('vscode-button'))
    if (one.textContent === 'Open Folder…') one.click();
  expect(posted.at(-1)).toEqual({ type: 'run', command: 'vscode.openFolder' });
  show({});
  expect(offered()).not.toContain('Open Folder…');
  expect(offered()).toContain('Show Team Adapters');
  // Routes choose among adapters.
  expect(offered()).not.toContain('Adapter by Folder or Language…');
});

test('offers to restart only once a start has taken 15 s', () => {
  vi.useFakeTimers();
  panel.draw({ kind: 'starting' }, true);
  const restart = (): boolean =>
    [...document.querySelectorAll('vscode-button')].some(
      (one) => one.textContent === 'Restart' && one.closest('[hidden]') === null,
    );
  expect(restart()).toBe(false);
  vi.advanceTimersByTime(15_000);
  expect(restart()).toBe(true);
  show({});
  expect(restart()).toBe(false);
  vi.useRealTimers();
});

test('what failed in another folder is no problem of the one in view', () => {
  panel.draw({ kind: 'live', state: state({}) }, true);
  panel.take({ type: 'failure', question: 'learning', folder: '/app', message: 'git refuses the folder' });
  const problem = (): string[] =>
    [...root.querySelectorAll<HTMLElement>('#page-learning .problem')].flatMap((one) =>
      one.hidden ? [] : one.textContent,
    );
  expect(problem()).toEqual(['git refuses the folder']);
  panel.draw({ kind: 'live', state: state({ folder: { path: '/lib', name: 'lib' } }) }, true);
  expect(problem()).toEqual([]);
});
