import { expect, it } from 'vitest';
import { randomFrom } from '../common/random.ts';
import { compare, type Examined, isFitToKeep } from './compare.ts';
import type { Place } from './places.ts';

const place = (exact: boolean, similarity: number, syntaxValid: boolean | null, latencyMs: number): Place => ({
  text: 'x',
  verdict: { exact, firstLine: exact, similarity, syntaxValid, endsRight: exact },
  latencyMs,
});
const nothing = (latencyMs: number): Place => ({ text: '', verdict: null, latencyMs });
const examined = (nlls: number[], places: Place[]): Examined => ({
  loss: { loss: 0, top1: 0, tokens: 10 * nlls.length, nlls, counts: nlls.map(() => 10) },
  places,
});

const apart = ({ loss }: Examined): string[] => loss.nlls.map((_, i) => `${i}.ts`);

it('compares the same places, counts no offer as wrong, and syntax only where both are judged', () => {
  const tuned = examined(
    [10, 12, 14],
    [place(true, 1, true, 20), place(true, 1, null, 20), place(false, 0.5, true, 20), nothing(20)],
  );
  const base = examined(
    [12, 14, 16],
    [place(false, 0.5, false, 10), nothing(10), place(false, 0.5, true, 10), place(true, 1, true, 10)],
  );
  const { loss, exact, completions } = compare(tuned, base, apart(tuned));
  expect(loss.mean).toBeCloseTo(-0.2);
  expect(loss.low).toBeCloseTo(-0.2);
  expect(exact).toEqual({ mean: 0.25, low: -0.5, high: 1 });
  expect(completions?.editSimilarity.mean).toBeCloseTo(0.125);
  expect(completions?.syntaxValid?.mean).toBe(0.5);
  expect(completions?.latencyMs).toEqual({ mean: 10, low: 10, high: 10 });
});

it.each([
  { fewer: 2, more: 0, of: 2, decides: false },
  { fewer: 4, more: 0, of: 24, decides: false },
  { fewer: 5, more: 0, of: 24, decides: false },
  { fewer: 6, more: 0, of: 24, decides: true },
  { fewer: 7, more: 1, of: 24, decides: false },
  { fewer: 8, more: 1, of: 24, decides: true },
  { fewer: 0, more: 4, of: 24, decides: false },
  { fewer: 0, more: 6, of: 24, decides: true },
])('losing $fewer and winning $more exact places of $of decides: $decides', ({ fewer, more, of, decides }) => {
  const places = (isExact: (i: number) => boolean): Place[] =>
    Array.from({ length: of }, (_, i) => place(isExact(i), 1, true, 10));
  const tuned = examined(
    [10, 12],
    places((i) => i >= fewer && i < fewer + more),
  );
  const base = examined(
    [10, 12],
    places((i) => i < fewer),
  );
  const { mean, low, high } = compare(tuned, base, apart(tuned)).exact!;
  expect(mean).toBeCloseTo((more - fewer) / of);
  expect(fewer > more ? high! < 0 : low! > 0).toBe(decides);
});

it('places of one file that fare alike do not decide as if each were of its own', () => {
  const random = randomFrom(3, 24);
  const TRIALS = 200;
  let decided = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    // Equal on the whole: in each of three files one of the two wins half of the eight places, or neither any.
    const winners = Array.from({ length: 3 }, () => Math.floor(random() * 4));
    const won = Array.from({ length: 24 }, (_, i) => (random() < 0.5 ? winners[Math.floor(i / 8)]! : 3));
    const places = (winner: number): Place[] => won.map((one) => place(one === winner, 1, true, 10));
    const [tuned, base] = [examined([10, 12], places(0)), examined([10, 12], places(1))];
    const files = won.map((_, i) => `${Math.floor(i / 8)}.ts`);
    const { low, high } = compare(tuned, base, apart(tuned), 0.95, files).exact!;
    decided += Number(high! < 0 || low! > 0);
  }
  expect(decided / TRIALS).toBeLessThan(0.12);
});

/** 20 files with 6 pairs each; files differ in their gain, which makes up the share `alike` of the pairs' variance. */
function ofFiles(alike: number, random: () => number): { tuned: Examined; base: Examined; files: string[] } {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const files = Array.from({ length: 120 }, (_, i) => `${i % 20}.ts`);
  const gains = Array.from({ length: 20 }, () => Math.sqrt(alike) * normal());
  const nlls = files.map((_, i) => 10 * (gains[i % 20]! + Math.sqrt(1 - alike) * normal()));
  return {
    tuned: examined(nlls, []),
    base: examined(
      nlls.map(() => 0),
      [],
    ),
    files,
  };
}

it('the interval covers the truth 95 times in 100 when pairs of a file share 0.3 of their variance', {
  timeout: 120_000,
}, () => {
  const random = randomFrom(9, 17);
  const TRIALS = 60;
  let holds = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const { tuned, base, files } = ofFiles(0.3, random);
    const { low, high } = compare(tuned, base, files).loss;
    holds += Number(low! <= 0 && 0 <= high!);
  }
  // Minus two standard errors of that many trials.
  expect(holds / TRIALS).toBeGreaterThan(0.95 - 2 * Math.sqrt((0.05 * 0.95) / TRIALS));
});

it('pairs of a single file count as independent, and equal losses give an interval of zero', () => {
  const [tuned, base] = [examined([10, 12, 15], []), examined([12, 14, 16], [])];
  const alone = compare(tuned, base, ['a.ts', 'a.ts', 'a.ts']).loss;
  expect(alone).toEqual(compare(tuned, base, apart(tuned)).loss);
  expect(compare(base, base, ['a.ts', 'a.ts', 'b.ts']).loss).toEqual({ mean: 0, low: 0, high: 0 });
});

it('without places only the loss is compared, and a single pair has no interval', () => {
  expect(compare(examined([1], []), examined([2], []), ['a.ts'])).toEqual({
    loss: { mean: -0.1, low: null, high: null },
    exact: null,
    completions: null,
  });
});

it('an example with a secret, in the file or in a completion, is not fit to keep', () => {
  const secret = "'kQ7vZp2wXr9tLm4c';";
  const example = {
    path: 'a.ts',
    line: 1,
    kind: 'line' as const,
    before: 'const dbPassword = ',
    expected: 'ask();',
    base: 'x;',
    tuned: 'y;',
  };
  expect(isFitToKeep(example)).toBe(true);
  expect(isFitToKeep({ ...example, expected: secret })).toBe(false);
  expect(isFitToKeep({ ...example, base: secret })).toBe(false);
  expect(isFitToKeep({ ...example, tuned: secret })).toBe(false);
  expect(isFitToKeep({ ...example, before: `login(${secret}\n` })).toBe(false);
});
