/** Attention by every kernel this machine can run, against the plain reference (test_attention.cc). */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';
import { variant } from './variants.ts';

const answer = z.object({ variants: z.array(variant.extend({ deterministic: z.boolean() })) });

test('attention and its gradients agree with the reference over shapes, whatever the thread count', {
  timeout: 240_000,
}, () => {
  const { variants } = runNativeProgram('test_attention', [], answer);
  expect(variants.length).toBeGreaterThanOrEqual(1);
  for (const { name, worst, bound, where, deterministic } of variants) {
    expect(worst, `${name}: ${where}`).toBeLessThanOrEqual(bound);
    expect(deterministic, name).toBe(true);
  }
});
