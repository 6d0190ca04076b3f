/** The training forward's logits against libllama's, over architectures and weight types. */
import * as z from 'zod';
import type { Bar } from '../server/common/bars.ts';
import { runNativeProgram } from './nativeProgram.ts';

const answer = z.object({
  maxDifferenceReference: z.number(),
  maxDifferenceKernels: z.number(),
  /** By every kernel in integers that this machine runs. */
  maxDifferenceInteger: z.number(),
  models: z.array(
    z.object({
      model: z.string(),
      type: z.string(),
      reference: z.number(),
      kernels: z.number(),
      integer: z.number(),
    }),
  ),
});
export type ParityCheck = z.infer<typeof answer>;

/** `models`: GGUF files to compare besides the tiny ones. */
export function checkParity(models: readonly string[]): ParityCheck {
  return runNativeProgram('check_parity', models, answer);
}

export function parityBars(check: ParityCheck): Bar[] {
  return [
    { name: 'max-difference-reference', value: check.maxDifferenceReference, op: '<=', bar: 0.001 },
    { name: 'max-difference-kernels', value: check.maxDifferenceKernels, op: '<=', bar: 0.02 },
    // Relative to the largest logit, on random tokens: 7 bits are at 0.1 on the bundled base.
    { name: 'max-difference-integer', value: check.maxDifferenceInteger, op: '<=', bar: 0.15 },
  ];
}
