/** A short run of the bench: the bundled base, a small repository, a few places and steps; and the meaning of its figures. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ordinaryRepository } from '../../server/git/testing.ts';
import type { MinedSets } from '../../server/mining/sets.ts';
import type { Pair } from '../../server/mining/types.ts';
import { packageRoot } from '../../server/storage/paths.ts';
import { barsOf, figuresOf, figuresOfAll, savedKeys, together } from './figures.ts';
import { keptCharacters } from './judge.ts';
import { drawPlaces, SHARES } from './places.ts';
import { foundOne } from './testing.ts';
import type { Found } from './work.ts';

vi.setConfig({ testTimeout: 240_000 });

test('a run measures every arm at the same places, records its figures, and resumes where it was stopped, as it was started', () => {
  using repository = ordinaryRepository(8, 5);
  using other = ordinaryRepository(8, 4);
  const [work, record] = [join(repository.dir, 'work'), join(repository.dir, 'record')];
  const bench = (...args: string[]) => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(packageRoot, 'bench', 'run.ts'), 'usefulness', ...args, '--json'],
      { encoding: 'utf8' },
    );
    const line = stdout.trim().split('\n').at(-1)!;
    if (!line.startsWith('{')) throw new Error(stderr);
    return JSON.parse(line);
  };
  const run = (minutes = '0.05') => {
    const args = [repository.folder, '--other', other.folder, '--places', '4', '--minutes', minutes, '--threads', '1'];
    return bench(
      ...args,
      '--arms',
      'base,base-context,tuned,other,base-64,tuned-64',
      '--work',
      work,
      '--record',
      record,
    );
  };
  const first = run();
  const [{ arms, activated }] = first.repositories;
  expect(Object.keys(arms)).toEqual(['base', 'base-context', 'tuned', 'other', 'base-64', 'tuned-64']);
  for (const arm of Object.values(arms)) expect(arm).toMatchObject({ places: 4, natsPerByte: expect.any(Number) });
  expect(arms.base.natsPerByte).toBeGreaterThan(0);
  expect(arms.tuned.natsPerByte).not.toBe(arms.base.natsPerByte);
  expect(arms.other.natsPerByte).not.toBe(arms.tuned.natsPerByte);
  // Token counts are estimates that dense code exceeds, and include the markers.
  expect(arms['base-64'].medianPromptTokens).toBeLessThanOrEqual(80);
  expect(arms['base-64'].medianPromptTokens).toBeLessThan(arms.base.medianPromptTokens);
  expect(arms['tuned-64'].medianPromptTokens).toBe(arms['base-64'].medianPromptTokens);
  expect(arms['tuned-64'].natsPerByte).not.toBe(arms['base-64'].natsPerByte);
  expect(activated).toEqual(expect.any(Boolean));
  expect(first.bars.map(({ name }: { name: string }) => name)).toContain('own-minus-other-adapter-nats-percent');
  // The same figures from the record, which contains no code and no path.
  const recorded = bench('--recorded', record);
  expect(recorded.about).toMatchObject([{ repository: 'folder', other: expect.any(String), minutes: 0.05 }]);
  // Where four places are not enough (none offered, none right), both are null.
  const near = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 1));
  expect(recorded.bars).toEqual(
    first.bars.map((bar: { value: number | null }) => ({ ...bar, value: near(bar.value) })),
  );
  expect(recorded.repositories[0].arms.tuned.offered).toBe(arms.tuned.offered);
  const numbers = readFileSync(join(record, 'folder.json'), 'utf8');
  expect(numbers).not.toContain(repository.dir);
  // The last place of one arm is cut off mid-line: only it is run again.
  const file = join(work, 'folder', 'tuned.jsonl');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, before.slice(0, -20));
  const [again] = run().repositories;
  expect(again.arms.base).toEqual(arms.base);
  const [kept, found] = [before, readFileSync(file, 'utf8')].map((text) =>
    text
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one)),
  );
  expect(found!.slice(0, -1)).toEqual(kept!.slice(0, -1));
  // Read in different batches than after the previous place, a loss differs by rounding.
  const [last, lastFound] = [kept!.at(-1), found!.at(-1)];
  expect(lastFound).toEqual({
    ...last,
    nll: expect.closeTo(last.nll, 1),
    end: lastFound.end,
    confidence: lastFound.confidence,
  });
  // Its results cannot be continued by a run that is made otherwise.
  expect(() => run('0.1')).toThrow('--minutes 0.05, now 0.1');
});

const pair = (kind: string, path: string, middle: string): Pair => ({
  path,
  language: 'typescript',
  kind,
  split: 'held-out',
  commit: 'c',
  startByte: 0,
  endByte: middle.length,
  prefix: 'a\n',
  middle,
  suffix: '\nb\n',
  context: '',
});

test('places follow the shares in which people type, half are from later commits, none is from training files', () => {
  const kinds = ['line-end', 'expression', 'block', 'function-body'];
  const held = Array.from({ length: 400 }, (_, i) => pair(kinds[i % 4]!, `f${i}.ts`, `value${i} + 1`));
  const learned = held.map((one) => ({ ...one, split: 'train' as const, path: `learned-${one.path}` }));
  const later = Array.from({ length: 120 }, (_, i) => ({
    ...pair('history', `later${i}.ts`, `const x${i} = call(first, second);\nreturn x${i};\n`),
    prefix: 'before\n',
    suffix: 'after\n',
  }));
  const sets = {
    dataset: { firstCommit: 'c', pairs: [...learned, ...held] },
    byTime: { pairs: later },
  } as unknown as MinedSets;
  const places = drawPlaces(sets, 200);
  expect(places).toHaveLength(200);
  expect(places.filter(({ set }) => set === 'time')).toHaveLength(100);
  expect(places.filter(({ path }) => path.startsWith('learned'))).toEqual([]);
  const byFile = places.filter(({ set }) => set === 'file');
  for (const [kind, share] of Object.entries(SHARES))
    expect(byFile.filter(({ placeKind }) => placeKind === kind)).toHaveLength(Math.round(share * 100));
  // Text written in a commit is found in the commit's version, at that position.
  for (const { set, prefix, middle, suffix } of places.filter(({ set }) => set === 'time')) {
    expect([set, prefix.startsWith('before\n'), suffix.endsWith('after\n')]).toEqual(['time', true, true]);
    expect(middle.trim()).not.toBe('');
  }
  expect(drawPlaces(sets, 200)).toEqual(places);
});

test.each([
  ['all of a right suggestion', 'return total;', 0, 13],
  ['those before the first wrong one', 'return value;', 0, 7],
  ['none of a suggestion that is wrong at once', '// total', 0, 0],
  ['no more than the true text has', 'return total;\nother', 0, 13],
  ['those of a replaced closing bracket too', 'return total;)', 1, 14],
])('the kept characters are %s', (_, text, replaceAfter, kept) => {
  expect(
    keptCharacters({ middle: 'return total;', suffix: replaceAfter > 0 ? ')\n' : '\n' }, { text, replaceAfter }),
  ).toBe(kept);
});

test('a suggestion that would not be shown counts neither as shown nor as kept', () => {
  const right = { firstLine: true, exact: true, kept: 9, similarity: 1 };
  const all = [
    foundOne(right),
    foundOne({ ...right, confidence: -3 }),
    foundOne({ text: '', confidence: null, silent: 'blank' }),
  ];
  const figures = figuresOf({ writer: 'base', found: all }, null);
  expect(figures).toMatchObject({ places: 3, offered: 1, shownAndRight: 1, keptPerPlace: 3, exactFirstLine: 1 / 3 });
  expect(figures.natsPerByte).toBe(1);
});

test('combines the places of several repositories for the arms that all of them have', () => {
  const [one, two] = [
    { base: { writer: 'base', found: [foundOne({ kept: 2 })] }, other: { writer: 'adapter', found: [foundOne({})] } },
    { base: { writer: 'base', found: [foundOne({ kept: 4 }), foundOne({ kept: 6 })] } },
  ] as const;
  const all = figuresOfAll(together([one, two]));
  expect(Object.keys(all)).toEqual(['base']);
  expect(all.base).toMatchObject({ places: 3, keptPerPlace: 4, over: null });
  expect(figuresOfAll(one).other?.over?.keptPerPlace.mean).toBe(foundOne({}).kept - 2);
});

test('bars compare the tuned adapter with the base and another adapter, and flag a worse one that was activated', () => {
  const base = Array.from({ length: 40 }, (_, i) => foundOne({ kept: 4, firstLine: i % 4 === 0 }));
  const better = base.map((found, i) => ({ ...found, kept: 6, firstLine: i % 2 === 0, nll: 8 }));
  const other = base.map((found) => ({ ...found, nll: 9 }));
  const worse = base.map((found) => ({ ...found, kept: 2, nll: 12 }));
  const of = (tuned: Found[], activated: boolean) => ({
    repository: 'r',
    activated,
    arms: {
      base: figuresOf({ writer: 'base', found: base }, null),
      tuned: figuresOf({ writer: 'adapter', found: tuned }, { writer: 'base', found: base }),
      other: figuresOf({ writer: 'adapter', found: other }, { writer: 'base', found: base }),
    },
  });
  const values = (tuned: Found[], activated: boolean): Record<string, number> =>
    Object.fromEntries(barsOf([of(tuned, activated)]).map(({ name, value }) => [name, Number(value.toFixed(3))]));
  expect(values(better, true)).toEqual({
    'characters-kept-over-base': 1.5,
    'exact-first-line-over-base': 2,
    'nats-a-byte-fall-percent': 20,
    'own-minus-other-adapter-nats-percent': 10,
    'worse-than-base-activated': 0,
    'shown-and-right-percent': 50,
  });
  expect(values(worse, true)['worse-than-base-activated']).toBe(1);
  expect(values(worse, false)['worse-than-base-activated']).toBe(0);
});

test('an adapter that the gate activates has no bar for being worse than a base that was not asked', () => {
  const tuned = figuresOf({ writer: 'adapter', found: [foundOne({ nll: 40 })] }, null);
  const names = barsOf([{ repository: 'r', activated: true, arms: { tuned } }]).map(({ name }) => name);
  expect(names).toEqual(['shown-and-right-percent']);
});

test('places of one file are drawn together, so that alike ones do not count as several', () => {
  const base = Array.from({ length: 60 }, (_, i) => foundOne({ kept: 4, file: i % 6 }));
  const tuned = base.map((one) => ({ ...one, kept: one.file! < 4 ? 6 : 2 }));
  const apart = (found: readonly Found[]): Found[] => found.map((one, i) => ({ ...one, file: i }));
  const width = (one: readonly Found[], other: readonly Found[]): number => {
    const { low, high } = figuresOf({ writer: 'adapter', found: one }, { writer: 'base', found: other }).over!
      .keptPerPlace;
    return high - low;
  };
  expect(width(tuned, base)).toBeGreaterThan(2 * width(apart(tuned), apart(base)));
  const two = together([{ base: { writer: 'base', found: base } }, { base: { writer: 'base', found: base } }]);
  expect(new Set(two.base!.found.map(({ file }) => file)).size).toBe(12);
});

test('the loss of the text leaves out what its end costs, where that is known', () => {
  const of = (ends: readonly (number | null)[]) =>
    figuresOf({ writer: 'base', found: ends.map((end) => foundOne({ nll: 10, bytes: 10, end })) }, null);
  expect(of([4, 2])).toMatchObject({ natsPerByte: 1, natsPerByteOfText: 0.7 });
  expect(of([4, null, 2])).toMatchObject({ natsPerByte: 1, natsPerByteOfText: 0.7 });
  // Only the beginning of a text that was cut is scored: its bytes are not all of it.
  const cut = [foundOne({ end: 4 }), foundOne({ end: 2 }), foundOne({ end: null, nll: 10, bytes: 900 })];
  expect(figuresOf({ writer: 'base', found: cut }, null)).toMatchObject({ natsPerByte: 1, nats: 30 });
  expect(of([null, null, 2]).natsPerByteOfText).toBeNull();
});

test('keys saved are those of a right line, less what it costs to read all that is shown', () => {
  const text = 'return total;';
  expect(savedKeys({ text, firstLine: true, kept: 13 })).toBeCloseTo(13 - 1 - 0.2 * 13);
  expect(savedKeys({ text, firstLine: false, kept: 7 })).toBeCloseTo(-1 - 0.2 * 13);
  const further = `${text}\n}`;
  expect(savedKeys({ text: further, firstLine: true, kept: 14 })).toBeCloseTo(14 - 1 - 0.2 * 13 - 0.1 * 2);
  expect(savedKeys({ text: '', firstLine: false, kept: 0 })).toBe(0);
});
