/** Results stored as numbers only: every figure is reproduced, and the file contains none of the code. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asShown, figuresOfAll } from './figures.ts';
import { readRecords, writeRecord } from './record.ts';
import { foundOne } from './testing.ts';

test('a record reproduces the figures of a run, and contains neither code nor paths', async () => {
  const texts = [
    'return total;',
    '  a\n  b\r\n\n',
    '',
    'x',
    '\n\nif (secretName) {\n  go();\n}\n',
    ')',
    'a, b, c)',
    `head(x);\n${'  body(x);\n'.repeat(20)}`,
  ];
  const found = Array.from({ length: 70 }, (_, i) =>
    foundOne({
      text: texts[i % texts.length]!,
      confidence: i % texts.length === 2 ? null : -i / 400,
      firstLine: i % 3 === 0,
      kept: i % 7,
      nll: i / 3,
      end: i % 9 === 0 ? null : i / 6,
      alone: i % 2 === 0 ? { exact: false, similarity: 0.5, syntaxValid: true } : null,
    }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'repotune-record-'));
  try {
    const arms = {
      base: { writer: 'base', found },
      tuned: { writer: 'adapter', found: found.map((one) => ({ ...one, nll: one.nll * 0.75 })) },
    } as const;
    const tune = { adapter: '/home/somebody/adapter.gguf', steps: 3, tokens: 900, seconds: 12, scale: 1 };
    const about = { repository: 'r', commit: 'c', other: null, model: 'm.gguf', minutes: 1, promptTokens: 512 };
    await writeRecord(folder, { ...about, tunes: { own: tune }, activated: true, found: arms });
    const text = readFileSync(join(folder, 'r.json'), 'utf8');
    expect(text).not.toMatch(/secretName|somebody/);
    const [recorded] = readRecords(folder);
    const { adapter: _, scale: __, ...learned } = tune;
    expect(recorded).toMatchObject({ ...about, tunes: { own: learned }, activated: true });
    const [before, after] = [figuresOfAll(arms), figuresOfAll(recorded!.found)];
    expect(before.tuned!.offered).toBeGreaterThan(20);
    expect(before.tuned!.offered).toBeLessThan(55);
    expect(after.base).toMatchObject({
      ...before.base,
      natsPerByte: expect.closeTo(before.base!.natsPerByte, 3),
      natsPerByteOfText: expect.closeTo(before.base!.natsPerByteOfText!, 3),
    });
    expect(after.tuned!.offered).toBe(before.tuned!.offered);
    expect(after.tuned!.over!.keptPerPlace).toEqual(before.tuned!.over!.keptPerPlace);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a suggestion near the threshold for showing stays on the same side of it in a record', async () => {
  const text = 'return total;';
  const isShown = (confidence: number) => asShown(foundOne({ text, confidence }), 'adapter').text !== '';
  let [shown, silent] = [0, -5];
  for (let i = 0; i < 40; i++) {
    const between = (shown + silent) / 2;
    if (isShown(between)) shown = between;
    else silent = between;
  }
  const found = [shown + 1e-7, silent - 1e-7].map((confidence) => foundOne({ text, confidence }));
  const folder = mkdtempSync(join(tmpdir(), 'repotune-record-'));
  try {
    const about = { repository: 'r', commit: 'c', other: null, model: 'm', minutes: 1, promptTokens: null };
    const arms = { tuned: { writer: 'adapter', found } } as const;
    await writeRecord(folder, { ...about, tunes: {}, activated: null, found: arms });
    const kept = readRecords(folder)[0]!.found.tuned!.found;
    expect(kept.map((one) => asShown(one, 'adapter').text !== '')).toEqual([true, false]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
