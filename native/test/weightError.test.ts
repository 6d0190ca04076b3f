/** The 4-bit types a base can be quantized to, against NF4 with double quantization (check_weight_error.cc), on normal weights. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';

const answer = z.object({
  nf4: z.object({ rmse: z.number(), bitsPerWeight: z.number() }),
  types: z.array(
    z.object({
      type: z.string(),
      rmse: z.number(),
      bitsPerWeight: z.number(),
      weighted: z.number(),
      weightedCalibrated: z.number(),
    }),
  ),
});

test('the 4-bit types have a lower error than NF4, and calibration lowers their weighted error further', {
  timeout: 600_000,
}, () => {
  const { nf4, types } = runNativeProgram('check_weight_error', [], answer);
  expect(nf4.bitsPerWeight).toBeCloseTo(4.127, 3);
  for (const type of ['q4_0', 'iq4_nl', 'q4_K']) {
    const error = types.find((found) => found.type === type);
    expect(error?.rmse, type).toBeLessThan(nf4.rmse);
    expect(error?.weightedCalibrated, type).toBeLessThan(0.85 * (error?.weighted ?? 0));
  }
});
