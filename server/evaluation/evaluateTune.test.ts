import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AdapterRef, CompletionEngine, LoadedEngine, ModelInfo, ScoreSample } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import { TuneEvaluation } from './evaluateTune.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-evaluate-'));
  for (const name of ['base', 'tuned']) await writeFile(join(dir, name), name);
});
afterAll(async () => await rm(dir, { recursive: true }));

const SECONDS_PER_SAMPLE = 1;

function heldOut(count: number, name: string) {
  const pairs = Array.from({ length: count }, (_, i) => ({
    path: `${name}${i}`,
    kind: 'line',
    language: '',
    middle: '',
  }));
  const samples = pairs.map((_, i): ScoreSample => ({ tokens: [i, name.length, 1, 2], lossFrom: 2, lossTo: 4 }));
  return { pairs: pairs as unknown as Pair[], samples, windows: 'long' as const };
}

async function measured(
  gain: (i: number) => number,
  limits: { seconds: number; restSeconds?: number; laterSeconds?: number },
) {
  let seconds = 0;
  const engine: Pick<CompletionEngine, 'score'> = {
    async score(samples: readonly ScoreSample[], adapter: AdapterRef | null) {
      seconds += samples.length * SECONDS_PER_SAMPLE;
      return samples.map(({ tokens }) => ({
        nll: 20 - (adapter === null ? 0 : gain(tokens[0]!)),
        tokens: 10,
        top1: 5,
      }));
    },
  };
  const evaluation = await TuneEvaluation.open({
    serving: { engine, model: { path: join(dir, 'base') } as ModelInfo } as unknown as LoadedEngine,
    repoName: '',
    byFile: heldOut(240, 'file'),
    byTime: heldOut(120, 'commit'),
    storeDir: null,
    leastSamples: 24,
    mostPlaces: 0,
    nowMs: () => 1000 * seconds,
  });
  const tuned = { id: 'tuned', path: join(dir, 'tuned'), scale: 1 };
  const { byFile, byTime } = await evaluation.measure(
    { tuned, active: null, learned: null, question: 'may-serve', ...limits },
    () => {},
  );
  return { byFile: byFile.pairs, byTime: byTime?.pairs, seconds };
}

const clear = (i: number): number => 3 + (i % 3);
const unclear = (i: number): number => (i % 2 === 0 ? 9 : -8.4);

it('what does not decide keeps to its own time, however much is left', async () => {
  expect(await measured(clear, { seconds: 10_000, restSeconds: 20 })).toEqual({
    byFile: 24,
    byTime: 4,
    seconds: 2 * 28,
  });
  expect(await measured(clear, { seconds: 10_000 })).toMatchObject({ byFile: 24, byTime: 24 });
});

it('the pairs that decide take all the time there is for them', async () => {
  expect(await measured(unclear, { seconds: 10_000, restSeconds: 20 })).toMatchObject({ byFile: 240, byTime: 4 });
  expect(await measured(unclear, { seconds: 400, restSeconds: 20 })).toMatchObject({ byFile: 90 });
});

it('pairs of newer commits have time of their own where they decide too', async () => {
  const limits = { seconds: 400, restSeconds: 20 };
  expect(await measured(unclear, limits)).toMatchObject({ byFile: 90, byTime: 4 });
  expect(await measured(unclear, { ...limits, laterSeconds: 100 })).toMatchObject({ byFile: 90, byTime: 50 });
  // Out of the time that is left.
  expect(await measured(unclear, { ...limits, laterSeconds: 1000 })).toMatchObject({ byFile: 90, byTime: 110 });
});
