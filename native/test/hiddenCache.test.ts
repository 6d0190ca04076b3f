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

test('what is kept is found again, within half of F16’s last digit also beyond its range, and within the bound', {
  timeout: 240_000,
}, () => {
  const { worst, ...found } = runNativeProgram('test_hidden_cache', [], answer);
  expect(found).toEqual({ found: true, confuses: false, bounded: true, hidesNan: false, cleared: true });
  expect(worst).toBeLessThanOrEqual(2 ** -11);
});
