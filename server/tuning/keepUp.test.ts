import { describe, expect, it } from 'vitest';
import type { Pair } from '../mining/types.ts';
import { drawToLearn, KEEP_UP, keepUpSchedule, type News } from './keepUp.ts';

function pair(path: string, more: Partial<Pair> = {}): Pair {
  return {
    path,
    language: 'go',
    kind: 'statements',
    split: 'train',
    commit: 'head',
    startByte: 0,
    endByte: 1,
    prefix: '',
    middle: 'x',
    suffix: '',
    context: '',
    ...more,
  };
}

const commits = Array.from({ length: 10 }, (_, age) => `c${age}`);
const news: News = {
  commits: new Map(commits.map((commit, age) => [commit, age])),
  written: new Map([
    ['fresh.go', { age: 0, lines: new Set(['call(x)', 'y', 'x', 'a', 'b']) }],
    ['stale.go', { age: 9, lines: new Set(['x']) }],
  ]),
};
const many = (path: string, count: number, more: Partial<Pair> = {}): Pair[] =>
  Array.from({ length: count }, (_, startByte) => pair(path, { ...more, startByte }));
const countOf = (pairs: readonly Pair[], path: string): number => pairs.filter((one) => one.path === path).length;

const general = [...many('elsewhere.go', 500), ...many('elsewhere.go', 500, { split: 'held-out' })];

describe('drawToLearn', () => {
  const all = [...many('fresh.go', 300), ...many('stale.go', 300), ...many('old.go', 2000)];

  it('takes as much older code as the method says, evenly spread among the new', () => {
    const { pairs, news: fresh } = drawToLearn(all, general, news, 200, 1);
    const [older, elsewhere] = [KEEP_UP.replayShare, KEEP_UP.generalShare].map((share) => Math.round(200 * share)) as [
      number,
      number,
    ];
    expect(pairs.length).toBe(200);
    expect(fresh).toBe(200 - older - elsewhere);
    expect(countOf(pairs, 'elsewhere.go')).toBe(elsewhere);
    expect(countOf(pairs, 'old.go')).toBe(older);
    // A run that time ends has learned both.
    const first = countOf(pairs.slice(0, 50), 'old.go');
    expect(Math.abs(first - older / 4)).toBeLessThanOrEqual(1);
  });

  it('takes as much code from elsewhere as the method says, and none that is held out', () => {
    const { pairs, news: fresh } = drawToLearn(all, general, news, 200, 1, {
      ...KEEP_UP,
      replayShare: 0.3,
      generalShare: 0.2,
    });
    expect([fresh, countOf(pairs, 'old.go'), countOf(pairs, 'elsewhere.go')]).toEqual([100, 60, 40]);
    expect(pairs.every(({ split }) => split === 'train')).toBe(true);
    expect(countOf(pairs.slice(0, 50), 'elsewhere.go')).toBe(10);
  });

  it('prefers what was written last', () => {
    const { pairs } = drawToLearn(all, general, news, 200, 1);
    expect(countOf(pairs, 'fresh.go')).toBeGreaterThan(1.5 * countOf(pairs, 'stale.go'));
  });

  it('learns little where little is new, with as large a share of older code', () => {
    const { pairs, news: fresh } = drawToLearn(
      [...many('fresh.go', 6), ...many('old.go', 2000)],
      general,
      news,
      500,
      1,
    );
    expect(fresh).toBe(6 * KEEP_UP.passes);
    expect(pairs.length).toBe(Math.round(fresh / (1 - KEEP_UP.replayShare - KEEP_UP.generalShare)));
  });

  it('takes what a new commit wrote for new, and what an older one wrote into a changed file for old', () => {
    const written = pair('quiet.go', { kind: 'history', commit: 'c3' });
    const before = pair('fresh.go', { kind: 'history', commit: 'older' });
    const { pairs, news: fresh } = drawToLearn([written, before], general, news, 10, 1, { ...KEEP_UP, passes: 1 });
    expect(fresh).toBe(1);
    expect(pairs).toContain(written);
  });

  it.each([
    ['a whole new line', { prefix: 'old\n  ', middle: 'call(x)', suffix: '\nold' }, true],
    ['a part of a new line', { prefix: 'old\n  call(', middle: 'x', suffix: ')\nold' }, true],
    ['a part of an old line that says the same', { prefix: 'old\n  other(', middle: 'x', suffix: ')\nold' }, false],
    ['lines of which half are new', { prefix: '', middle: 'call(x)\n\nold', suffix: '\n' }, true],
    ['lines of which few are new', { prefix: '', middle: 'call(x)\nold\nolder', suffix: '\n' }, false],
    ['blank lines', { prefix: 'x\n', middle: '\n\n', suffix: '\n' }, false],
  ])('in a file that changed, %s', (_, text, isNew) => {
    expect(drawToLearn([pair('fresh.go', text)], general, news, 10, 1).news > 0).toBe(isNew);
  });

  it('prefers what was accepted and stands', () => {
    const pairs = Array.from({ length: 2000 }, (_, i) => pair('fresh.go', { startByte: i, middle: i % 2 ? 'a' : 'b' }));
    const known = { ...news, standing: (text: string) => Number(text === 'a') };
    const drawn = drawToLearn(pairs, general, known, 400, 1).pairs.filter(({ path }) => path === 'fresh.go');
    const accepted = drawn.filter(({ middle }) => middle === 'a').length;
    expect(accepted).toBeGreaterThan(1.6 * (drawn.length - accepted));
  });

  it('never learns what is held out, and nothing at all where nothing is new', () => {
    expect(drawToLearn(many('fresh.go', 5, { split: 'held-out' }), general, news, 10, 1).pairs).toEqual([]);
    expect(drawToLearn(many('old.go', 50), general, news, 10, 1).pairs).toEqual([]);
  });

  it('draws the same with the same seed', () => {
    expect(drawToLearn(all, general, news, 100, 7)).toEqual(drawToLearn(all, general, news, 100, 7));
    expect(drawToLearn(all, general, news, 100, 7)).not.toEqual(drawToLearn(all, general, news, 100, 8));
  });
});

it('the schedule passes once over what was drawn, at a lower rate', () => {
  const usual = {
    steps: 350,
    warmupSteps: 18,
    learningRate: 2e-3,
    finalShare: 0.05,
    promptWeight: 0.25,
    promptEvery: 1,
    tokensPerStep: 2048,
    evaluateEvery: 44,
    patience: 4,
    maxSeconds: 60,
  };
  const schedule = keepUpSchedule(usual, 25_000);
  expect(schedule.steps * schedule.tokensPerStep).toBeCloseTo(25_000, -3);
  expect(schedule.learningRate).toBe(2e-3 * KEEP_UP.rateShare);
  expect(schedule).toMatchObject({ maxSeconds: 60, promptWeight: 0.25 });
});
