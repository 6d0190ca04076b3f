import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledModel } from '../../models/bundled.ts';
import { readAdapterFile } from './ggufAdapter.ts';
import { importPeft } from './interchange.ts';
import { type Matrix, writeSafetensors } from './safetensors.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-peft-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const own = () => join(folder, 'adapter.gguf');

/** The down linears of blocks 0 and 7 of the bundled base. */
async function take(config: object): Promise<void> {
  const matrix = (rows: number, columns: number): Matrix => ({
    shape: [rows, columns],
    data: new Float32Array(rows * columns).fill(0.5),
  });
  const matrices = [0, 7].flatMap((block): [string, Matrix][] => {
    const module = `base_model.model.model.layers.${block}.mlp.down_proj`;
    return [
      [`${module}.lora_A.weight`, matrix(4, 768)],
      [`${module}.lora_B.weight`, matrix(256, 4)],
    ];
  });
  await writeFile(join(folder, 'adapter_model.safetensors'), writeSafetensors(new Map(matrices), {}));
  const written = { peft_type: 'LORA', r: 4, lora_alpha: 8, target_modules: ['down_proj', 'q_proj'], ...config };
  await writeFile(join(folder, 'adapter_config.json'), JSON.stringify(written));
  await importPeft(folder, bundledModel()!, own());
}

/** Each compared with what PEFT 0.21 itself does on loading a saved adapter with it: the change of every linear's weights. */
describe('a setting of PEFT’s', () => {
  it.each<[string, object]>([
    ['fan_in_fan_out, which PEFT turns off for linears', { fan_in_fan_out: true }],
    ['patterns without an entry', { rank_pattern: {}, alpha_pattern: {}, loftq_config: {} }],
    ['layers_to_transform that names what is there', { layers_to_transform: [0, 7], layers_pattern: 'layers' }],
    ['layers_to_transform without an entry', { layers_to_transform: [] }],
    ['exclude_modules that names others', { exclude_modules: ['model.layers.3.mlp.down_proj', 'own_proj'] }],
    ['target_modules as an expression', { target_modules: '.*down_proj' }],
    ['target_modules by full names', { target_modules: [0, 7].map((i) => `model.layers.${i}.mlp.down_proj`) }],
    ['how the matrices were begun', { init_lora_weights: 'gaussian' }],
    ['a dropout', { lora_dropout: 0.5 }],
    ['what later releases add and leave off', { a_new_one: false, another: null, third: [], size: 16, how: 'so' }],
  ])('that changes nothing is allowed: %s', async (_what, config) => {
    await take(config);
    expect(await readAdapterFile(own())).toMatchObject({ alpha: 8 });
  });

  it('use_rslora is applied', async () => {
    await take({ use_rslora: true });
    expect(await readAdapterFile(own())).toMatchObject({ alpha: 16 });
  });

  it.each<[object, RegExp]>([
    [{ use_dora: true }, /sets use_dora, which an adapter of llama\.cpp cannot hold\. Train it without that\.$/],
    [{ bias: 'lora_only' }, /sets bias,/],
    [{ lora_bias: true, bias: 'all' }, /sets bias, lora_bias, .* Train it without these\.$/],
    [{ rank_pattern: { q_proj: 8 } }, /sets rank_pattern,/],
    [{ alpha_pattern: { q_proj: 8 } }, /sets alpha_pattern,/],
    [{ modules_to_save: ['lm_head'] }, /sets modules_to_save,/],
    [{ trainable_token_indices: [1] }, /sets trainable_token_indices,/],
    [{ layer_replication: [[0, 4]] }, /sets layer_replication,/],
    [{ alora_invocation_tokens: [5, 6] }, /sets alora_invocation_tokens,/],
    [{ kasa_config: { beta: 1e-4 } }, /sets kasa_config,/],
    [{ a_new_one: true }, /sets a_new_one,/],
    [{ init_lora_weights: 'pissa' }, /sets init_lora_weights to pissa, with which PEFT changes the base itself/],
    [{ init_lora_weights: 'pissa_niter_4' }, /to pissa_niter_4,/],
    [{ init_lora_weights: 'olora' }, /to olora,/],
    [{ layers_to_transform: [0] }, /layers\.7\.mlp\.down_proj.*PEFT ignores.*by layers_to_transform\./],
    [{ layers_to_transform: 7 }, /layers\.0\.mlp\.down_proj.*by layers_to_transform\./],
    [{ target_modules: ['q_proj'] }, /by target_modules\./],
    [{ exclude_modules: ['7.mlp.down_proj'] }, /layers\.7\.mlp\.down_proj.*by exclude_modules\./],
  ])('that llama.cpp cannot hold, or by which PEFT ignores a matrix, is refused: %j', async (config, message) => {
    await expect(take(config)).rejects.toThrow(message);
    await expect(readFile(own())).rejects.toThrow();
  });
});

it('a folder in place of the matrices is reported as such', async () => {
  await take({});
  await rm(join(folder, 'adapter_model.safetensors'));
  await mkdir(join(folder, 'adapter_model.safetensors'));
  await expect(importPeft(folder, bundledModel()!, own())).rejects.toThrow(/has no usable adapter_model\.safetensors/);
});
