import { describe, expect, test } from 'vitest';
import {
  ENOUGH_COMMITS,
  ENOUGH_EDITS,
  IDLE_MS,
  type MachineFacts,
  machineObjection,
  newsOf,
  pauseAfter,
  type RepositoryFacts,
  repositoryObjection,
} from './conditions.ts';

const HOUR_MS = 3_600_000;
const idle: MachineFacts = {
  nowMs: 10 * HOUR_MS,
  lastKeyMs: 9 * HOUR_MS,
  onBattery: false,
  warm: null,
  load: 0.05,
  freeBytes: 8e9,
  neededBytes: 1e9,
};
const grown: RepositoryFacts = {
  nowMs: 10 * HOUR_MS,
  paused: false,
  hasActive: true,
  compared: false,
  unfit: null,
  commits: ENOUGH_COMMITS,
  edits: 0,
  last: null,
};

describe('the machine', () => {
  test.each<[string, Partial<MachineFacts>, string | undefined]>([
    ['allows a run when idle, on mains power and cool', {}, undefined],
    ['allows a run of unknown need', { neededBytes: null, freeBytes: 0 }, undefined],
    ['forbids a run just after typing', { lastKeyMs: idle.nowMs - IDLE_MS + 1 }, 'typing'],
    ['forbids a run on battery', { onBattery: true }, 'battery'],
    ['forbids a run when warm', { warm: { zone: 'x86_pkg_temp', celsius: 92 } }, 'warm'],
    ['forbids a run beside other work', { load: 0.6 }, 'load'],
    ['forbids a run with too little free memory', { freeBytes: 9e8 }, 'memory'],
  ])('%s', (_, change, kind) => expect(machineObjection({ ...idle, ...change })?.kind).toBe(kind));
});

describe('the repository', () => {
  const ago = (ms: number, failures: number) => ({
    atMs: grown.nowMs - ms,
    commit: '',
    version: '',
    failures,
    editsUntilMs: 0,
  });
  test.each<[string, Partial<RepositoryFacts>, string | undefined]>([
    ['allows a run with enough commits', {}, undefined],
    ['forbids a run with too few commits', { commits: ENOUGH_COMMITS - 1 }, 'news'],
    ['allows a run with few commits and enough edits', { commits: 1, edits: ENOUGH_EDITS }, undefined],
    ['forbids a run with unknown commits', { commits: null }, 'no-commits'],
    ['allows a run with unknown commits and enough edits', { commits: null, edits: ENOUGH_EDITS }, undefined],
    ['forbids a run while learning is paused', { paused: true }, 'paused'],
    ['forbids a run without an adapter', { hasActive: false }, 'no-adapter'],
    ['forbids a run during a live comparison of the adapter', { compared: true }, 'compared'],
    ['forbids a run from an unfit adapter', { unfit: 'its history is gone' }, 'unfit'],
    ['forbids a run just after another', { last: ago(60_000, 0) }, 'pause'],
    ['allows a run an hour after another', { last: ago(HOUR_MS, 0) }, undefined],
    ['forbids a run an hour after a third failure', { last: ago(HOUR_MS, 3) }, 'pause'],
  ])('%s', (_, change, kind) => expect(repositoryObjection({ ...grown, ...change })?.kind).toBe(kind));

  test.each([
    [0, 0, 'so far 0 of 10 commits'],
    [9, 12, 'so far 9 of 10 commits, or 12 of 40 recorded edits'],
  ])('says of %d commits and %d edits how many would be enough', (commits, edits, text) => {
    expect(repositoryObjection({ ...grown, commits, edits })?.text).toBe(
      `waits until there is more to learn (${text})`,
    );
  });

  test('says that there is nothing to learn before it says when it may try again', () => {
    expect(repositoryObjection({ ...grown, commits: 0, last: ago(60_000, 0) })?.kind).toBe('news');
  });

  test('says in whole minutes how long it waits', () => {
    expect(repositoryObjection({ ...grown, last: ago(3 * 60_000 + 1, 0) })?.text).toBe(
      'waits 27 min before the next attempt',
    );
  });

  test('doubles the pause with each failure, up to a day', () => {
    const pauses = Array.from({ length: 40 }, (_, i) => pauseAfter({ failures: i + 1 }));
    expect(pauses.slice(0, 5).every((pause, i) => i === 0 || pause === 2 * pauses[i - 1]!)).toBe(true);
    expect(new Set(pauses.slice(8))).toEqual(new Set([24 * HOUR_MS]));
  });
});

test.each([
  [1, 0, '1 commit since the last time'],
  [12, 1, '12 commits and 1 recorded edit since the last time'],
  [null, 3, '3 recorded edits since the last time'],
])('news of %s commits and %s edits', (commits, edits, text) => expect(newsOf(commits, edits)).toBe(text));
