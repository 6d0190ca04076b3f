/**
 * A training step on a GPU against the CPU's: gradients, also with only Metal's operations and at a real vocabulary, and thirty steps'
 * losses.
 */
import * as z from 'zod';
import { gpuBackendPath } from '../server/backends/plugIns.ts';
import type { Bar } from '../server/common/bars.ts';
import { figure, runNativeProgram } from './nativeProgram.ts';
import { shownBy } from './shownBy.ts';

const answer = z.object({
  device: z.string(),
  description: z.string(),
  tensors: z.number(),
  gradientRelativeError: figure,
  gradientCosine: figure,
  worst: z.string(),
  metalRelativeError: figure,
  metalWorst: z.string(),
  realShapeTokens: z.number(),
  realShapeRelativeError: figure,
  lossCurveDifferencePercent: figure,
  lossFallPercent: figure,
  /** Where the device trains with weights in bfloat16. `expectedRelativeError`: of ggml's CPU backend with such weights. */
  bfloat16: z
    .object({ relativeError: figure, expectedRelativeError: figure, lossCurveDifferencePercent: figure })
    .optional(),
});
export type GpuCheck = z.infer<typeof answer>;

/** Tokens with loss in a step of a small run: the gradients of its logits are divided by this. */
const realShapeTokens = 1024;

/**
 * On ggml's CPU backend if requested, else on the first device available: Metal on macOS, then CUDA, then Vulkan, where Mesa's lavapipe
 * stands in for a missing GPU.
 */
export function checkGpu(options: { readonly cpu?: boolean | 'bfloat16'; readonly tokens?: number } = {}): GpuCheck {
  const plugIns = [gpuBackendPath('cuda'), gpuBackendPath('vulkan')].filter((path) => path !== null);
  const onCpu = options.cpu === true ? 'cpu' : options.cpu || null;
  const devices = onCpu !== null ? [onCpu] : process.platform === 'darwin' ? ['metal', ...plugIns] : plugIns;
  // Vulkan skips CPU devices unless one is named.
  process.env['GGML_VK_VISIBLE_DEVICES'] ??= '0';
  return runNativeProgram('check_gpu', [`${options.tokens ?? realShapeTokens}`, ...devices], answer);
}

/** Without tensors every error would be 0, and losses that do not fall agree whatever the gradients. */
export function gpuBars(check: GpuCheck): Bar[] {
  const { tensors, realShapeTokens: tokens, lossFallPercent: fall, bfloat16 } = check;
  const ofBfloat16: Bar[] =
    bfloat16 === undefined
      ? []
      : [
          {
            name: 'bfloat16-error-over-expected',
            value: shownBy(tensors, bfloat16.relativeError / bfloat16.expectedRelativeError),
            op: '<=',
            bar: 1.5,
          },
          {
            name: 'loss-curve-difference-percent-bfloat16',
            value: shownBy(fall, bfloat16.lossCurveDifferencePercent),
            op: '<=',
            bar: 1,
          },
        ];
  return [
    { name: 'gradient-relative-error', value: shownBy(tensors, check.gradientRelativeError), op: '<=', bar: 0.02 },
    { name: 'gradient-cosine', value: shownBy(tensors, check.gradientCosine), op: '>=', bar: 0.999 },
    { name: 'gradient-relative-error-152k', value: shownBy(tokens, check.realShapeRelativeError), op: '<=', bar: 0.02 },
    { name: 'metal-op-set-relative-error', value: shownBy(tensors, check.metalRelativeError), op: '<=', bar: 0.02 },
    {
      name: 'loss-curve-difference-percent',
      value: shownBy(fall, check.lossCurveDifferencePercent),
      op: '<=',
      bar: 0.5,
    },
    ...ofBfloat16,
  ];
}
