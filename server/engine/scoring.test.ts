import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CompletionProcess } from './process.ts';
import { Scoring } from './scoring.ts';
import { bundledEngine, request } from './testing.ts';
import type { Score, ScoreSample } from './types.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A scorer for which a token's loss is the token itself. */
function scored({ tokens, lossFrom, lossTo }: ScoreSample, most = Number.POSITIVE_INFINITY): Score {
  const losses = tokens.slice(Math.max(lossFrom, 1), lossTo).slice(0, most);
  return { nll: losses.reduce((sum, loss) => sum + loss, 0), tokens: losses.length, top1: losses.length };
}

const sample = fc
  .tuple(fc.array(fc.nat(99), { minLength: 1, maxLength: 900 }), fc.nat(1000), fc.nat(1000))
  .map(([tokens, lossFrom, lossTo]) => ({ tokens, lossFrom, lossTo }));

test('interrupted scoring gives each sample the score of undisturbed scoring', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 8 }), fc.array(fc.nat(400)), (samples, putAside) => {
      const scoring = new Scoring(samples);
      for (let batch = scoring.next(); batch !== null; batch = scoring.next()) {
        // Tokens scored before the interruption.
        let left = putAside.pop() ?? Number.POSITIVE_INFINITY;
        const part: Score[] = [];
        for (const one of batch) {
          const score = scored(one, left);
          const isWhole = score.tokens === scored(one).tokens;
          if (isWhole || score.tokens > 0) part.push(score);
          if (!isWhole) break;
          left -= score.tokens;
        }
        scoring.add(part);
      }
      expect(scoring.scores).toEqual(samples.map((one) => scored(one)));
    }),
  );
});

test('undisturbed samples are sent once, in batches of at most 2048 tokens or one longer sample', () => {
  const samples = [1000, 1000, 1000, 3000, 40].map((length) => ({
    tokens: new Array<number>(length).fill(1),
    lossFrom: 1,
    lossTo: length,
  }));
  const scoring = new Scoring(samples);
  const messages: number[][] = [];
  for (let batch = scoring.next(); batch !== null; batch = scoring.next()) {
    messages.push(batch.map(({ tokens }) => tokens.length));
    scoring.add(batch.map((one) => scored(one)));
  }
  expect(messages).toEqual([[1000, 1000], [1000], [3000], [40]]);
});

describe('in the engine', () => {
  let engine: CompletionProcess;
  let samples: ScoreSample[];
  beforeAll(async () => {
    engine = await bundledEngine();
    const text = Array.from(
      { length: 200 },
      (_, i) => `export const row${i} = table.find(id => id.${'abc'[i % 3]} === ${i * i});\n`,
    );
    const [tokens = []] = await engine.tokenize([text.join('')]);
    samples = [0, 300, 600].map((from) => ({ tokens: tokens.slice(from, from + 1000), lossFrom: 700, lossTo: 1000 }));
  });
  afterAll(() => engine.dispose());

  test('a completion does not wait for a sample that is being scored', async () => {
    const order: string[] = [];
    const scored = engine.score(samples.slice(0, 1), null).then(() => order.push('scored'));
    await engine.complete(request('def f(x):\n', '\n', { maxTokens: 2 })).then(() => order.push('completed'));
    await scored;
    expect(order).toEqual(['completed', 'scored']);
  });

  test('scores stay the same while completions interrupt them', async () => {
    const quiet = await engine.score(samples, null);
    let completions = 0;
    let isScored = false;
    const scored = engine.score(samples, null).finally(() => {
      isScored = true;
    });
    // Not read before: the cache's sequences hold the last ones.
    while (!isScored && completions < 10) {
      await engine.complete(request(`def f${completions}(x):\n`, '\n', { maxTokens: 2 }));
      completions++;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(completions).toBeGreaterThan(1);
    for (const [i, { nll, tokens, top1 }] of (await scored).entries()) {
      expect(tokens).toBe(quiet[i]!.tokens);
      expect(Math.abs(top1 - quiet[i]!.top1)).toBeLessThan(5);
      // The rest of the cache changes how sums are rounded.
      expect(Math.abs(nll / quiet[i]!.nll - 1)).toBeLessThan(0.005);
    }
  });
});
