/** Adapter gradients against finite differences, and by every kernel against the reference's, on tiny models of every architecture. */
import * as z from 'zod';
import type { Bar } from '../server/common/bars.ts';
import { runNativeProgram } from './nativeProgram.ts';

const answer = z.object({
  maxRelativeError: z.number(),
  zeroGradientTensors: z.number(),
  tensors: z.number(),
  directions: z.number(),
  worst: z.string(),
  /** Of the gradients by the machine's kernels, against the reference's. */
  kernelError: z.number(),
  worstKernel: z.string(),
  models: z.array(z.object({ model: z.string(), maxRelativeError: z.number() })),
});
export type GradientCheck = z.infer<typeof answer>;

export function checkGradients(directions: number): GradientCheck {
  return runNativeProgram('check_gradients', ['--directions', `${directions}`], answer);
}

export function gradientBars(check: GradientCheck): Bar[] {
  return [
    { name: 'max-relative-error', value: check.maxRelativeError, op: '<=', bar: 0.01 },
    // bfloat16 rounds each operand by up to 0.4 %, attention's among them; gradients of queries and keys lose some digits to cancellation.
    { name: 'kernel-relative-error', value: check.kernelError, op: '<=', bar: 0.03 },
    { name: 'zero-gradient-tensors', value: check.zeroGradientTensors, op: '<=', bar: 0 },
  ];
}
