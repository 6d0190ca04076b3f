/** The graphs of the device trainer in F32, by test_device.cc. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';

const result = z.object({
  operations: z.enum(['all', 'metal']),
  of: z.enum(['operations', 'models']),
  relativeError: z.number(),
  worst: z.string(),
});

test('every composed operation, and every architecture, computes what the CPU trainer does', {
  timeout: 120_000,
}, () => {
  const results = runNativeProgram('test_device', [], z.array(result));
  expect(results.map((r) => `${r.operations} ${r.of}`)).toEqual([
    'all operations',
    'all models',
    'metal operations',
    'metal models',
  ]);
  // F32 sums in another order.
  for (const found of results) expect(found.relativeError, found.worst).toBeLessThan(2e-5);
});
