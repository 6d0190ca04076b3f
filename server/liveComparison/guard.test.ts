import { describe, expect, it } from 'vitest';
import { Random } from '../common/random.ts';
import { addUse, evidenceOfFall, isKeptLess, keptPerSuggestion, NO_USE, type UseCounts, used } from './guard.ts';

/** A simulated user: most suggestions are ignored, and of the others between a word and a few lines is kept. */
class User {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed, 'guard');
  }

  /** Each in a document of its own. */
  suggestions(count: number, of: typeof usual): UseCounts {
    let counts = NO_USE;
    for (let i = 0; i < count; i++) counts = addUse(counts, this.document(1, of));
    return counts;
  }

  /** In one document. */
  document(
    count: number,
    { accepts, length }: typeof usual,
    onTenth: (counts: UseCounts) => void = () => {},
  ): UseCounts {
    let counts = NO_USE;
    for (let i = 0; i < count; i++) {
      if (i % 10 === 9) onTenth(counts);
      counts = used(counts, { kind: 'suggested' }, counts);
      if (this.#random.next() >= accepts) continue;
      // Exponential: many short ones, few long ones.
      const characters = Math.ceil(-Math.log(1 - this.#random.next()) * length);
      counts = used(counts, { kind: 'kept', characters }, counts);
    }
    return counts;
  }

  /** Suggestions in a document where they are either rarely or often accepted. */
  someDocument(count = 20, onTenth?: (counts: UseCounts) => void): UseCounts {
    return this.document(count, { ...usual, accepts: this.#random.next() < 0.5 ? 0.05 : 0.45 }, onTenth);
  }
}

const usual = { accepts: 0.25, length: 25 };

/** Among `runs` users with `before` suggestions of the old version: the share rolled back, and after how many new ones. */
function rolledBack(
  runs: number,
  { before, after, now }: { readonly before: number; readonly after: number; readonly now: typeof usual },
): { readonly share: number; readonly median: number } {
  const found: number[] = [];
  for (let run = 0; run < runs; run++) {
    const user = new User(run);
    const old = user.suggestions(before, usual);
    let counts = NO_USE;
    // Checked after every five.
    for (let i = 5; i <= after; i += 5) {
      counts = addUse(counts, user.suggestions(5, now));
      if (!isKeptLess(old, counts)) continue;
      found.push(i);
      break;
    }
  }
  return { share: found.length / runs, median: found.sort((a, b) => a - b)[Math.floor(found.length / 2)] ?? Infinity };
}

describe('a version that is', () => {
  it.each([
    ['as good, with a long history before it', { before: 2000, after: 2000, now: usual }],
    ['as good, with a short history before it', { before: 60, after: 2000, now: usual }],
    ['better', { before: 500, after: 1000, now: { accepts: 0.3, length: 28 } }],
  ])('%s is rolled back in about one of a hundred uses at most, however often it is checked', (_, use) => {
    // 300 users: at one in a hundred, more than 8 occur about once in five hundred times (binomial).
    expect(rolledBack(300, use).share).toBeLessThanOrEqual(8 / 300);
  });

  it('as good, where documents differ, is rolled back in about one of a hundred uses at most', () => {
    let found = 0;
    for (let run = 0; run < 300; run++) {
      const user = new User(run);
      const documents = (count: number): UseCounts =>
        Array.from({ length: count }, () => user.someDocument()).reduce(addUse, NO_USE);
      const old = documents(25);
      let counts = NO_USE;
      let isBack = false;
      for (let i = 0; i < 100 && !isBack; i++) {
        counts = addUse(counts, user.someDocument());
        isBack = isKeptLess(old, counts);
      }
      found += Number(isBack);
    }
    expect(found).toBeLessThanOrEqual(8);
  });

  it.each([100, 300])(
    'as good, used in long sessions of %d suggestions in a document, is rolled back in about one of a hundred uses at most',
    (length) => {
      let found = 0;
      for (let run = 0; run < 300; run++) {
        const user = new User(run);
        const old = Array.from({ length: 25 }, () => user.someDocument(length)).reduce(addUse);
        let earlier = NO_USE;
        let isBack = false;
        for (let i = 0; i < 12 && !isBack; i++) {
          const here = user.someDocument(length, (counts) => {
            isBack ||= isKeptLess(old, addUse(earlier, counts));
          });
          earlier = addUse(earlier, here);
        }
        found += Number(isBack);
      }
      expect(found).toBeLessThanOrEqual(8);
    },
  );

  it('accepted half as often is rolled back in 95 % of uses, within 500 suggestions at the median', () => {
    const { share, median } = rolledBack(100, { before: 1000, after: 1500, now: { ...usual, accepts: 0.125 } });
    expect(share).toBeGreaterThanOrEqual(0.95);
    expect(median).toBeLessThan(500);
  });

  it('accepted as often, but kept only half as long, is rolled back in 90 % of uses', () => {
    const { share } = rolledBack(100, { before: 1000, after: 2000, now: { ...usual, length: 12 } });
    expect(share).toBeGreaterThanOrEqual(0.9);
  });
});

describe('the evidence', () => {
  it('is 1 until both versions have enough suggestions', () => {
    const good: UseCounts = { ...NO_USE, suggestions: 49, kept: 490, keptSquared: 49_000 };
    const bad: UseCounts = { ...NO_USE, suggestions: 5000, kept: 50, keptSquared: 5000 };
    expect(evidenceOfFall(good, bad)).toBe(1);
    expect(evidenceOfFall(bad, { ...good, kept: 0 })).toBe(1);
  });

  it('falls below 1 when more is kept than before, and rises when less is', () => {
    const before: UseCounts = { ...NO_USE, suggestions: 500, kept: 2500, keptSquared: 100_000 };
    expect(evidenceOfFall(before, { ...before, kept: 4000, keptSquared: 150_000 })).toBeLessThan(0.2);
    expect(evidenceOfFall(before, { ...before, kept: 1000, keptSquared: 40_000 })).toBeGreaterThan(100);
  });

  it('is 1 where nothing was ever kept', () => {
    const nothing: UseCounts = { ...NO_USE, suggestions: 1000, kept: 0, keptSquared: 0 };
    expect(evidenceOfFall(nothing, nothing)).toBe(1);
    expect(keptPerSuggestion(nothing)).toBe(0);
    expect(keptPerSuggestion(NO_USE)).toBeNull();
  });

  it('caps what one long suggestion counts for', () => {
    const shown = used(NO_USE, { kind: 'suggested' }, NO_USE);
    const one = used(shown, { kind: 'kept', characters: 4000 }, shown);
    expect(one).toMatchObject({ suggestions: 1, kept: 120, keptSquared: 14_400 });
  });

  it('is the average of likelihood ratios over falls of a plausible size', () => {
    const before: UseCounts = { ...NO_USE, suggestions: 400, kept: 2400, keptSquared: 96_000 };
    const after: UseCounts = { ...NO_USE, suggestions: 300, kept: 1300, keptSquared: 52_000 };
    // Numerically, from the definition.
    const both = addUse(before, after);
    const deviation = both.keptSquared / both.suggestions - (both.kept / both.suggestions) ** 2;
    const variance = deviation * (1 / 400 + 1 / 300);
    const [seen, width] = [6 - 1300 / 300, 0.4 * 6];
    const density = (x: number, mean: number, spread: number): number =>
      Math.exp(-((x - mean) ** 2) / (2 * spread)) / Math.sqrt(2 * Math.PI * spread);
    let average = 0;
    const step = 0.001;
    for (let fall = step / 2; fall < 6 * width; fall += step)
      average += 2 * density(fall, 0, width ** 2) * density(seen, fall, variance) * step;
    expect(evidenceOfFall(before, after)).toBeCloseTo(average / density(seen, 0, variance), 4);
  });
});
