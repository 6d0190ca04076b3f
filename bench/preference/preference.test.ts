/** What is learned from the suggestions shown, on which part, and the meaning of its figures. */
import { describe, expect, test } from 'vitest';
import type { MinedSets } from '../../server/mining/sets.ts';
import type { Pair } from '../../server/mining/types.ts';
import type { UsefulPlace } from '../usefulness/places.ts';
import { foundOne } from '../usefulness/testing.ts';
import type { Found } from '../usefulness/work.ts';
import { ARMS, examplesOf, seenBy } from './examples.ts';
import { figuresOf, surest } from './figures.ts';
import { partsOf } from './parts.ts';

const pair = (path: string, split: Pair['split']): Pair => ({
  path,
  language: 'go',
  kind: 'line-end',
  split,
  commit: 'c',
  startByte: 0,
  endByte: 5,
  prefix: 'a\n',
  middle: 'right',
  suffix: '\nb\n',
  context: '',
});
const place = (middle: string): UsefulPlace => ({
  ...pair('f', 'held-out'),
  middle,
  placeKind: 'line-end',
  set: 'file',
});
const one = (text: string, more: Partial<Found> = {}): Found => foundOne({ text, ...more });

test('half of the training files is tuned on, the other half is asked about, and held-out files only steer', () => {
  const pairs = Array.from({ length: 600 }, (_, i) => pair(`f${i % 100}`, i % 100 < 80 ? 'train' : 'held-out'));
  const sets = { dataset: { firstCommit: 'c', pairs }, byTime: { pairs: [] }, learnedTo: '' } as unknown as MinedSets;
  const { tuned, asked } = partsOf(sets);
  const paths = (of: readonly Pair[], split: Pair['split']) =>
    new Set(of.filter((one) => one.split === split).map((one) => one.path));
  const [learned, steering, places] = [
    paths(tuned.pairs, 'train'),
    paths(tuned.pairs, 'held-out'),
    paths(asked.dataset.pairs, 'held-out'),
  ];
  expect(learned.size + places.size).toBe(80);
  expect(Math.min(learned.size, places.size)).toBeGreaterThan(25);
  expect([...learned, ...steering].filter((path) => places.has(path))).toEqual([]);
  expect(steering.size).toBe(20);
  expect(asked.dataset.pairs.every(({ split }) => split === 'held-out')).toBe(true);
  expect(asked.byTime).toBeNull();
});

describe('examples from the places that were asked about', () => {
  const places = [place('right'), place('truth'), place('unsure'), place('silent')];
  const found = [
    one('right\nmore', { firstLine: true, kept: 5 }),
    one('wrong'),
    one('unsure', { confidence: -5, firstLine: true }),
    one('', { confidence: null, silent: 'blank' }),
  ];
  const examples = examplesOf(places, found, 'adapter');

  test('accept shown text with a right first line, reject other shown text, and skip text that was not shown', () => {
    expect(examples.map(({ wish, text }) => [wish, text])).toEqual([
      ['accepted', 'right\nmore'],
      ['truth', 'right'],
      ['rejected', 'wrong'],
      ['truth', 'truth'],
    ]);
  });

  test.each([
    ['as-is', []],
    ['kept', ['accepted']],
    ['truth', ['truth', 'truth']],
    ['kto', ['accepted', 'rejected']],
    ['desirable-truth', ['accepted', 'truth', 'truth']],
    ['kto-truth', ['accepted', 'truth', 'rejected', 'truth']],
  ] as const)('of the arm %s are %j', (arm, wishes) => {
    expect(seenBy(ARMS[arm], examples).map(({ wish }) => wish)).toEqual(wishes);
  });
});

describe('figures', () => {
  const of = (found: readonly Found[]) => ({ writer: 'adapter' as const, found });
  const right = { firstLine: true, kept: 4 };
  const asIs = [
    one('good', { ...right, confidence: -0.05 }),
    one('bad', { kept: 1, confidence: -0.3 }),
    one('worse', { confidence: -0.2 }),
    one('', { confidence: null, silent: 'blank' }),
  ];

  test('count the shown characters from the first wrong one on as wrong', () => {
    const figures = figuresOf(of(asIs), of(asIs));
    expect(figures).toMatchObject({ shown: 3, right: 1, keptPerPlace: 5 / 4, wrongPerPlace: 7 / 4, wrongOver: null });
    expect(figures.quieter).toMatchObject({ shown: 3, right: 1 });
  });

  test('compare an arm with the adapter as it is, limited to as many suggestions', () => {
    const quiet = [asIs[0]!, ...asIs.slice(1).map((found) => ({ ...found, text: '', kept: 0, confidence: null }))];
    const figures = figuresOf(of(quiet), of(asIs));
    expect(figures).toMatchObject({ shown: 1, right: 1, wrongPerPlace: 0 });
    expect(figures.wrongOver?.mean).toBeCloseTo(-7 / 4);
    expect(figures.quieter).toEqual({ shown: 1, right: 1, keptPerPlace: 1, wrongPerPlace: 0 });
  });

  test.each([
    [0, []],
    [1, ['good']],
    [2, ['good', 'worse']],
    [9, ['good', 'bad', 'worse']],
  ])('keep the %i surest suggestions, or all when there are fewer', (most, texts) => {
    const shown = surest(asIs, most).filter(({ text }) => text !== '');
    expect(shown.map(({ text }) => text)).toEqual(texts);
  });
});
