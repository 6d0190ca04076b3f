import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../common/random.ts';
import { BatchStream, mostTokensOf } from './batches.ts';
import { packRows, toTrainRow } from './packing.ts';
import { readSequences, type Sequence, writeSequences } from './sequences.ts';

const random = randomFrom(7, 0);
const some = (count: number, most: number): Sequence[] =>
  Array.from({ length: count }, (_, id) => {
    const length = 2 + Math.floor(random() * (most - 2));
    return {
      split: 'train',
      tokens: Int32Array.from({ length }, () => id),
      lossFrom: 1 + Math.floor(random() * (length - 1)),
    };
  });

describe('packRows', () => {
  it('puts every sequence into exactly one row and overfills none', () => {
    const sequences = some(500, 300);
    const rows = packRows(sequences, 300);
    expect(
      rows
        .flat()
        .map(({ tokens }) => tokens[0])
        .sort((a, b) => a! - b!),
    ).toEqual(sequences.map((_, i) => i));
    for (const row of rows) expect(row.reduce((sum, { tokens }) => sum + tokens.length, 0)).toBeLessThanOrEqual(300);
  });

  it('fills more than 90 % of its rows', () => {
    const rows = packRows(some(1000, 600), 1024);
    const used = rows.flat().reduce((sum, { tokens }) => sum + tokens.length, 0);
    expect(used / (rows.length * 1024)).toBeGreaterThan(0.9);
  });

  it('keeps the end of a sequence that is longer than a row, with its loss', () => {
    const tokens = Int32Array.from({ length: 50 }, (_, i) => i);
    const [[kept]] = packRows([{ split: 'train', tokens, lossFrom: 45 }], 20) as [[Sequence]];
    expect([...kept.tokens]).toEqual([...tokens.slice(30)]);
    expect(kept.lossFrom).toBe(15);
  });
});

describe('toTrainRow', () => {
  it('gives the middle weight 1, the prompt its own weight and every first token none', () => {
    const row = toTrainRow(
      [
        { split: 'train', tokens: Int32Array.of(5, 6, 7, 8), lossFrom: 2 },
        { split: 'train', tokens: Int32Array.of(1, 2, 3), lossFrom: 1 },
      ],
      0.25,
    );
    expect([...row.tokens]).toEqual([5, 6, 7, 8, 1, 2, 3]);
    expect([...row.starts]).toEqual([0, 4]);
    expect([...row.lossWeights]).toEqual([0, 0.25, 1, 1, 0, 1, 1]);
  });

  it('gives the prompt no weight in answer-only sequences, also when read from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'repotune-packing-'));
    const file = join(folder, 'sequences.bin');
    const answers: Sequence[] = [
      { split: 'train', tokens: Int32Array.of(5, 6, 7, 8), lossFrom: 2, answerOnly: true },
      { split: 'held-out', tokens: Int32Array.of(1, 2, 3), lossFrom: 2, answerOnly: true },
      { split: 'held-out', tokens: Int32Array.of(1, 2, 3), lossFrom: 2 },
    ];
    await writeSequences(file, answers);
    const read = await readSequences(file);
    rmSync(folder, { recursive: true });
    expect(read).toEqual(answers);
    expect([...toTrainRow(read, 0.25).lossWeights]).toEqual([0, 0, 1, 1, 0, 0, 1, 0, 0.25, 1]);
  });
});

describe('loss on a part of the prompt', () => {
  const tokens = Int32Array.from({ length: 400 }, (_, i) => i);
  const sequence: Sequence = { split: 'train', tokens, lossFrom: 360 };
  const weightsOf = (epochs: number, promptEvery: number): Float32Array[] => {
    const options = { maxTokens: 512, tokensPerStep: 400, promptWeight: 0.25, promptEvery, seed: 5 };
    const stream = new BatchStream([sequence], options);
    return Array.from({ length: epochs }, () => stream.next()[0]!.lossWeights);
  };

  it('falls on one in promptEvery prompt tokens with that multiple of the weight, and on the whole middle', () => {
    const [weights] = weightsOf(1, 4) as [Float32Array];
    const prompt = weights.subarray(0, 360);
    expect(prompt.filter((weight) => weight > 0).length).toBeCloseTo(359 / 4, -1);
    expect([...new Set(prompt)].sort()).toEqual([0, 1]);
    expect([...new Set(weights.subarray(360))]).toEqual([1]);
    expect(weights[0]).toBe(0);
  });

  it('falls on every prompt token about equally over epochs, with the same total as without sampling', () => {
    const [sampled, whole] = [weightsOf(400, 4), weightsOf(400, 1)].map((epochs) =>
      epochs.reduce((sum, weights) => sum.map((value, i) => value + weights[i]!), new Float32Array(400)),
    ) as [Float32Array, Float32Array];
    for (let i = 1; i < 400; i++) expect(Math.abs(sampled[i]! / whole[i]! - 1)).toBeLessThan(0.4);
    const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
    expect(Math.abs(sum(sampled) / sum(whole) - 1)).toBeLessThan(0.01);
  });
});

describe('BatchStream', () => {
  const options = { maxTokens: 256, tokensPerStep: 1024, promptWeight: 0.25, promptEvery: 4, seed: 3 };

  it('shows no sequence twice within an epoch, and nearly all of them', () => {
    const sequences = some(60, 200);
    const stream = new BatchStream(sequences, options);
    const seen = new Map<number, number>();
    while (stream.cursor.epoch === 0) {
      const rows = stream.next();
      if (stream.cursor.epoch > 0) break;
      for (const { tokens, starts } of rows)
        for (const start of starts) seen.set(tokens[start]!, (seen.get(tokens[start]!) ?? 0) + 1);
    }
    expect([...seen.values()].every((times) => times === 1)).toBe(true);
    expect(seen.size).toBeGreaterThan(50);
  });

  it.each([
    [256, 1024],
    [256, 100],
    [100, 512],
    [37, 450],
  ])(
    'gives steps near the wished tokens, in rows of %d for %d, and never more than it tells',
    (maxTokens, tokensPerStep) => {
      const options = { maxTokens, tokensPerStep, promptWeight: 0.25, promptEvery: 1, seed: 3 };
      const stream = new BatchStream(some(300, maxTokens), options);
      const steps = Array.from({ length: 200 }, () =>
        stream.next().reduce((sum, { tokens }) => sum + tokens.length, 0),
      );
      expect(Math.max(...steps)).toBeLessThanOrEqual(mostTokensOf(options));
      expect(Math.max(...steps)).toBeGreaterThan(Math.min(tokensPerStep, maxTokens) / 2);
    },
  );

  it('continues from a cursor with the very same batches', () => {
    const sequences = some(40, 200);
    const whole = new BatchStream(sequences, options);
    for (let i = 0; i < 11; i++) whole.next();
    const resumed = new BatchStream(sequences, options, whole.cursor);
    for (let i = 0; i < 11; i++) expect(resumed.next()).toEqual(whole.next());
  });
});
