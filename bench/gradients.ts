/** Adapter gradients against finite differences, and each kernel's against the reference's, on tiny models of every architecture. */
import * as z from 'zod';
import type { Bar } from '../server/common/bars.ts';
import { figure, runNativeProgram } from './nativeProgram.ts';
import { shownBy } from './shownBy.ts';

const answer = z.object({
  maxRelativeError: figure,
  zeroGradientTensors: z.number(),
  tensors: z.number(),
  directions: z.number(),
  worst: z.string(),
  /** The error when some weights are negative. */
  signedError: figure,
  worstSigned: z.string(),
  /** The error of the gradients from this machine's kernels, against the reference's. */
  kernelError: figure,
  worstKernel: z.string(),
  /** The error of a model's whole gradient with integer kernels of 8 and of 7 bits. */
  error8Bits: figure,
  worst8Bits: z.string(),
  error7Bits: figure,
  worst7Bits: z.string(),
  /** The error of the upper blocks' gradients with the lower ones frozen, against those with all adapted. */
  frozenError: figure,
  worstFrozen: z.string(),
  /** Models whose second pass, from the cached outputs of frozen blocks, gave different bits than the first. */
  frozenDifferences: z.number(),
  /** Whether the processor has 8-bit kernels: on Arm, and on x64 with VNNI. */
  has8Bits: z.boolean(),
  models: z.array(z.object({ model: z.string(), maxRelativeError: figure })),
});
export type GradientCheck = z.infer<typeof answer>;

export function checkGradients(directions: number): GradientCheck {
  return runNativeProgram('check_gradients', ['--directions', `${directions}`], answer);
}

/** Without tensors or directions, every error would be 0. */
export function gradientBars(check: GradientCheck): Bar[] {
  const compared = Math.min(check.tensors, check.directions, check.models.length);
  return gradientErrors(check).map((bar) => ({ ...bar, value: shownBy(compared, bar.value) }));
}

/** `worst`: the kernel with the largest error; '' if none was compared. */
function ofIntegers(bits: number, error: number, worst: string, bar: number): Bar {
  return { name: `integer-${bits}-bit-relative-error`, value: shownBy(worst.length, error), op: '<=', bar };
}

function gradientErrors(check: GradientCheck): Bar[] {
  return [
    { name: 'max-relative-error', value: check.maxRelativeError, op: '<=', bar: 0.01 },
    { name: 'signed-relative-error', value: check.signedError, op: '<=', bar: 0.01 },
    // bfloat16 rounds each operand by up to 0.4 %, attention's among them; gradients of queries and keys lose some digits to cancellation.
    { name: 'kernel-relative-error', value: check.kernelError, op: '<=', bar: 0.03 },
    // Not small, but bounded: what a tune learns with them is measured separately (bench/results/training.md). The worst at 7 bits is a
    // random model with biases whose attention is undecided between two keys; the others are below 0.1.
    ...(check.has8Bits ? [ofIntegers(8, check.error8Bits, check.worst8Bits, 0.08)] : []),
    ofIntegers(7, check.error7Bits, check.worst7Bits, 0.4),
    // The cached outputs of frozen blocks are rounded to F16, by up to 0.05 %.
    { name: 'frozen-relative-error', value: check.frozenError, op: '<=', bar: 0.005 },
    { name: 'frozen-cache-differences', value: check.frozenDifferences, op: '<=', bar: 0 },
    { name: 'zero-gradient-tensors', value: check.zeroGradientTensors, op: '<=', bar: 0 },
  ];
}
