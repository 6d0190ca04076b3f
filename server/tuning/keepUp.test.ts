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

  it('draws the method’s shares of older and general code, older code spread evenly', () => {
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

  it('draws other shares of older and general code when given, and no held-out pairs', () => {
    const { pairs, news: fresh } = drawToLearn(all, general, news, 200, 1, {
      ...KEEP_UP,
      replayShare: 0.3,
      generalShare: 0.2,
    });
    expect([fresh, countOf(pairs, 'old.go'), countOf(pairs, 'elsewhere.go')]).toEqual([100, 60, 40]);
    expect(pairs.every(({ split }) => split === 'train')).toBe(true);
    expect(countOf(pairs.slice(0, 50), 'elsewhere.go')).toBe(10);
  });

  it('prefers code that was written last', () => {
    const { pairs } = drawToLearn(all, general, news, 200, 1);
    expect(countOf(pairs, 'fresh.go')).toBeGreaterThan(1.5 * countOf(pairs, 'stale.go'));
  });

  it('draws few pairs where little is new, with the same shares of other code', () => {
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

  it('counts pairs of new commits as new, and pairs of older commits in a changed file as old', () => {
    const written = pair('quiet.go', { kind: 'history', commit: 'c3' });
    const before = pair('fresh.go', { kind: 'history', commit: 'older' });
    const { pairs, news: fresh } = drawToLearn([written, before], general, news, 10, 1, { ...KEEP_UP, passes: 1 });
    expect(fresh).toBe(1);
    expect(pairs).toContain(written);
  });

  it.each([
    ['a whole new line is new', { prefix: 'old\n  ', middle: 'call(x)', suffix: '\nold' }, true],
    ['a part of a new line is new', { prefix: 'old\n  call(', middle: 'x', suffix: ')\nold' }, true],
    ['a part of an old line like it is not', { prefix: 'old\n  other(', middle: 'x', suffix: ')\nold' }, false],
    ['lines of which half are new are new', { prefix: '', middle: 'call(x)\n\nold', suffix: '\n' }, true],
    ['lines of which few are new are not', { prefix: '', middle: 'call(x)\nold\nolder', suffix: '\n' }, false],
    ['blank lines are not new', { prefix: 'x\n', middle: '\n\n', suffix: '\n' }, false],
  ])('in a changed file, %s', (_, text, isNew) => {
    expect(drawToLearn([pair('fresh.go', text)], general, news, 10, 1).news > 0).toBe(isNew);
  });

  it('prefers accepted suggestions that still stand', () => {
    const pairs = Array.from({ length: 2000 }, (_, i) => pair('fresh.go', { startByte: i, middle: i % 2 ? 'a' : 'b' }));
    const known = { ...news, standing: (text: string) => Number(text === 'a') };
    const drawn = drawToLearn(pairs, general, known, 400, 1).pairs.filter(({ path }) => path === 'fresh.go');
    const accepted = drawn.filter(({ middle }) => middle === 'a').length;
    expect(accepted).toBeGreaterThan(1.6 * (drawn.length - accepted));
  });

  it('draws no held-out pairs, and nothing where nothing is new', () => {
    expect(drawToLearn(many('fresh.go', 5, { split: 'held-out' }), general, news, 10, 1).pairs).toEqual([]);
    expect(drawToLearn(many('old.go', 50), general, news, 10, 1).pairs).toEqual([]);
  });

  it('draws the same pairs with the same seed, and others with another', () => {
    expect(drawToLearn(all, general, news, 100, 7)).toEqual(drawToLearn(all, general, news, 100, 7));
    expect(drawToLearn(all, general, news, 100, 7)).not.toEqual(drawToLearn(all, general, news, 100, 8));
  });
});

it('the keep-up schedule passes once over the drawn tokens, at a lower learning rate', () => {
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
