/** Every matrix kernel this machine can run, against the plain reference (test_kernels.cc). */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';
import { variant } from './variants.ts';

const answer = z.object({
  default: z.string(),
  variants: z.array(variant.extend({ cases: z.number(), deterministic: z.boolean() })),
});

test('every kernel agrees with the reference over shapes and weight types, the same each time', {
  timeout: 600_000,
}, () => {
  const { variants, default: chosen } = runNativeProgram('test_kernels', [], answer);
  expect(variants.map(({ name }) => name)).toContain(chosen);
  expect(variants.length).toBeGreaterThanOrEqual(1);
  for (const { name, worst, bound, where, deterministic, cases } of variants) {
    expect(worst, `${name}: ${where}`).toBeLessThanOrEqual(bound);
    expect(deterministic, name).toBe(true);
    expect(cases, name).toBeGreaterThan(400);
  }
});
