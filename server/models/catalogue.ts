/** Base models Repotune knows: what they are, what they need, what their licence allows. Facts only; choosing is `recommend.ts`. */

export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  /** Hub repository and file, as `owner/name` and a path in it. */
  readonly repository: string;
  readonly file: string;
  /** Of the file, in place of what the hub states. */
  readonly sha256?: string;
  readonly architecture: 'llama' | 'qwen2' | 'qwen3' | 'gemma3';
  readonly parameters: number;
  readonly weightType: string;
  /** Bytes of weights per parameter in that type (Q8_0: 34 bytes for 32 weights; F16: 2). */
  readonly bytesPerParameter: number;
  readonly blocks: number;
  /** Width of keys plus values of one block, for the KV cache: 2 x KV heads x head size. */
  readonly keyValueWidth: number;
  /** SPDX id, or the licence's own name. */
  readonly license: string;
  /** Said before the download when the licence limits use. */
  readonly licenseNote: string;
  /** Fill-in-the-middle as the base was trained; none: only an adapter teaches it. */
  readonly fim: 'prefix-first' | 'suffix-first' | 'none';
}

const q8 = { weightType: 'Q8_0', bytesPerParameter: 34 / 32 } as const;
const qwenCoder = { architecture: 'qwen2', fim: 'prefix-first', ...q8 } as const;
const apache = { license: 'Apache-2.0', licenseNote: '' } as const;

/** Ascending size. A 16-bit or 8-bit file is preferred: tuning quantizes it to 4 bits itself and completion can use either. */
export const catalogue = [
  {
    ...qwenCoder,
    ...apache,
    id: 'qwen2.5-coder-0.5b',
    title: 'Qwen2.5-Coder 0.5B',
    repository: 'ggml-org/Qwen2.5-Coder-0.5B-Q8_0-GGUF',
    file: 'qwen2.5-coder-0.5b-q8_0.gguf',
    parameters: 494e6,
    blocks: 24,
    keyValueWidth: 2 * 2 * 64,
  },
  {
    ...q8,
    ...apache,
    id: 'qwen3-0.6b',
    title: 'Qwen3 0.6B (general, no fill-in-the-middle of its own)',
    architecture: 'qwen3',
    fim: 'none',
    repository: 'Qwen/Qwen3-0.6B-GGUF',
    file: 'Qwen3-0.6B-Q8_0.gguf',
    parameters: 596e6,
    blocks: 28,
    keyValueWidth: 2 * 8 * 128,
  },
  {
    ...qwenCoder,
    ...apache,
    id: 'qwen2.5-coder-1.5b',
    title: 'Qwen2.5-Coder 1.5B',
    repository: 'ggml-org/Qwen2.5-Coder-1.5B-Q8_0-GGUF',
    file: 'qwen2.5-coder-1.5b-q8_0.gguf',
    parameters: 1.54e9,
    blocks: 28,
    keyValueWidth: 2 * 2 * 128,
  },
  {
    ...qwenCoder,
    id: 'qwen2.5-coder-3b',
    title: 'Qwen2.5-Coder 3B',
    license: 'Qwen-Research',
    licenseNote: 'Its licence allows research and evaluation only, no commercial use.',
    repository: 'ggml-org/Qwen2.5-Coder-3B-Q8_0-GGUF',
    file: 'qwen2.5-coder-3b-q8_0.gguf',
    parameters: 3.09e9,
    blocks: 36,
    keyValueWidth: 2 * 2 * 128,
  },
  {
    ...qwenCoder,
    ...apache,
    id: 'qwen2.5-coder-7b',
    title: 'Qwen2.5-Coder 7B',
    repository: 'ggml-org/Qwen2.5-Coder-7B-Q8_0-GGUF',
    file: 'qwen2.5-coder-7b-q8_0.gguf',
    parameters: 7.62e9,
    blocks: 28,
    keyValueWidth: 2 * 4 * 128,
  },
] as const satisfies readonly CatalogueEntry[];

/** Bytes of the file on disk, near enough to say before a download; the hub's own figure replaces it once asked. */
export function approximateFileBytes(entry: CatalogueEntry): number {
  return Math.round(entry.parameters * entry.bytesPerParameter);
}
