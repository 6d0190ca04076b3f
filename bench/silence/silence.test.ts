/** The fit recovers the chance from answers drawn with it; work folders are read without changing them. */
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../server/common/random.ts';
import { COSTS, chanceOf } from '../../server/completion/worth.ts';
import type { UsefulPlace } from '../usefulness/places.ts';
import { foundOne } from '../usefulness/testing.ts';
import { openWork } from '../usefulness/work.ts';
import { type Answer, answersIn } from './answers.ts';
import {
  calibrationOf,
  chancesElsewhere,
  coefficientsOf,
  goodnessOf,
  seesLine,
  seesMore,
  shownOf,
  worthShowing,
} from './fit.ts';

const random = new Random('silence.test');
const TRUE = { certain: 2, doubt: 3 };
/** Answers that are right exactly as often as the chance says. */
const drawn = Array.from({ length: 1500 }, (_, i): Answer => {
  const written = { writer: 'base' as const, confidence: -1.5 * random.next() ** 2, text: 'value(x)' };
  const isRight = random.next() < chanceOf(written, 0, TRUE);
  const facts = { mean: 0, length: 0, goesOnBehind: i % 2, nothingBefore: 0, halfWord: 0, furtherLines: 0 };
  const found = { isRight, kept: isRight ? 8 : 2, alone: false };
  return { ...written, folder: 'f', arm: 'base', place: String(i), ...found, facts, weight: 1 };
});

test('the fit recovers the chance by which answers were drawn, also at left-out places', () => {
  const { certain, doubt } = coefficientsOf(drawn);
  expect(certain).toBeCloseTo(TRUE.certain, 0);
  expect(doubt).toBeCloseTo(TRUE.doubt, 0);
  const chances = chancesElsewhere(drawn, seesLine);
  const calibration = calibrationOf(drawn, chances);
  expect(calibration.length).toBeGreaterThan(2);
  for (const { chance, right } of calibration) expect(Math.abs(chance - right)).toBeLessThan(0.1);
  const line = goodnessOf(drawn, chances);
  expect(line.ranked).toBeGreaterThan(0.75);
  const more = goodnessOf(drawn, chancesElsewhere(drawn, seesMore('goesOnBehind')));
  expect(more.logLoss).toBeGreaterThan(line.logLoss - 0.002);
});

test('hiding suggestions that are not worth showing raises the share of right ones', () => {
  const chances = drawn.map((one) => chanceOf(one, 0, TRUE));
  const all = shownOf(drawn, ({ text }) => text);
  const some = shownOf(drawn, worthShowing(chances, COSTS));
  expect(all.shown).toBe(1500);
  expect(all.kept + all.wrong).toBe(1500 * 8);
  expect(some.right / some.shown).toBeGreaterThan(all.right / all.shown + 0.1);
});

test('reads an unfinished work folder without changing it, and weighs places by how often people type there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'silence-'));
  const work = openWork(join(folder, 'chi'));
  const place = (placeKind: UsefulPlace['placeKind'], startByte: number): UsefulPlace => ({
    path: 'a.go',
    language: 'go',
    kind: 'line-end',
    split: 'held-out',
    commit: 'c',
    startByte,
    endByte: startByte + 5,
    prefix: 'a\nb := c',
    middle: 'right',
    suffix: ')\nb\n',
    context: '',
    placeKind,
    set: 'file',
  });
  await work.keepPlaces([place('line-end', 0), place('line-end', 10), place('body', 20)]);
  for (const arm of ['base', 'tuned'])
    for (const more of [{ firstLine: true, kept: 8 }, { text: '', confidence: null }, { text: 'x\ny' }])
      work.add(arm, foundOne(more));
  const file = join(folder, 'chi', 'tuned.jsonl');
  appendFileSync(file, '{"text":');
  const before = readFileSync(file, 'utf8');
  const answers = answersIn(folder, 1e9);
  expect(answers.map(({ writer, arm, place, isRight }) => [writer, arm, place, isRight])).toEqual([
    ['base', 'base', 'a.go:0-5', true],
    ['base', 'base', 'a.go:20-25', false],
    ['adapter', 'tuned', 'a.go:0-5', true],
    ['adapter', 'tuned', 'a.go:20-25', false],
  ]);
  const [line, body] = answers;
  expect(line!.weight / body!.weight).toBeCloseTo(5);
  expect(body!.facts).toMatchObject({ goesOnBehind: 1, nothingBefore: 0, halfWord: 1, furtherLines: 1 });
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(answersIn(folder, 1e6).map(({ writer }) => writer)).toEqual(Array(4).fill('base'));
});
