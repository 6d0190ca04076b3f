import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { u32, u64 } from '../adapters/testing.ts';
import { inspectModel } from './inspect.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-inspect-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const stated = (key: string, value: string): Buffer => Buffer.concat([text(key), u32(8), text(value)]);
/** F32, with one number. */
const tensor = (name: string): Buffer => Buffer.concat([text(name), u32(1), u64(1), u32(0), u64(0)]);

function epsilonOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([text('llama.attention.layer_norm_rms_epsilon'), u32(6), bytes]);
}

async function modelOf(
  metadata: readonly Buffer[],
  tensors: readonly Buffer[],
  counts = [tensors.length, metadata.length],
) {
  const path = join(folder, 'model.gguf');
  const head = [Buffer.from('GGUF'), u32(3), ...counts.map(u64)];
  await writeFile(path, Buffer.concat([...head, ...metadata, ...tensors, Buffer.alloc(64)]));
  return await inspectModel(path);
}

describe('an untrusted model file', () => {
  it('has its name, architecture and licence cut and stripped of control characters', async () => {
    const name = `a\u001b[2J\nb${'c'.repeat(1_000_000)}`;
    const {
      name: shown,
      architecture,
      license,
    } = await modelOf(
      ['general.name', 'general.architecture', 'general.license'].map((key) => stated(key, name)),
      [tensor('a')],
    );
    for (const one of [shown, architecture, license]) expect(one).toMatch(/^a\ufffd\[2J\ufffdbc{1,300}$/);
  });

  it('may have more tensors than a call can take arguments', async () => {
    const tensors = Array.from({ length: 60_000 }, (_, i) => tensor(`${i}`));
    expect(await modelOf([], tensors)).toMatchObject({ parameters: 60_000 });
  });

  it.each<[string, readonly Buffer[], readonly Buffer[], number[]]>([
    ['an impossible number of tensors', [], [tensor('a')], [100_000, 0]],
    ['an impossible number of metadata entries', [stated('a', 'b')], [], [0, 10_000]],
    ...[0, 513, 2 ** 32 - 1].map((blocks): [string, Buffer[], Buffer[], number[]] => [
      `${blocks} blocks`,
      [stated('general.architecture', 'llama'), Buffer.concat([text('llama.block_count'), u32(4), u32(blocks)])],
      [tensor('a')],
      [1, 2],
    ]),
    ...[Number.NaN, -1, 2].map((epsilon): [string, Buffer[], Buffer[], number[]] => [
      `the epsilon ${epsilon}`,
      [stated('general.architecture', 'llama'), epsilonOf(epsilon)],
      [tensor('a')],
      [1, 2],
    ]),
    ['an impossibly large vocabulary', [Buffer.concat([text('a'), u32(9), u32(8), u64(5_000_000)])], [], [0, 1]],
  ])('with %s is refused as damaged', async (_what, metadata, tensors, counts) => {
    await expect(modelOf(metadata, tensors, counts)).rejects.toThrow('damaged header');
  });
});
