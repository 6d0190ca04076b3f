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
  for (const name of ['base', 'tuned', 'layout']) await writeFile(join(dir, name), name);
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

const refOf = (id: string): AdapterRef => ({ id, path: join(dir, id), scale: 1 });

/** An engine that takes a second for a sample, by a clock of its own. */
async function opened(gain: (i: number) => number, storeDir: string | null = null, places = true) {
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
    byFile: { ...heldOut(240, 'file'), ...(places ? {} : { pairs: [] }) },
    byTime: heldOut(120, 'commit'),
    storeDir,
    leastSamples: 24,
    mostPlaces: 0,
    nowMs: () => 1000 * seconds,
  });
  return { evaluation, spent: () => seconds };
}

async function measured(
  gain: (i: number) => number,
  limits: { seconds: number; restSeconds?: number; laterSeconds?: number },
) {
  const { evaluation, spent } = await opened(gain);
  const { byFile, byTime } = await evaluation.measure(
    { tuned: refOf('tuned'), active: null, learned: null, question: 'may-serve', ...limits },
    () => {},
  );
  return { byFile: byFile.pairs, byTime: byTime?.pairs, seconds: spent() };
}

const clear = (i: number): number => 3 + (i % 3);
const unclear = (i: number): number => (i % 2 === 0 ? 9 : -8.4);

it('measurements that do not decide keep to their own time, however much is left', async () => {
  expect(await measured(clear, { seconds: 10_000, restSeconds: 20 })).toEqual({
    byFile: 24,
    byTime: 4,
    seconds: 2 * 28,
  });
  expect(await measured(clear, { seconds: 10_000 })).toMatchObject({ byFile: 24, byTime: 24 });
});

it('pairs that decide use all of their time', async () => {
  expect(await measured(unclear, { seconds: 10_000, restSeconds: 20 })).toMatchObject({ byFile: 240, byTime: 4 });
});

it('while they have not decided, pairs by file leave the others a fifth of the time', async () => {
  expect(await measured(unclear, { seconds: 400, restSeconds: 20 })).toMatchObject({ byFile: 160 });
  expect(await measured(unclear, { seconds: 400 })).toMatchObject({ byFile: 160, byTime: 14 });
});

it('pairs of newer commits get time of their own where they decide', async () => {
  const limits = { seconds: 400, restSeconds: 20 };
  expect(await measured(unclear, limits)).toMatchObject({ byFile: 160, byTime: 4 });
  expect(await measured(unclear, { ...limits, laterSeconds: 100 })).toMatchObject({ byFile: 90, byTime: 50 });
  // Out of the time that is left.
  expect(await measured(unclear, { ...limits, laterSeconds: 1000 })).toMatchObject({ byFile: 90, byTime: 110 });
});

it('losses that are cached from an earlier measurement cost nothing', async () => {
  const storeDir = join(dir, 'store');
  const nobody = { active: null, layout: null };
  const rivals = { active: refOf('tuned'), layout: refOf('layout') };
  const cost = async (of: typeof rivals | typeof nobody) => {
    const { seconds, leastSeconds } = await (await opened(clear, storeDir, false)).evaluation.pace(of);
    return { seconds, leastSeconds };
  };
  // Every sample of both sets by two models, but for the three whose scoring was timed.
  expect(await cost(nobody)).toEqual({ seconds: 2 * 360 - 3, leastSeconds: 2 * 25 - 3 });
  // The layout adapter is measured on the pairs by file alone.
  expect(await cost(rivals)).toEqual({ seconds: 3 * 360 + 240 - 3, leastSeconds: 3 * 25 + 24 - 3 });

  const { evaluation } = await opened(clear, storeDir);
  const candidate = { tuned: refOf('tuned'), active: null, layout: refOf('layout'), learned: null };
  await evaluation.measure({ ...candidate, question: 'may-serve', seconds: 10_000, restSeconds: 20 }, () => {});

  // 24 pairs by file and four by time were scored, with all three models the former.
  expect(await cost(nobody)).toEqual({ seconds: 2 * 360 - 28, leastSeconds: 25 });
  expect(await cost(rivals)).toEqual({ seconds: 3 * 360 - 2 * 28 + 240 - 24, leastSeconds: 25 });
  expect(await cost({ ...rivals, layout: refOf('deleted') })).toEqual({ seconds: 3 * 360 - 2 * 28, leastSeconds: 25 });
});

it('the pace is known without completing a place when scoring the pairs takes too long already', async () => {
  const { evaluation } = await opened(clear);
  const rivals = { active: null };
  expect(await evaluation.pace(rivals, undefined, ({ leastSeconds }) => leastSeconds > 40)).toMatchObject({
    leastSeconds: 47,
  });
  // This engine cannot complete.
  await expect(evaluation.pace(rivals, undefined, ({ leastSeconds }) => leastSeconds > 50)).rejects.toThrow();
});
