/** The head's loss by every kernel this machine can run, against the plain reference (test_loss.cc). */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';
import { variant } from './variants.ts';

const answer = z.object({
  variants: z.array(variant.extend({ worstLoss: z.number(), lossBound: z.number(), hidden: z.string() })),
});

test('loss and gradient agree with the reference, even where the label is far from likely or a weight is no number', {
  timeout: 240_000,
}, () => {
  const { variants } = runNativeProgram('test_loss', [], answer);
  expect(variants.length).toBeGreaterThanOrEqual(1);
  for (const { name, worst, bound, where, worstLoss, lossBound, hidden } of variants) {
    expect(worst, `${name}: ${where}`).toBeLessThanOrEqual(bound);
    expect(worstLoss, name).toBeLessThanOrEqual(lossBound);
    expect(hidden, `${name}: weights that are no numbers, with a finite loss`).toBe('');
  }
});
