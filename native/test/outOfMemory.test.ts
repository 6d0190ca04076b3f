/** The trainer and its threads when memory runs out (test_pool.cc, test_out_of_memory.cc). */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';

const pool = z.object({ thrown: z.boolean(), refused: z.boolean(), grows: z.boolean() });
const step = z.object({
  kernels: z.array(z.object({ name: z.string(), refused: z.number(), unchanged: z.boolean(), sameAfter: z.boolean() })),
});

test('a thread that runs out of memory fails the call, not the process, and later calls work again', {
  timeout: 240_000,
}, () => {
  expect(runNativeProgram('test_pool', [], pool)).toEqual({ thrown: true, refused: true, grows: true });
});

test('a step that runs out of memory anywhere changes nothing, and the next step is unaffected', {
  timeout: 240_000,
}, () => {
  const { kernels } = runNativeProgram('test_out_of_memory', [], step);
  expect(kernels.map(({ name }) => name)).toEqual(['auto', 'portable', 'integer-portable']);
  for (const { name, refused, unchanged, sameAfter } of kernels) {
    expect({ unchanged, sameAfter }, name).toEqual({ unchanged: true, sameAfter: true });
    expect(refused, name).toBeGreaterThan(20);
  }
});
