/**
 * llama.cpp stores the query and key rows of the `llama` architecture interleaved, because its RoPE rotates
 * neighbouring pairs; transformers rotates the two halves of a head. So rows of B are permuted between the two
 * (llama.cpp's convert_hf_to_gguf, LlamaModel.permute). The other architectures keep their rows.
 */
import type { Linear } from './names.ts';
import type { Matrix } from './safetensors.ts';

export interface Heads {
  readonly architecture: string;
  readonly heads: number;
  readonly keyValueHeads: number;
}

export function interleavedHeads(linear: Linear, { architecture, heads, keyValueHeads }: Heads): number | null {
  if (architecture !== 'llama') return null;
  if (linear === 'attn_q') return heads;
  return linear === 'attn_k' ? keyValueHeads : null;
}

/** [out, rank] with halves apart -> [out, rank] with pairs together, or back. @throws if `out` does not divide into heads. */
export function reorderRows({ shape, data }: Matrix, heads: number, to: 'interleaved' | 'halves'): Matrix {
  const [out, rank] = shape;
  const half = out / heads / 2;
  if (!Number.isInteger(half)) throw new Error(`${out} rows do not divide into ${heads} heads`);
  const moved = new Float32Array(data.length);
  for (let head = 0; head < heads; head++) {
    for (let pair = 0; pair < half; pair++) {
      for (let side = 0; side < 2; side++) {
        const interleaved = (head * half + pair) * 2 + side;
        const halves = (head * 2 + side) * half + pair;
        const [from, target] = to === 'interleaved' ? [halves, interleaved] : [interleaved, halves];
        moved.set(data.subarray(from * rank, (from + 1) * rank), target * rank);
      }
    }
  }
  return { shape, data: moved };
}
