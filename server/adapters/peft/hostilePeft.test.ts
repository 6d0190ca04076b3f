import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledModel } from '../../models/bundled.ts';
import { u64 } from '../testing.ts';
import { readAdapterFile } from './ggufAdapter.ts';
import { importPeft } from './interchange.ts';

const base = bundledModel()!;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-peft-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Tensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const MATRIX_A = 4 * 768 * 4;
const MATRIX_B = 256 * 4 * 4;
const PAIR = MATRIX_A + MATRIX_B;

/** The down linear of a block: 768 numbers in, 256 out. */
function pair(block: string, at = 0, adapter = '', where = 'model.layers'): Record<string, Tensor> {
  const name = (side: string): string =>
    `base_model.model.${where}.${block}.mlp.down_proj.lora_${side}${adapter}.weight`;
  return {
    [name('A')]: { dtype: 'F32', shape: [4, 768], data_offsets: [at, at + MATRIX_A] },
    [name('B')]: { dtype: 'F32', shape: [256, 4], data_offsets: [at + MATRIX_A, at + PAIR] },
  };
}

async function take(tensors: Readonly<Record<string, Tensor>>, dataBytes: number, config: object = {}): Promise<void> {
  const header = Buffer.from(JSON.stringify(tensors));
  await writeFile(
    join(folder, 'adapter_model.safetensors'),
    Buffer.concat([u64(header.length), header, Buffer.alloc(dataBytes)]),
  );
  const written = { peft_type: 'LORA', r: 4, lora_alpha: 8, ...config };
  await writeFile(join(folder, 'adapter_config.json'), JSON.stringify(written));
  await importPeft(folder, base, join(folder, 'adapter.gguf'));
}

describe('an untrusted PEFT folder', () => {
  it('is imported when it fits the base', async () => {
    await take({ ...pair('0'), ...pair('7', PAIR) }, 2 * PAIR);
    expect((await readAdapterFile(join(folder, 'adapter.gguf'))).matrices.size).toBe(4);
  });

  const crowd = Object.fromEntries(
    Array.from({ length: 5000 }, (_, i): [string, Tensor] => [
      `tensor ${i}`,
      { dtype: 'F16', shape: [4, 2 ** 20], data_offsets: [0, 2 ** 23] },
    ]),
  );
  it.each<[string, Readonly<Record<string, Tensor>>, number, string, object?]>([
    ['overlapping tensors that would take 80 GB', crowd, 2 ** 23, 'wrong offsets'],
    ['tensors with a gap between', { ...pair('0'), ...pair('1', PAIR + 32) }, 2 * PAIR + 32, 'wrong offsets'],
    ['bytes outside its tensors', pair('0'), PAIR + 4, 'more than its tensors'],
    ['the same linear of two adapters', { ...pair('0', 0, '.one'), ...pair('0', PAIR, '.two') }, 2 * PAIR, 'twice'],
    ['a block written as 01', { ...pair('1'), ...pair('01', PAIR) }, 2 * PAIR, 'only the attention and MLP'],
    [
      'the blocks of a vision tower',
      pair('0', 0, '', 'vision_tower.encoder.layers'),
      PAIR,
      'only the attention and MLP',
    ],
    ['a block that the base lacks', pair('9999'), PAIR, 'there is no such linear'],
    [
      'a linear of another size',
      {
        ...pair('0'),
        'base_model.model.model.layers.0.mlp.down_proj.lora_A.weight': {
          dtype: 'F16',
          shape: [4, 1536],
          data_offsets: [0, MATRIX_A],
        },
      },
      PAIR,
      'where that linear is [768, 256]',
    ],
    ['a scale that overflows', pair('0'), PAIR, 'does not describe a LoRA adapter', { lora_alpha: 1e308 }],
    ['a scale that underflows', pair('0'), PAIR, 'does not describe a LoRA adapter', { lora_alpha: 1e-320 }],
    ['a configuration of megabytes', pair('0'), PAIR, 'no readable adapter_config.json', { notes: 'x'.repeat(2e6) }],
  ])('with %s is refused, and nothing is written', async (_what, tensors, dataBytes, message, config) => {
    await expect(take(tensors, dataBytes, config)).rejects.toThrow(message);
    await expect(readFile(join(folder, 'adapter.gguf'))).rejects.toThrow();
  });
});
