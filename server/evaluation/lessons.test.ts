import { expect, test } from 'vitest';
import type { AdapterRef, LoadedEngine, ScoreSample } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import type { Lesson } from '../protocol/learning.ts';
import { findLessons, MOST_LESSONS, MOST_TEXT, mostLearned } from './lessons.ts';

const lesson = (path: string, fall: number, text = 'return total;'): Lesson => ({
  path,
  line: 3,
  before: '  const total = 1;\n  ',
  text,
  lossBefore: 3,
  lossAfter: 3 - fall,
});

test('lessons with the largest falls in loss are shown, few per file and none that rose or fell by less than is shown', () => {
  const lessons = [
    lesson('a.ts', 0.5),
    lesson('a.ts', 2),
    lesson('a.ts', 1),
    lesson('b.ts', 1.5),
    lesson('c.ts', -1),
    lesson('d.ts', 0),
    lesson('e.ts', 0.004),
  ];
  expect(mostLearned(lessons).map(({ path, lossAfter }) => [path, 3 - lossAfter])).toEqual([
    ['a.ts', 2],
    ['b.ts', 1.5],
    ['a.ts', 1],
  ]);
  expect(mostLearned(Array.from({ length: 50 }, (_, i) => lesson(`${i}.ts`, 1)))).toHaveLength(MOST_LESSONS);
});

test('a lesson that may contain a secret is not shown', () => {
  const secret = `const password = 'h7!kQz${'9v2LmX'}4pT';`;
  expect(mostLearned([lesson('a.ts', 2, secret), lesson('b.ts', 1)]).map(({ path }) => path)).toEqual(['b.ts']);
});

const pairs: Pair[] = Array.from({ length: 100 }, (_, i) => ({
  path: `src/${i}.ts`,
  language: 'typescript',
  kind: 'statement',
  split: 'train',
  commit: '',
  startByte: 0,
  endByte: 0,
  prefix: `${'// line\n'.repeat(i)}  `,
  middle: 'x'.repeat(2 * MOST_TEXT),
  suffix: '',
  context: '',
}));
const EOT = 999;
/** The first token of a pair's sequence is its index. */
const sequences = pairs.map((_, i) => ({ tokens: Int32Array.from([i, 1, 2, 3, 4, 5, 6, 7, 8, 9, EOT]), lossFrom: 2 }));

/** Under the parent a pair costs 10 nats; under the new version, less the higher its number. */
function serving(asked: (AdapterRef | null)[], onSample = (): void => {}): LoadedEngine {
  const score = async (samples: readonly ScoreSample[], adapter: AdapterRef | null) => {
    asked.push(adapter);
    samples.forEach(onSample);
    return samples.map(({ tokens, lossFrom, lossTo }) => ({
      nll: adapter?.id === 'new' ? 10 - tokens[0]! / 20 : 10,
      tokens: lossTo - lossFrom,
      top1: 0,
    }));
  };
  const model = { path: import.meta.filename, device: 'CPU', special: { eot: EOT } };
  return { engine: { score }, model } as unknown as LoadedEngine;
}
/** All share one file and differ in scale. */
const ref = (id: string): AdapterRef => ({ id, path: import.meta.filename, scale: id === 'new' ? 1 : 0.5 });

test('a sample of the training pairs is scored before and after, and the largest falls are returned', async () => {
  const asked: (AdapterRef | null)[] = [];
  const limits = { seconds: 60, nowMs: () => 0 };
  const lessons = await findLessons(
    serving(asked),
    { pairs, sequences },
    { before: ref('old'), after: ref('new') },
    limits,
  );
  expect(asked.length).toBeLessThan(20);
  expect(new Set(asked.map((adapter) => adapter?.id))).toEqual(new Set(['old', 'new']));
  expect(lessons).toHaveLength(MOST_LESSONS);
  const numbers = lessons.map(({ path }) => Number(/\d+/.exec(path)![0]));
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  expect(lessons[0]).toMatchObject({ lossBefore: 10 / 8, line: numbers[0]! + 1, text: 'x'.repeat(MOST_TEXT) });
});

test.each([0.01, 0.4, 2, 20])(
  'with %d s per pair, the time limit is kept apart from the pair being scored',
  async (secondsPerPair) => {
    const asked: (AdapterRef | null)[] = [];
    let seconds = 0;
    const slow = serving(asked, () => {
      seconds += secondsPerPair;
    });
    const limits = { seconds: 6, nowMs: () => 1000 * seconds };
    await findLessons(slow, { pairs, sequences }, { before: null, after: ref('new') }, limits);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    // A pair under both models; a real engine is aborted at the limit.
    expect(seconds).toBeLessThanOrEqual(6 + Math.max(3, 2 * secondsPerPair));
  },
);

test('no further pairs are begun when time is up', async () => {
  const asked: (AdapterRef | null)[] = [];
  let nowMs = 0;
  const limits = { seconds: 1, nowMs: () => (nowMs += 400) };
  await findLessons(serving(asked), { pairs, sequences }, { before: null, after: ref('new') }, limits);
  expect(asked.length).toBeLessThan(8);
  expect(asked[0]).toBeNull();
});
