import { describe, expect, it } from 'vitest';
import type { AdapterRef, CompletionEngine, ModelInfo, ScoreSample } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import { type Allowance, HeldOutExamination, type Settled } from './heldOutSet.ts';
import { settled } from './looks.ts';
import { LossStore } from './lossStore.ts';
import { Scorer } from './scorer.ts';

const PAIRS = 120;
const tuned: AdapterRef = { id: 'tuned', path: 'tuned.gguf', scale: 1 };
const active: AdapterRef = { id: 'active', path: 'active.gguf', scale: 1 };

/** Scores by rule: a pair's loss is derived from its number, and lower under the tuned one. */
class RuledEngine {
  readonly asked: { readonly adapter: string; readonly samples: readonly ScoreSample[] }[] = [];
  readonly gain: (i: number) => number;
  constructor(gain: (i: number) => number) {
    this.gain = gain;
  }
  async score(samples: readonly ScoreSample[], adapter: AdapterRef | null) {
    this.asked.push({ adapter: adapter?.id ?? '', samples });
    return samples.map(({ tokens }) => ({
      nll: 20 - (adapter?.id === 'tuned' ? this.gain(tokens[1]!) : adapter?.id === 'layout' ? 3 : 0),
      tokens: 10,
      top1: 5,
    }));
  }
  get scored(): number {
    return this.asked.reduce((sum, { samples }) => sum + samples.length, 0);
  }
}

const pairs = Array.from({ length: PAIRS }, (_, i) => ({
  path: `f${i}.txt`,
  kind: 'line',
  language: 'text',
  middle: '',
}));
const samples = pairs.map((_, i) => ({ tokens: [i % 3, i, 1, 2], lossFrom: 2, lossTo: 4 }));

async function examination(engine: RuledEngine, kept?: LossStore) {
  const serving = { engine: engine as unknown as CompletionEngine, model: { path: '' } as ModelInfo };
  const nameOf = async (_: ModelInfo, adapter: AdapterRef | null): Promise<string> => adapter?.path ?? 'base';
  return new HeldOutExamination({
    serving,
    scorer: new Scorer(serving, kept ?? (await LossStore.open(null)), nameOf),
    repoName: '',
    pairs: pairs as unknown as Pair[],
    samples,
    leastSamples: 4,
    windows: 'long',
    mostPlaces: 0,
    nowMs: Date.now,
  });
}

const unlimited: Allowance = { untilMs: Number.POSITIVE_INFINITY, onMessage: () => {}, signal: undefined };
const overBase: Settled = ({ base, overBase: { loss } }) => settled(loss, base.loss);

describe('pairs are scored until the difference is settled', () => {
  it.each<[string, (i: number) => number, string, number]>([
    ['a clear gain takes the fewest', (i) => 3 + (i % 3), 'decided', 24],
    ['no difference at all takes the fewest too', () => 0, 'decided', 24],
    ['an unclear difference takes all', (i) => (i % 2 === 0 ? 9 : -8.4), 'all', PAIRS],
  ])('%s', async (_, gain, stopped, count) => {
    const engine = new RuledEngine(gain);
    const set = (await examination(engine)).of([null, tuned, active]);
    await set.score(overBase, unlimited);
    expect(set.summarize()).toMatchObject({ stopped, pairs: count, available: PAIRS });
    expect(engine.scored).toBe(3 * count);
  });
});

it('when time is up, the summary says so, and all models were scored on the same pairs', async () => {
  const engine = new RuledEngine(() => 5);
  const set = (await examination(engine)).of([null, tuned, active]);
  await set.score(overBase, { ...unlimited, untilMs: Date.now() - 1 });
  expect(set.summarize()).toMatchObject({
    stopped: 'time',
    pairs: 4,
    tokens: 40,
    overActive: { loss: { mean: -0.5 } },
  });
});

it('losses in the store are not computed again, also for the same weights under another id', async () => {
  const kept = await LossStore.open(null);
  const engine = new RuledEngine(() => 5);
  const rounds: readonly [AdapterRef, number][] = [
    [tuned, 48],
    [tuned, 0],
    [{ ...tuned, id: 'the same, imported' }, 0],
  ];
  for (const [adapter, expected] of rounds) {
    const before = engine.scored;
    const set = (await examination(engine, kept)).of([null, adapter, null]);
    await set.score(overBase, unlimited);
    expect(engine.scored - before).toBe(expected);
    expect(set.summarize().overBase.loss.mean).toBeCloseTo(-0.5);
  }
});

describe('the gain of a layout-only adapter', () => {
  const layout: AdapterRef = { id: 'layout', path: 'layout.gguf', scale: 1 };
  const examined = async (allowance: Partial<Allowance> = {}) => {
    const engine = new RuledEngine((i) => 5 + (i % 2));
    const set = (await examination(engine)).of([null, tuned, null]);
    await set.score(overBase, unlimited);
    await set.control(layout, { ...unlimited, ...allowance });
    return set.summarize();
  };

  it('is measured on the same pairs, and the tuned adapter’s gain over it has an interval', async () => {
    const { pairs: scored, overLayout } = await examined();
    expect(overLayout).toMatchObject({
      pairs: scored,
      base: 2,
      layout: expect.closeTo(1.7),
      tuned: expect.closeTo(1.45),
    });
    const { mean, low, high } = overLayout!.difference;
    expect(mean).toBeCloseTo(-0.25);
    expect(low).toBeLessThan(mean);
    expect(high).toBeLessThan(0);
  });

  it('is measured on the fewest pairs when time is up', async () => {
    expect((await examined({ untilMs: Date.now() - 1 })).overLayout).toMatchObject({ pairs: 4, base: 2 });
  });

  it('is null without such an adapter', async () => {
    const set = (await examination(new RuledEngine(() => 5))).of([null, tuned, null]);
    await set.score(overBase, unlimited);
    expect(set.summarize().overLayout).toBeNull();
  });
});

it('prompts that begin alike are scored together, and losses come back in the order of the pairs', async () => {
  const engine = new RuledEngine((i) => i);
  const nameOf = async (): Promise<string> => 'tuned';
  const scorer = new Scorer({ engine: engine as never, model: {} as ModelInfo }, await LossStore.open(null), nameOf);
  const scores = await scorer.score(tuned, samples.slice(0, 8));
  expect(engine.asked[0]!.samples.map(({ tokens }) => tokens[0])).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
  expect(scores.map(({ nll }) => 20 - nll)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
