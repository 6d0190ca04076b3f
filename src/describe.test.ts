import { describe, expect, test } from 'vitest';
import { FIRST_STATE } from '../server/protocol/firstState.ts';
import type { RepotuneState } from '../server/protocol/index.ts';
import type { TuneProgress } from '../server/protocol/tune.ts';
import {
  folderName,
  inFolder,
  progressLine,
  type SilenceHere,
  servingName,
  sourceText,
  statusText,
  toldRun,
} from './describe.ts';

const state: RepotuneState = {
  ...FIRST_STATE,
  folder: { path: '/code/app', name: 'app' },
  folders: [{ path: '/code/app', name: 'app', adapter: null }],
  engine: { kind: 'ready', message: '' },
  base: { name: 'seedling', path: '/m.gguf', sizeBytes: 17e6, parameters: 8.4e6, bundled: true, prepared: null },
};
const adapter = {
  id: 'v1',
  name: 'monday',
  createdAtMs: 0,
  commit: 'abc',
  active: true,
  standing: { kind: 'passed' as const, reason: '' },
  heldOutLossBase: 2,
  heldOutLossTuned: 1.8,
};
const run: TuneProgress = {
  runId: 'r',
  folder: '/code/app',
  stage: 'training',
  message: 'Step 25 of 100, loss 2.1',
  step: 25,
  steps: 100,
  curve: [],
  learningRate: 1e-4,
  tokensPerSecond: 900,
  rssBytes: 3e8,
  startedAtMs: 0,
  etaSeconds: 75,
};

test.each<[string, SilenceHere | null, Partial<RepotuneState>, string, RegExp]>([
  [
    'its language is turned off',
    { why: 'languages', languageId: 'markdown' },
    {},
    '$(circle-slash) Repotune: off in this file',
    /^There are no suggestions in this file: .*completions\.languages turns them off for markdown\.$/,
  ],
  [
    'it is left out',
    { why: 'exclude', languageId: 'dotenv' },
    {},
    '$(circle-slash) Repotune: off in this file',
    /completions\.exclude names it\. To have them, take the pattern out/,
  ],
  [
    'nothing is written there',
    { why: 'view', languageId: 'go' },
    {},
    '$(sparkle) Repotune: base',
    /^There are no suggestions in this view: .* Completions come from/,
  ],
  ['a run goes on', { why: 'exclude', languageId: 'go' }, { run }, '$(sync~spin) Repotune: tuning 25 %', /^Step 25/],
  [
    'all suggestions are off',
    { why: 'view', languageId: 'go' },
    { completionsEnabled: false },
    '$(circle-slash) Repotune: off',
    /^Completions are off/,
  ],
])('the status item says why the active editor gets no suggestions, where %s', (_, silence, change, text, tooltip) => {
  const said = statusText({ kind: 'live', state: { ...state, ...change } }, '/code/app', { silence, routed: null });
  expect(said).toMatchObject({ text, tooltip: expect.stringMatching(tooltip) });
});

test.each([
  ['tuesday', '$(sparkle) Repotune: adapter', /^Completions in this file come from the adapter tuesday on seedling/],
  [
    null,
    '$(sparkle) Repotune: base',
    /^Completions in this file come from the base model seedling .* alone, chosen for/,
  ],
])('the status item names what is chosen for the file by its folder or language: %s', (chosen, text, tooltip) => {
  const live = { kind: 'live', state: { ...state, source: 'adapter', adapters: [adapter] } } as const;
  const said = statusText(live, '/code/app', { silence: null, routed: { adapter: chosen } });
  expect(said).toMatchObject({ text, tooltip: expect.stringMatching(tooltip) });
});

test('the status item says what completes in a file outside of the folder, whose adapter does not', () => {
  const live = { kind: 'live', state: { ...state, source: 'adapter', adapters: [adapter] } } as const;
  const said = statusText(live, null, { silence: null, routed: { adapter: null, outside: true } });
  expect(said.text).toBe('$(sparkle) Repotune: base');
  expect(said.tooltip).toMatch(
    /^Completions in this file, which is in no open folder, come from the base model seedling.* alone\.$/,
  );
});

describe('the status item says', () => {
  test.each<[string, Partial<RepotuneState>, string]>([
    ['that the base serves', {}, '$(sparkle) Repotune: base'],
    ['that an adapter serves', { source: 'adapter', adapters: [adapter] }, '$(sparkle) Repotune: adapter'],
    ['how far a run is', { run }, '$(sync~spin) Repotune: tuning 25 %'],
    [
      'no share of a run that does not train yet',
      { run: { ...run, stage: 'mining', step: 0, steps: 0 } },
      '$(sync~spin) Repotune: tuning',
    ],
    [
      'that a run measures what it trained',
      { run: { ...run, stage: 'evaluating', step: 100 } },
      '$(sync~spin) Repotune: evaluating',
    ],
    ['that a run is held', { run, paused: true }, '$(debug-pause) Repotune: paused at 25 %'],
    [
      'nothing of a run that ended while it was held',
      { run: { ...run, stage: 'stopped' }, paused: true },
      '$(sparkle) Repotune: base',
    ],
    ['nothing of a run that ended', { run: { ...run, stage: 'failed' } }, '$(sparkle) Repotune: base'],
    ['that completions are off', { completionsEnabled: false }, '$(circle-slash) Repotune: off'],
    [
      'that the engine restarts',
      { engine: { kind: 'restarting', message: 'It died.' } },
      '$(warning) Repotune: restarting',
    ],
    ['that the engine failed', { engine: { kind: 'failed', message: 'No model.' } }, '$(error) Repotune'],
  ])('%s', (_, change, text) => {
    expect(statusText({ kind: 'live', state: { ...state, ...change } }, '/code/app').text).toBe(text);
  });

  test('why it is off in a folder that is not trusted', () => {
    expect(statusText({ kind: 'untrusted' }, null).tooltip).toContain('trust');
  });

  test('what went wrong when the server does not start', () => {
    expect(statusText({ kind: 'failed', message: 'spawn ENOENT' }, null)).toMatchObject({
      tooltip: 'spawn ENOENT',
      severity: 'error',
    });
  });
});

test.each<[string, Partial<RepotuneState>, string]>([
  ['the base', {}, 'Completions come from the base model seedling (bundled, small) alone.'],
  [
    'nothing, where the model cannot run',
    { engine: { kind: 'failed', message: 'No memory.' } },
    'There are no completions.',
  ],
  [
    'nothing, where they are off',
    { completionsEnabled: false },
    'Completions are off, and no model is loaded for them.',
  ],
  [
    'the base, where the active adapter belongs to another one',
    { adapters: [{ ...adapter, otherBase: 'coder' }] },
    'Completions come from the base model seedling (bundled, small) alone. The active adapter monday belongs to another base, coder, and completes once you choose that.',
  ],
])('says that completions come from %s', (_, change, text) => {
  expect(sourceText({ ...state, ...change })).toBe(text);
});

test('calls the bundled base small wherever it is named', () => {
  expect(servingName(state)).toBe('the base model seedling (bundled, small) alone');
  expect(servingName({ ...state, source: 'adapter', adapters: [adapter] })).toBe(
    'the adapter monday on seedling (bundled, small)',
  );
});

test('calls a base without a name the base model, once', () => {
  expect(servingName({ ...state, base: null })).toBe('the base model alone');
  expect(servingName({ ...state, base: null, source: 'adapter', adapters: [adapter] })).toBe(
    'the adapter monday on the base model',
  );
});

test('calls a prepared base so, except where an adapter of the repository completes', () => {
  const base = { name: 'coder', path: '/m.gguf', sizeBytes: 400e6, parameters: 5e8, bundled: false, prepared: true };
  expect(servingName({ ...state, base })).toBe('the prepared base model coder');
  expect(servingName({ ...state, base: { ...base, prepared: false } })).toBe('the base model coder alone');
  expect(servingName({ ...state, base, source: 'adapter', adapters: [adapter] })).toBe('the adapter monday on coder');
});

describe('in a window with two folders', () => {
  const two: RepotuneState = {
    ...state,
    source: 'adapter',
    adapters: [adapter],
    folders: [
      { path: '/code/app', name: 'app', adapter: 'monday' },
      { path: '/code/tool', name: 'tool', adapter: null },
    ],
  };
  const said = (folder: string | null, change: Partial<RepotuneState> = {}) =>
    statusText({ kind: 'live', state: { ...two, ...change } }, folder);

  test('the status item says what serves where the active editor is, whichever folder is chosen', () => {
    expect(said('/code/app').text).toBe('$(sparkle) Repotune: adapter');
    expect(said('/code/app').tooltip).toMatch(/^Completions in app come from the adapter monday on/);
    expect(said('/code/tool').text).toBe('$(sparkle) Repotune: base');
    expect(said('/code/tool').tooltip).toMatch(/^Completions in tool come from the base model .* alone/);
    expect(said(null).tooltip).toMatch(/^Completions in app /);
  });

  test('the status item names the folder of a run', () => {
    expect(said('/code/app', { run: { ...run, folder: '/code/tool' } }).tooltip).toMatch(/^tool: Step 25/);
  });

  test('folders have names, and a single one needs none', () => {
    expect(folderName(two, '/code/tool')).toBe('tool');
    expect(folderName(two, '/gone/other')).toBe('other');
    expect(folderName(state, '/code/app')).toBeNull();
    expect([inFolder(two, '/code/tool'), inFolder(state, '/code/app')]).toEqual([' in tool', '']);
  });
});

test('a line of progress names the time left while there is an estimate', () => {
  expect(progressLine(run)).toBe('Step 25 of 100, loss 2.1 · 1 min 15 s left');
  expect(progressLine({ ...run, stage: 'mining', message: 'Mining', etaSeconds: null })).toBe('Mining');
});

test.each<[string, Partial<RepotuneState>, string | null]>([
  ['in progress', { run }, 'Step 25 of 100, loss 2.1 · 1 min 15 s left'],
  ['on hold, without the time left', { run, paused: true }, 'Paused. Step 25 of 100, loss 2.1'],
  ['at its end', { run: { ...run, stage: 'done', message: 'Done', etaSeconds: null }, paused: true }, 'Done'],
  ['that is none, as nothing', { run: null, paused: true }, null],
])('describes a run %s', (_, change, line) => {
  const told = toldRun({ ...state, ...change });
  expect(told && progressLine(told)).toBe(line);
});
