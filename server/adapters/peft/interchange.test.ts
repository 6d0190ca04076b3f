import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledModel } from '../../models/bundled.ts';
import { type AdapterFile, readAdapterFile, writeAdapterFile } from './ggufAdapter.ts';
import { exportPeft, importPeft } from './interchange.ts';
import { reorderRows } from './rotary.ts';
import { type Matrix, readSafetensors, writeSafetensors } from './safetensors.ts';

const base = bundledModel()!;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-peft-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Distinct numbers that F32 holds exactly, so that any row out of place shows. */
function matrix(rows: number, columns: number, start: number): Matrix {
  return { shape: [rows, columns], data: Float32Array.from({ length: rows * columns }, (_, i) => start + i / 8) };
}

/** Rank 4 on the query, key and down linears of two blocks of the bundled base (width 256, 4 heads, 2 KV heads, FFN 768). */
function adapter(): AdapterFile {
  const matrices = new Map<string, Matrix>();
  for (const block of [0, 7]) {
    for (const [linear, outputs, inputs] of [
      ['attn_q', 256, 256],
      ['attn_k', 128, 256],
      ['ffn_down', 256, 768],
    ] as const) {
      matrices.set(`blk.${block}.${linear}.weight.lora_a`, matrix(4, inputs, block));
      matrices.set(`blk.${block}.${linear}.weight.lora_b`, matrix(outputs, 4, -block));
    }
  }
  return { architecture: 'llama', alpha: 8, matrices };
}

const own = () => join(folder, 'adapter.gguf');
const [CONFIG, WEIGHTS] = ['adapter_config.json', 'adapter_model.safetensors'] as const;
const peft = () => join(folder, 'peft');

describe('adapters as PEFT folders', () => {
  it('survive export and import exactly', async () => {
    await writeAdapterFile(own(), adapter());
    await exportPeft(own(), base, peft());
    await importPeft(peft(), base, join(folder, 'back.gguf'));
    expect(await readAdapterFile(join(folder, 'back.gguf'))).toEqual(await readAdapterFile(own()));
    expect(await readAdapterFile(own())).toEqual(adapter());
  });

  it.each([WEIGHTS, CONFIG])(
    'are one or the other when the process is killed that replaces one by another: with %s',
    async (name) => {
      await writeAdapterFile(own(), adapter());
      await exportPeft(own(), base, peft());
      const other = join(folder, 'other.gguf');
      await writeAdapterFile(other, { ...adapter(), alpha: 2 });
      const modules = ['node:fs/promises', 'node:module', new URL('interchange.ts', import.meta.url).href];
      // Killed as soon as the file has its name.
      const script = `
        const [{ default: files }, { syncBuiltinESMExports }, { exportPeft }] = await Promise.all(${JSON.stringify(modules)}.map((one) => import(one)));
        const { rename } = files;
        files.rename = async (from, to) => {
          await rename(from, to);
          if (to === ${JSON.stringify(join(peft(), name))}) process.kill(process.pid, 'SIGKILL');
        };
        syncBuiltinESMExports();
        await exportPeft(...${JSON.stringify([other, base, peft()])});`;
      const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
      expect(signal).toBe('SIGKILL');
      const target = join(folder, 'back.gguf');
      const alpha = await importPeft(peft(), base, target).then(
        async () => (await readAdapterFile(target)).alpha,
        () => null,
      );
      expect(alpha).toBe(name === CONFIG ? 2 : null);
      await exportPeft(other, base, peft());
      expect((await readdir(peft())).toSorted()).toEqual([CONFIG, WEIGHTS]);
    },
  );

  it('carry the names, rank and alpha PEFT expects', async () => {
    await writeAdapterFile(own(), adapter());
    await exportPeft(own(), base, peft());
    const config = JSON.parse(await readFile(join(peft(), 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
    expect(config).toMatchObject({
      peft_type: 'LORA',
      r: 4,
      lora_alpha: 8,
      target_modules: ['down_proj', 'k_proj', 'q_proj'],
    });
    const weights = readSafetensors(await readFile(join(peft(), 'adapter_model.safetensors')));
    expect(weights.get('base_model.model.model.layers.7.self_attn.q_proj.lora_B.weight')?.shape).toEqual([256, 4]);
    expect(weights.size).toBe(12);
  });

  it('have the rows of rotary heads reordered from halves to pairs', () => {
    // One head of four rows: halves (0,1 | 2,3) pair up as 0-2 and 1-3.
    const halves: Matrix = { shape: [4, 1], data: Float32Array.of(0, 1, 2, 3) };
    expect([...reorderRows(halves, 1, 'interleaved').data]).toEqual([0, 2, 1, 3]);
    // Two heads keep their order.
    const two: Matrix = { shape: [8, 1], data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
    expect([...reorderRows(two, 2, 'interleaved').data]).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
  });

  it('are read with half-precision factors', () => {
    const bytes = writeSafetensors(new Map([['x', matrix(1, 2, 1)]]), {});
    const half = Buffer.from(bytes.toString('latin1').replace('"F32"', '"F16"').replace('[0,8]', '[0,4]'), 'latin1');
    half.writeUInt16LE(0x3c00, half.length - 8);
    half.writeUInt16LE(0xc100, half.length - 6);
    expect([...readSafetensors(half.subarray(0, -4)).get('x')!.data]).toEqual([1, -2.5]);
  });

  const config = (more: object) => JSON.stringify({ peft_type: 'LORA', r: 4, lora_alpha: 8, ...more });
  const name = 'base_model.model.model.layers.0.mlp.down_proj.lora_A.weight';
  it.each<[string, string | null, ReadonlyMap<string, Matrix>, string]>([
    ['no config', null, new Map(), 'has no readable adapter_config.json'],
    ['another method', '{"peft_type":"IA3"}', new Map(), 'does not describe a LoRA adapter'],
    ['DoRA', config({ use_dora: true }), new Map(), 'cannot hold'],
    ['per-module ranks', config({ rank_pattern: { q_proj: 8 } }), new Map(), 'cannot hold'],
    [
      'an embedding',
      config({}),
      new Map([['base_model.model.model.embed_tokens.lora_A.weight', matrix(4, 8, 0)]]),
      'only the attention and MLP linears',
    ],
    ['one matrix of a pair', config({}), new Map([[name, matrix(4, 768, 0)]]), 'only one of the two matrices'],
    ['a wrong rank', config({ r: 8 }), new Map([[name, matrix(4, 768, 0)]]), 'has rank 4'],
    [
      'numbers that are not finite',
      config({}),
      new Map([
        [name, { shape: [4, 768], data: new Float32Array(4 * 768).fill(Number.NaN) }],
        [name.replace('lora_A', 'lora_B'), matrix(256, 4, 0)],
      ]),
      'not finite',
    ],
  ] as const)('are refused with %s, and nothing is written', async (_what, text, weights, message) => {
    if (text !== null) await writeFile(join(folder, 'adapter_config.json'), text);
    await writeFile(join(folder, 'adapter_model.safetensors'), writeSafetensors(weights, {}));
    await expect(importPeft(folder, base, own())).rejects.toThrow(message);
    await expect(readFile(own())).rejects.toThrow();
  });
});
