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
  unfit: null,
  commits: ENOUGH_COMMITS,
  edits: 0,
  last: null,
};

describe('the machine', () => {
  test.each<[string, Partial<MachineFacts>, string | undefined]>([
    ['is idle, at the wall and cool', {}, undefined],
    ['tells nothing of what a run needs', { neededBytes: null, freeBytes: 0 }, undefined],
    ['was typed on a moment ago', { lastKeyMs: idle.nowMs - IDLE_MS + 1 }, 'typing'],
    ['is on its battery', { onBattery: true }, 'battery'],
    ['is warm', { warm: { zone: 'x86_pkg_temp', celsius: 92 } }, 'warm'],
    ['works for somebody else', { load: 0.6 }, 'load'],
    ['has little memory left', { freeBytes: 9e8 }, 'memory'],
  ])('%s', (_, change, kind) => expect(machineObjection({ ...idle, ...change })?.kind).toBe(kind));
});

describe('the repository', () => {
  const ago = (ms: number, failures: number) => ({ atMs: grown.nowMs - ms, commit: '', failures, editsUntilMs: 0 });
  test.each<[string, Partial<RepositoryFacts>, string | undefined]>([
    ['has enough commits', {}, undefined],
    ['has too few', { commits: ENOUGH_COMMITS - 1 }, 'news'],
    ['has few, and edits enough', { commits: 1, edits: ENOUGH_EDITS }, undefined],
    ['does not tell its commits', { commits: null }, 'no-commits'],
    ['does not tell its commits, and has edits enough', { commits: null, edits: ENOUGH_EDITS }, undefined],
    ['is not to be learned from', { paused: true }, 'paused'],
    ['has no adapter', { hasActive: false }, 'no-adapter'],
    ['has one that cannot be gone on from', { unfit: 'its history is gone' }, 'unfit'],
    ['was just kept up', { last: ago(60_000, 0) }, 'pause'],
    ['was kept up an hour ago', { last: ago(HOUR_MS, 0) }, undefined],
    ['failed an hour ago, for the third time', { last: ago(HOUR_MS, 3) }, 'pause'],
  ])('%s', (_, change, kind) => expect(repositoryObjection({ ...grown, ...change })?.kind).toBe(kind));

  test('each failure makes the pause longer, up to a day', () => {
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
