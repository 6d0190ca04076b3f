/** The training forward's logits against libllama's, over architectures and weight types. */
import * as z from 'zod';
import type { Bar } from '../server/common/bars.ts';
import { figure, runNativeProgram } from './nativeProgram.ts';
import { shownBy } from './shownBy.ts';

const answer = z.object({
  maxDifferenceReference: figure,
  maxDifferenceKernels: figure,
  /** For every integer kernel that this machine runs. */
  maxDifferenceInteger: figure,
  models: z.array(
    z.object({
      model: z.string(),
      type: z.string(),
      reference: figure,
      kernels: figure,
      integer: figure,
    }),
  ),
});
export type ParityCheck = z.infer<typeof answer>;

/** `models`: GGUF files to compare besides the tiny ones. */
export function checkParity(models: readonly string[]): ParityCheck {
  return runNativeProgram('check_parity', models, answer);
}

export function parityBars(check: ParityCheck): Bar[] {
  const worst = (difference: number): number => shownBy(check.models.length, difference);
  return [
    { name: 'max-difference-reference', value: worst(check.maxDifferenceReference), op: '<=', bar: 0.001 },
    { name: 'max-difference-kernels', value: worst(check.maxDifferenceKernels), op: '<=', bar: 0.02 },
    // Relative to the largest logit, on random tokens: 7 bits are at 0.1 on the bundled base.
    { name: 'max-difference-integer', value: worst(check.maxDifferenceInteger), op: '<=', bar: 0.15 },
  ];
}
