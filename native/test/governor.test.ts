/** How many threads an evaluation takes while others run (test_governor.cc). */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';

const answer = z.record(z.string(), z.number());

test('an evaluation yields cores to threads that keep computing, not to brief ones', { timeout: 240_000 }, () => {
  expect(runNativeProgram('test_governor', [], answer)).toEqual({
    quiet: 2,
    unknown: 2,
    moment: 2,
    compiler: 1,
    compilers: 1,
    oneOfFour: 3,
    looks: 1,
    batch: 200,
    batchBeside: 64,
    // Four tokens computed one by one; and one token as slow as four, since it waited.
    afterSlowKernels: 2,
    afterWaiting: 1,
  });
});
