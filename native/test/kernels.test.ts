/** Every matrix kernel this machine can run, against the plain reference (test_kernels.cc, test_kernel_fuzz.cc). */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';
import { variant } from './variants.ts';

const answer = z.object({
  default: z.string(),
  variants: z.array(variant.extend({ cases: z.number(), deterministic: z.boolean() })),
});

test('every kernel agrees with the reference over shapes and weight types, and is deterministic', {
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

test('on random shapes and values every kernel agrees with the reference, writes only its result, and lets NaN show', {
  timeout: 600_000,
}, () => {
  const drawn = variant.extend({ cases: z.number(), guarded: z.boolean(), shows: z.boolean() });
  const { variants } = runNativeProgram('test_kernel_fuzz', [], z.object({ variants: z.array(drawn) }));
  expect(variants.length).toBeGreaterThanOrEqual(1);
  for (const { name, worst, bound, where, guarded, shows, cases } of variants) {
    expect(worst, `${name}: ${where}`).toBeLessThanOrEqual(bound);
    expect({ guarded, shows }, name).toEqual({ guarded: true, shows: true });
    expect(cases, name).toBe(120);
  }
});
