/** An arm's steps on the bundled base: what was accepted becomes likelier, what was rejected less likely. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadAddon } from '../../server/engine/native.ts';
import { openTrainer } from '../../server/engine/trainer.ts';
import { toTrainRow } from '../../server/engine/training/packing.ts';
import type { TrainerConfig, TrainRow } from '../../server/engine/types.ts';
import { bundledModelPath } from '../../server/storage/paths.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import type { Wish } from './kto.ts';
import type { Lesson } from './laidOut.ts';
import { trainArm } from './train.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-preference-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const from = join(folder, 'from.gguf');
const trainer: TrainerConfig = {
  ...trainerConfig({ folder, modelPath: bundledModelPath(), baseType: 'as-is', threads: 1 }, { contextLength: 512 }),
  device: 'cpu',
};
let rowOf: (before: string, text: string) => TrainRow;

beforeAll(async () => {
  const opened = await openTrainer(loadAddon(), trainer);
  await opened.exportAdapter(from);
  const texts = new Map<string, number[]>();
  for (const text of ['func add(a, b int) int {\n\treturn ', 'a + b', 'nil, err', 'len(name)'])
    texts.set(text, opened.tokenize([text])[0]!);
  opened.dispose();
  rowOf = (before, text) => {
    const [head, tail] = [texts.get(before)!, texts.get(text)!];
    return toTrainRow([{ split: 'train', tokens: Int32Array.from([...head, ...tail]), lossFrom: head.length }], 0);
  };
});

function lesson(text: string, wish: Wish | null): Lesson {
  const before = 'func add(a, b int) int {\n\treturn ';
  const row = rowOf(before, text);
  const textTokens = row.lossWeights.filter(Boolean).length;
  return { row, textTokens, kto: wish && { wish, mismatched: rowOf(before, 'len(name)') } };
}

const learn = (name: string, lessons: Lesson[]) =>
  trainArm({
    ...{ trainer, from, to: join(folder, name), lessons, tokens: 400, tokensPerStep: 32, beta: 0.1, seed: 1 },
    schedule: { learningRate: 1e-3, warmupSteps: 1, finalShare: 0.05 },
    say: () => {},
  });

test('KTO makes accepted text likelier and rejected text less likely', async () => {
  const outcome = await learn('kto.gguf', [lesson('a + b', 'accepted'), lesson('nil, err', 'rejected')]);
  expect(outcome.acceptedRatio).toBeGreaterThan(0.5);
  expect(outcome.rejectedRatio).toBeLessThan(-0.5);
  expect(outcome.tokens).toBeGreaterThanOrEqual(400);
  expect(statSync(join(folder, 'kto.gguf')).size).toBe(statSync(from).size);
});

test('plain training on a text reports no ratios', async () => {
  const outcome = await learn('supervised.gguf', [lesson('a + b', null)]);
  expect(outcome).toMatchObject({ acceptedRatio: null, rejectedRatio: null });
});
