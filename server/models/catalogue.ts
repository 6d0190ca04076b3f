/** Base models that Repotune knows: their properties, requirements and licences. Facts only; choosing is `recommend.ts`. */

import type { PromptOrder } from '../protocol/promptFormat.ts';

export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  /** Hub repository and file, as `owner/name` and a path in it. */
  readonly repository: string;
  readonly file: string;
  /** Hub repository of the weights that the file was made from. */
  readonly original: string;
  /** Commit of that repository to take the file from; the newest if absent. */
  readonly revision?: string;
  /** The file's hash. A hub that states another is refused; if absent, the hub must state its own, which is then required. */
  readonly sha256?: string;
  readonly fileBytes: number;
  readonly architecture: 'llama' | 'qwen2' | 'qwen3' | 'gemma3';
  readonly parameters: number;
  readonly weightType: string;
  readonly blocks: number;
  /** Width of keys plus values of one block, for the KV cache: 2 x KV heads x head size. */
  readonly keyValueWidth: number;
  /** SPDX id, or the licence's own name. */
  readonly license: string;
  /** Shown before the download if the licence limits use. */
  readonly licenseNote: string;
  /** Fill-in-the-middle order of the base's training; none: only an adapter teaches it. */
  readonly fim: PromptOrder | 'none';
}

const q8 = { weightType: 'Q8_0' } as const;
const qwenCoder = { architecture: 'qwen2', fim: 'prefix-first', ...q8 } as const;
const apache = { license: 'Apache-2.0', licenseNote: '' } as const;

/**
 * Revisions, hashes and sizes are from the hub's Git LFS pointers. Each was compared with what independent projects pin for the same file
 * (Nix's fetchurl, other editors' catalogues): at least two, and all agree.
 *
 * Ascending size. A 16-bit or 8-bit file is preferred: tuning quantizes it to 4 bits itself and completion can use either.
 */
export const catalogue = [
  {
    ...qwenCoder,
    ...apache,
    id: 'qwen2.5-coder-0.5b',
    title: 'Qwen2.5-Coder 0.5B',
    repository: 'ggml-org/Qwen2.5-Coder-0.5B-Q8_0-GGUF',
    original: 'Qwen/Qwen2.5-Coder-0.5B',
    file: 'qwen2.5-coder-0.5b-q8_0.gguf',
    revision: '5788aee90e725673490be18f553d234feaa8303d',
    sha256: 'd0f8cd6c49bab52a0abdbe47948518b1f4d9b1a8a2a6825099cea31cea10ac56',
    fileBytes: 531_068_128,
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
    original: 'Qwen/Qwen3-0.6B',
    file: 'Qwen3-0.6B-Q8_0.gguf',
    revision: '23749fefcc72300e3a2ad315e1317431b06b590a',
    sha256: '9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031',
    fileBytes: 639_446_688,
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
    original: 'Qwen/Qwen2.5-Coder-1.5B',
    file: 'qwen2.5-coder-1.5b-q8_0.gguf',
    revision: '8be1b8a895a84beea772817caaa71eba6b6e0d07',
    sha256: '29871c94d15727a6e243f79a37113d4ae625a6215b5e800bf41a23af2da32832',
    fileBytes: 1_646_573_056,
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
    original: 'Qwen/Qwen2.5-Coder-3B',
    file: 'qwen2.5-coder-3b-q8_0.gguf',
    revision: '9c1de162ae417c9c3aacde97c729c4128de047d8',
    sha256: 'a522a906e299ed34db738b9626b2cd0da9e446c14674468a22fc2eae3dbd344d',
    fileBytes: 3_285_476_160,
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
    original: 'Qwen/Qwen2.5-Coder-7B',
    file: 'qwen2.5-coder-7b-q8_0.gguf',
    revision: 'bca77e0a8c88fc224882bcc404170c3ef17efacc',
    sha256: '0ef48dc94a3c551a6736ac2601de38413dc9aa9318534b16e8baee08290a4aaf',
    fileBytes: 8_098_525_600,
    parameters: 7.62e9,
    blocks: 28,
    keyValueWidth: 2 * 4 * 128,
  },
] as const satisfies readonly CatalogueEntry[];
