import { expect, test } from 'vitest';
import { readSettings } from '../common/settings.ts';
import type { RepotuneState, TuneResult } from '../protocol/index.ts';
import { argumentsOf, first, type RunOptions } from '../runs/runOptions.ts';
import type { Runs, RunsEvents } from '../runs/runs.ts';
import { WindowRuns, type WindowRunsParts } from './windowRuns.ts';

test('runs count as busy while the base is prepared', () => {
  let preparing = true;
  const runs = new WindowRuns({
    createRuns: () => ({ isComputing: () => false }) as Runs,
    isPreparing: () => preparing,
  } as Partial<WindowRunsParts> as WindowRunsParts);
  expect([runs.isBusy, runs.going]).toEqual([true, false]);
  preparing = false;
  expect(runs.isBusy).toBe(false);
});

test.each([
  ['by its user here', true, false, false],
  ['by its user in another window', false, false, false],
  ['by a keystroke or for another run', false, true, true],
  ['by its user, and then for another run', true, true, false],
])('a background run stopped %s reports whether it made way', async (_, asked, toMakeWay, madeWay) => {
  const ends: unknown[] = [];
  let events: RunsEvents | null = null;
  const run = { ...first('run-1', '/app', 0), background: true as const };
  const runs = new WindowRuns({
    folders: { chosen: { path: '/app' } },
    createRuns: (given: RunsEvents) => {
      events = given;
      return { shown: () => ({ progress: run }), stop: async () => true } as unknown as Runs;
    },
    onProgress: () => {},
    onBackground: (end: unknown) => ends.push(end),
  } as unknown as WindowRunsParts);
  const cancelled = { signal: new AbortController().signal, tell: () => {} };
  if (asked) await runs.requests(async () => ({}) as RepotuneState).stop({}, cancelled);
  events!.onProgress({ ...run, stage: 'stopped', ...(toMakeWay && { madeWay: true }) }, null);
  expect(ends).toEqual([{ kind: 'stopped', madeWay, runId: 'run-1', folder: '/app' }]);
});

test.each([
  ['without either', {}, {}, ['--size', 'balanced', '--rank', '16']],
  ['with minutes in the settings', { maxMinutes: 7, rank: 4 }, {}, ['--rank', '4', '--minutes', '7']],
  ["with one of the panel's sizes", { maxMinutes: 7, rank: 4 }, { preset: 'quick' }, ['--size', 'quick']],
  ['with the minutes of an offered base', {}, { preset: 'quick', minutes: 40 }, ['--size', 'quick', '--minutes', '40']],
] as const)('a run is asked for in the minutes that suit its base: %s', async (_, tuning, params, expected) => {
  let started: RunOptions | null = null;
  const runs = new WindowRuns({
    folders: { of: () => '/app' },
    settings: { current: readSettings({ tuning }).settings },
    modelPath: () => '/base.gguf',
    isPreparing: () => false,
    createRuns: () => ({
      endBackground: async () => {},
      start: (options: RunOptions) => {
        started = options;
        return { kind: 'started', runId: 'run-1' };
      },
    }),
  } as unknown as WindowRunsParts);
  const cancelled = { signal: new AbortController().signal, tell: () => {} };
  await runs.requests(async () => ({}) as RepotuneState).tune(params, cancelled);
  const sized = argumentsOf('run-1', started!);
  expect(sized.slice(sized.indexOf('q4_0') + 1, sized.indexOf('--device'))).toEqual(expected);
});

test('an unrequested run makes way for a tune here and for one on a cluster', async () => {
  const done: string[] = [];
  const answer = { kind: 'started', runId: 'run-1' } as const;
  const noted = (what: string) => {
    done.push(what);
    return answer;
  };
  const runs = new WindowRuns({
    folders: { of: () => '/app' },
    settings: { current: readSettings({}).settings },
    modelPath: () => '/base.gguf',
    isPreparing: () => false,
    createRuns: () => ({
      endBackground: async () => {
        await Promise.resolve();
        done.push('ended');
      },
      start: () => noted('here'),
      startOnCluster: () => noted('there'),
    }),
  } as unknown as WindowRunsParts);
  const cancelled = { signal: new AbortController().signal, tell: () => {} };
  expect(await runs.requests(async () => ({}) as RepotuneState).tune({ preset: 'quick' }, cancelled)).toBe(answer);
  const submission = { runId: 'run-1', folder: '/app', submission: 'repotune-a', address: 'http://gpu:8265' };
  expect(await runs.startOnCluster(submission)).toBe(answer);
  expect(done).toEqual(['ended', 'here', 'ended', 'there']);
});

test.each([
  ['ends if nobody asked for it', true, ['ended']],
  ['goes on if somebody did, who is told', false, ['told /app run-1']],
  ['of another repository is left alone', null, []],
])('a run that may have read what is forgotten %s', async (_, background, expected) => {
  const done: string[] = [];
  const run = background === null ? null : { ...first('run-1', '/app', 0), ...(background && { background }) };
  const runs = new WindowRuns({
    notices: { stillLearns: (folder: string, runId: string) => done.push(`told ${folder} ${runId}`) },
    createRuns: () => ({ goingIn: () => run, endBackground: async () => void done.push('ended') }),
  } as unknown as WindowRunsParts);
  await runs.forgotten('/app');
  expect(done).toEqual(expected);
});

test.each([
  ['of the folder in view', '/app', false, [['/app', true]]],
  ['of another folder', '/tool', false, [['/tool', false]]],
  ['in the background', '/app', true, []],
])('a result is announced, unless it comes from the background: a run %s', async (_, folder, background, expected) => {
  const told: unknown[] = [];
  let events: RunsEvents | null = null;
  new WindowRuns({
    folders: { chosen: { path: '/app' }, all: [{ path: '/app' }, { path: '/tool' }] },
    notices: { ended: (result: TuneResult, inView: boolean) => told.push([result.folder, inView]) },
    createRuns: (given: RunsEvents) => {
      events = given;
      return {} as Runs;
    },
    onBackground: () => {},
    onResult: async () => {},
  } as unknown as WindowRunsParts);
  const run = { ...first('run-1', folder, 0), ...(background ? { background: true as const } : {}) };
  await events!.onResult({ runId: 'run-1', folder } as TuneResult, run);
  expect(told).toEqual(expected);
});

test.each([
  ['of an adapter that completes', true, null, true, null],
  ['that was not activated', false, 'Other', false, null],
  ['on a base that was changed meanwhile', true, 'Other', true, /^Its adapter belongs to the base Other, /],
  ['while completions are off', true, null, false, /completions are off\.$/],
])('a result %s is announced by what it means', async (_, activated, otherBase, enabled, expected) => {
  const idle = Promise.withResolvers<string | null>();
  let events: RunsEvents | null = null;
  new WindowRuns({
    folders: { chosen: null },
    settings: { current: readSettings({ completions: { enabled } }).settings },
    notices: { ended: (_: TuneResult, __: boolean, why: string | null) => idle.resolve(why) },
    createRuns: (given: RunsEvents) => {
      events = given;
      return {} as Runs;
    },
    otherBase: async () => otherBase,
    onResult: async () => {},
  } as unknown as WindowRunsParts);
  await events!.onResult({ runId: 'run-1', folder: '/app', activated } as TuneResult, first('run-1', '/app', 0));
  if (expected === null) expect(await idle.promise).toBeNull();
  else expect(await idle.promise).toMatch(expected);
});

test('an interrupted run is continued as the settings say about batteries, and not while the base is prepared', async () => {
  let preparing = true;
  const continued: unknown[] = [];
  const runs = new WindowRuns({
    folders: { of: () => '/app' },
    settings: { current: readSettings({ tuning: { pauseOnBattery: true } }).settings },
    isPreparing: () => preparing,
    createRuns: () => ({
      endBackground: async () => {},
      continueRun: (options: unknown) => {
        continued.push(options);
        return { kind: 'started', runId: 'run-1' };
      },
    }),
  } as unknown as WindowRunsParts);
  const { continueRun } = runs.requests(async () => ({}) as RepotuneState);
  const cancelled = { signal: new AbortController().signal, tell: () => {} };
  expect(await continueRun({ runId: 'run-1' }, cancelled)).toMatchObject({ kind: 'refused' });
  preparing = false;
  expect(await continueRun({ runId: 'run-1' }, cancelled)).toEqual({ kind: 'started', runId: 'run-1' });
  expect(continued).toEqual([{ runId: 'run-1', folder: '/app', pauseOnBattery: true }]);
});
