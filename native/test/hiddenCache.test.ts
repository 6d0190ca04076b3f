/** The cached outputs of blocks without an adapter (test_hidden_cache.cc). */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';

const answer = z.object({
  found: z.boolean(),
  worst: z.number(),
  confuses: z.boolean(),
  bounded: z.boolean(),
  hidesNan: z.boolean(),
  cleared: z.boolean(),
});

test("cached outputs are found again within half an F16 ulp, even beyond F16's range, and within the limit", {
  timeout: 240_000,
}, () => {
  const { worst, ...found } = runNativeProgram('test_hidden_cache', [], answer);
  expect(found).toEqual({ found: true, confuses: false, bounded: true, hidesNan: false, cleared: true });
  expect(worst).toBeLessThanOrEqual(2 ** -11);
});
