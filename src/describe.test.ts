import { describe, expect, test } from 'vitest';
import type { RepotuneState } from '../server/protocol.ts';
import type { TuneProgress } from '../server/tuning/types.ts';
import { duration, progressLine, servingName, statusText } from './describe.ts';

const state: RepotuneState = {
  folder: '/code/app',
  engine: { kind: 'ready', message: '' },
  base: { name: 'seedling', path: '/m.gguf', sizeBytes: 17e6, parameters: 8.4e6, bundled: true },
  adapters: [],
  source: 'base',
  completionsEnabled: true,
  run: null,
  paused: false,
  lastResult: null,
  commitsSinceTune: null,
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

describe('the status item says', () => {
  test.each<[string, Partial<RepotuneState>, string]>([
    ['that the base serves', {}, '$(sparkle) Repotune: base'],
    ['that an adapter serves', { source: 'adapter', adapters: [adapter] }, '$(sparkle) Repotune: adapter'],
    ['how far a run is', { run }, '$(sync~spin) Repotune: tuning 25 %'],
    ['nothing of a run that ended', { run: { ...run, stage: 'failed' } }, '$(sparkle) Repotune: base'],
    ['that completions are off', { completionsEnabled: false }, '$(circle-slash) Repotune: off'],
    [
      'that the engine restarts',
      { engine: { kind: 'restarting', message: 'It died.' } },
      '$(warning) Repotune: restarting',
    ],
    ['that the engine failed', { engine: { kind: 'failed', message: 'No model.' } }, '$(error) Repotune'],
  ])('%s', (_, change, text) => {
    expect(statusText({ kind: 'live', state: { ...state, ...change } }).text).toBe(text);
  });

  test('why it is off in a folder that is not trusted', () => {
    expect(statusText({ kind: 'untrusted' }).tooltip).toContain('trust');
  });

  test('what went wrong when the server does not start', () => {
    expect(statusText({ kind: 'failed', message: 'spawn ENOENT' })).toMatchObject({
      tooltip: 'spawn ENOENT',
      severity: 'error',
    });
  });
});

test('wherever the bundled base is named, it is called small', () => {
  expect(servingName(state)).toBe('the base model seedling (bundled, small) alone');
  expect(servingName({ ...state, source: 'adapter', adapters: [adapter] })).toBe(
    'the adapter monday on seedling (bundled, small)',
  );
});

test('a line of progress names the time left while there is an estimate', () => {
  expect(progressLine(run)).toBe('Step 25 of 100, loss 2.1 · 1 min 15 s left');
  expect(progressLine({ ...run, stage: 'mining', message: 'Mining', etaSeconds: null })).toBe('Mining');
});

test.each([
  [0.4, '0 s'],
  [59, '59 s'],
  [61, '1 min 1 s'],
  [7322, '2 h 2 min'],
])('%d seconds read as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
