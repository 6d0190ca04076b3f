import { describe, expect, it } from 'vitest';
import { randomFrom } from '../common/random.ts';
import type { Comparison, HeldOutSet, Report } from '../protocol/report.ts';
import { bootstrapRatio } from './bootstrap.ts';
import { forced, gateVerdict, incomparable, keptUpVerdict, undecidedNote } from './gate.ts';

const over = (low: number | null, high: number | null, exact: Comparison['exact'] = null): Comparison => ({
  loss: { mean: ((low ?? 0) + (high ?? 0)) / 2, low, high },
  exact,
  completions: null,
});

function set(overBase: Comparison, overActive: Comparison | null = null): HeldOutSet {
  const contender = { loss: 2, top1: 0.5, completions: null };
  return {
    pairs: 1,
    tokens: 1,
    available: 1,
    stopped: 'all',
    base: contender,
    tuned: contender,
    active: null,
    overBase,
    overActive,
    overLayout: null,
    byLanguage: [],
    byKind: [],
  };
}

const better = over(-0.2, -0.1);
const same = over(-0.1, 0.1);
const worse = over(0.1, 0.2);

describe('gateVerdict beside a layout-only adapter', () => {
  const prepared = (low: number, high: number): HeldOutSet => ({
    ...set(better),
    overLayout: { pairs: 1, base: 2, layout: 1, tuned: 1.15, difference: { mean: (low + high) / 2, low, high } },
  });

  it.each([
    ['better', prepared(-0.2, -0.1), true, /^Activated/],
    ['as good', prepared(-0.1, 0.2), true, /^Activated/],
    ['worse', prepared(0.1, 0.2), false, /is 15\.0 % higher than with the prepared base/],
  ])('activates a version unless it is clearly worse: %s', (_, byFile, activate, reason) => {
    const verdict = gateVerdict(byFile, null, null);
    expect(verdict).toEqual({ activate, passed: activate, reason: expect.stringMatching(reason) });
  });

  it('compares with the active version instead where there is one', () => {
    expect(gateVerdict({ ...prepared(0.1, 0.2), overActive: better }, null, 'one').activate).toBe(true);
  });
});

describe('a verdict on a difference too small to show', () => {
  const tiny = over(-0.0006, -0.0002);
  const tinyRise = over(0.0002, 0.0006);
  const none = over(0, 0);
  it.each<[string, HeldOutSet, HeldOutSet | null, RegExp]>([
    [
      'a fall',
      set(tiny),
      null,
      /^Kept.* is only less than 0\.1 % lower than that of the base, too little to notice\.$/,
    ],
    [
      'a fall beside what serves',
      set(better, tiny),
      null,
      /^Kept.* lower than that of the active adapter one, too little to notice\.$/,
    ],
    [
      'a fall that may be as small',
      set(over(-0.3, -0.0001)),
      null,
      /^Activated: 7\.0 % .*\(95 % sure that it is lower\)\.$/,
    ],
    ['a fall that may be chance', set(over(-0.0006, 0.0002)), null, / is no lower than that of the base\.$/],
    ['a rise', set(tinyRise), null, / is no lower than that of the base\.$/],
    ['a rise on newer code', set(better), set(tinyRise), /newer .* less than 0\.1 % higher than that of the base\.$/],
  ])('says no figure that means nothing: %s', (_, byFile, byTime, reason) =>
    expect(gateVerdict(byFile, byTime, 'one').reason).toMatch(reason),
  );

  it.each<[string, Comparison, RegExp]>([
    ['none', none, /newer than it was tuned on is no lower than that of the active adapter one\.$/],
    ['a rise', tinyRise, /newer than it was tuned on is no lower than that of the active adapter one\.$/],
    ['a fall', tiny, /^Activated: less than 0\.1 % lower loss than the active adapter one on code newer than both\.$/],
  ])('nor does one on a version that keeps another up: %s', (_, newer, reason) =>
    expect(keptUpVerdict(set(better, none), set(better, newer), 'one').reason).toMatch(reason),
  );

  it('nor does one beside a layout-only adapter', () => {
    const difference = { mean: 0.0004, low: 0.0002, high: 0.0006 };
    const byFile = { ...set(better), overLayout: { pairs: 1, base: 2, layout: 1.8, tuned: 1.8004, difference } };
    expect(gateVerdict(byFile, null, null).reason).toMatch(/is less than 0\.1 % higher than with the prepared base/);
  });
});

describe('a verdict on few files', () => {
  it.each<[string, number | undefined, Comparison, RegExp]>([
    ['many', 6, better, / lower loss on files it never saw /],
    ['as many as a report of an earlier version had', undefined, better, / lower loss on files it never saw /],
    ['two', 2, better, / lower loss on 2 files it never saw /],
    ['one', 1, better, / lower loss on one file it never saw /],
    ['one, where it is worse', 1, worse, /its loss on one file it never saw is .* higher than that of the base/],
    ['one, where it may be chance', 1, over(-0.2, 0.1), /its loss on one file it never saw is only /],
  ])('says how many there were: %s', (_, files, overBase, reason) => {
    const byFile = { ...set(overBase), ...(files === undefined ? {} : { files }) };
    expect(gateVerdict(byFile, null, null).reason).toMatch(reason);
  });

  it('also on a version that keeps another up', () => {
    const verdict = keptUpVerdict({ ...set(better, over(-0.02, 0.01)), files: 3 }, null, 'one');
    expect(verdict.reason).toMatch(/lower loss than the active adapter one on 3 files it never saw\.$/);
  });
});

describe('undecidedNote', () => {
  const early = (overBase: Comparison, overActive: Comparison | null = null): HeldOutSet => ({
    ...set(overBase, overActive),
    pairs: 24,
    available: 240,
    stopped: 'time',
  });
  const note = (byFile: HeldOutSet): string =>
    undecidedNote({ byFile } as Report, gateVerdict(byFile, null, null), '20260102-030405-0a1b2c3d');
  const unsure = over(-0.2, 0.1);

  it('says how to measure more where time ran out on a version that was better so far', () => {
    const more =
      /^There was time for only 24 of 240 .* Measure Again .* repotune eval --adapter 20260102-030405-0a1b2c3d /;
    expect(note(early(unsure))).toMatch(more);
    expect(note(early(over(null, null)))).toBe('');
    expect(note(early(better, unsure))).toMatch(more);
  });

  it.each<[string, HeldOutSet]>([
    ['it passed', early(better)],
    ['all were measured', { ...early(unsure), stopped: 'all' }],
    ['it was worse', early(over(-0.1, 0.3))],
    ['it was worse than the active one', early(unsure, over(-0.1, 0.3))],
    ['something else was held against it', early(over(-0.2, -0.1, { mean: -0.2, low: -0.3, high: -0.1 }))],
  ])('has nothing to say where %s', (_, byFile) => expect(note(byFile)).toBe(''));
});

describe('gateVerdict', () => {
  it.each<[string, HeldOutSet, HeldOutSet | null, boolean, RegExp]>([
    [
      'better than the base',
      set(better),
      null,
      true,
      /^Activated: 7\.0 % lower loss on files it never saw \(95 % sure of at least 4\.7 %\)\.$/,
    ],
    [
      'no better than the base',
      set(over(-0.2, 0.1)),
      null,
      false,
      /only 2\.4 % lower than that of the base, which may be chance\.$/,
    ],
    ['as good as the base', set(same), null, false, /is no lower than that of the base\.$/],
    ['worse than the base', set(worse), null, false, /8\.1 % higher than that of the base\.$/],
    [
      'too few samples to know',
      set(over(null, null)),
      null,
      false,
      /too few held-out pairs to tell whether it is better than the base/,
    ],
    [
      'better than base and active',
      set(better, better),
      null,
      true,
      /^Activated: 7\.0 % lower loss than the active adapter old on files/,
    ],
    [
      'better than the base, no better than the active',
      set(better, same),
      null,
      false,
      /no lower than that of the active adapter old\.$/,
    ],
    [
      'fewer exact completions',
      set(over(-0.2, -0.1, { mean: -0.2, low: -0.3, high: -0.1 })),
      null,
      false,
      /it completes 20\.0 fewer of a hundred held-out places exactly than the base/,
    ],
    [
      'perhaps fewer exact completions',
      set(over(-0.2, -0.1, { mean: -0.05, low: -0.2, high: 0.1 })),
      null,
      true,
      /Activated/,
    ],
    [
      'worse on newer code',
      set(better),
      set(worse),
      false,
      /newer than it was tuned on is 8\.1 % higher than that of the base/,
    ],
    ['as good on newer code', set(better), set(same), true, /Activated/],
  ])('%s', (_, byFile, byTime, activate, reason) => {
    const verdict = gateVerdict(byFile, byTime, byFile.overActive === null ? null : 'old');
    expect(verdict.activate).toBe(activate);
    expect(verdict.reason).toMatch(reason);
  });
});

describe('keptUpVerdict', () => {
  const slightly = over(-0.015, 0.015);
  it.each<[string, HeldOutSet, HeldOutSet | null, boolean, RegExp]>([
    [
      'as good on older files, better on newer code',
      set(better, slightly),
      set(better, over(-0.3, 0.1)),
      true,
      /^Activated: 4\.8 % lower loss than the active adapter old on code newer than both\.$/,
    ],
    [
      'perhaps more than a percent worse on older files',
      set(better, over(-0.01, 0.03)),
      set(better, better),
      false,
      /its loss may be 1\.5 % higher than that of the active adapter old\.$/,
    ],
    [
      'as good on older files, no better on newer code',
      set(better, slightly),
      set(better, over(-0.1, 0.14)),
      false,
      /newer than it was tuned on is 1\.0 % higher than that of the active adapter old\.$/,
    ],
    ['without newer code, lower on older files', set(better, over(-0.03, 0.01)), null, true, /0\.5 % lower loss than/],
    [
      'without newer code, higher on older files',
      set(better, over(-0.01, 0.018)),
      null,
      false,
      /0\.2 % higher than that/,
    ],
    ['no better than the base', set(same, slightly), set(better, better), false, /that of the base\.$/],
    [
      'too few older pairs to know what was forgotten',
      set(better, over(null, null)),
      set(better, better),
      false,
      /too few held-out pairs to tell whether it is worse than the active adapter old\.$/,
    ],
    [
      'fewer exact completions than what serves',
      set(better, over(-0.015, 0.015, { mean: -0.2, low: -0.3, high: -0.1 })),
      set(better, better),
      false,
      /it completes 20\.0 fewer of a hundred held-out places exactly than the active adapter old\.$/,
    ],
  ])('%s', (_, byFile, byTime, activate, reason) => {
    const verdict = keptUpVerdict(byFile, byTime, 'old');
    expect(verdict.reason).toMatch(reason);
    expect(verdict.activate).toBe(activate);
  });
});

it('a version that cannot be compared with the active one stays inactive, with the reason, unless forced', () => {
  const verdict = incomparable('Adapter old was tuned on another repository', true);
  expect(verdict).toMatchObject({
    activate: false,
    passed: true,
    reason: expect.stringMatching(
      /^Kept, not activated: .*another repository\. Run "Repotune: Use the Base Model" and tune again/,
    ),
  });
  expect(forced(verdict, true)).toMatchObject({
    activate: true,
    forced: true,
    reason: expect.stringMatching(/The verdict was: Kept/),
  });
});

describe('bootstrapRatio', () => {
  it('covers the truth about 95 times in 100', () => {
    const random = randomFrom(1, 1);
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const counts = Array.from({ length: 60 }, () => 5 + Math.floor(random() * 20));
      const differences = counts.map((count) => count * (0.1 + (random() - 0.5)));
      const { low, high } = bootstrapRatio(differences, counts, random, 400);
      if (low <= 0.1 && 0.1 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(178);
    expect(covered).toBeLessThan(199);
  });

  it('gives an infinite interval for one sample', () => {
    expect(bootstrapRatio([1], [2], Math.random)).toEqual({
      mean: 0.5,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
  });
});
