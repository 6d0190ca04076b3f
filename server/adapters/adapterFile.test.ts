import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAdapterFile, type ExpectedAdapter } from './adapterFile.ts';
import { BadAdapter } from './badAdapter.ts';
import { type AdapterSpec, adapterGguf, u32, u64 } from './testing.ts';

const EXPECTED: ExpectedAdapter = { architecture: 'llama', rank: 4, alpha: 8, rsLora: false };
const BASE = new Map([
  ['blk.0.attn_q.weight', [16, 32]],
  ['blk.0.ffn_down.weight', [48, 16]],
  ['token_embd.weight', [16, 100]],
]);
const SPEC: AdapterSpec = { targets: [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }], rank: 4, alpha: 8 };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-adapter-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function verdict(bytes: Buffer, expected = EXPECTED, base: typeof BASE | null = BASE): Promise<string> {
  const path = join(dir, 'x.gguf');
  await writeFile(path, bytes);
  return await checkAdapterFile(path, expected, base).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
}

describe('an adapter as the trainer writes it', () => {
  it.each([
    ['one target', SPEC, EXPECTED],
    [
      'two targets',
      { ...SPEC, targets: [...SPEC.targets, { name: 'blk.0.ffn_down.weight', in: 48, out: 16 }] },
      EXPECTED,
    ],
    ['F16', { ...SPEC, type: 'f16' as const }, EXPECTED],
    ['rsLoRA, whose file holds alpha * sqrt(rank)', { ...SPEC, alpha: 16 }, { ...EXPECTED, rsLora: true }],
  ])('is accepted: %s', async (_title, spec, expected) => {
    expect(await verdict(adapterGguf(spec), expected)).toBe('accepted');
  });
});

describe('any other file', () => {
  const valid = adapterGguf(SPEC);
  /** With another entry of metadata, of this type. */
  const entry = (key: string, type: number, value: Buffer): Buffer => {
    const name = Buffer.from(key);
    return Buffer.concat([u64(name.length), name, u32(type), value]);
  };
  const withEntry = (added: Buffer, instead: Buffer = Buffer.alloc(0)): Buffer => {
    const at = instead.length === 0 ? 24 : valid.indexOf(instead);
    const count = u64(instead.length === 0 ? 5 : 4);
    return Buffer.concat([
      valid.subarray(0, 16),
      count,
      valid.subarray(24, at),
      added,
      valid.subarray(at + instead.length),
    ]);
  };
  const alpha = entry('adapter.lora.alpha', 6, Buffer.from(new Float32Array([8]).buffer));
  const edited = (edit: (bytes: Buffer) => Buffer | undefined): Buffer => {
    const copy = Buffer.from(valid);
    return edit(copy) ?? copy;
  };
  it.each<[string, Buffer, RegExp]>([
    ['no bytes', Buffer.alloc(0), /ends inside its header/],
    ['another format', Buffer.from('PK\x03\x04 and so on'), /not a GGUF/],
    ['an older version', edited((b) => void b.writeUInt32LE(2, 4)), /version 2/],
    [
      'a count that would not fit in memory',
      edited((b) => void b.writeBigUInt64LE(1n << 40n, 8)),
      /claims 1099511627776 tensors/,
    ],
    ['a string longer than the file', edited((b) => void b.writeBigUInt64LE(1n << 62n, 24)), /impossible number/],
    ['a truncated file', edited((b) => b.subarray(0, b.length - 40)), /truncated/],
    ['bytes behind the last tensor', Buffer.concat([valid, Buffer.alloc(64)]), /follow its last tensor/],
    ['a NaN', edited((b) => void b.writeUInt32LE(0x7fc00000, b.length - 4)), /not finite/],
    ['an infinity', edited((b) => void b.writeUInt32LE(0xff800000, b.length - 4)), /not finite/],
    ['another architecture', adapterGguf({ ...SPEC, architecture: 'qwen2' }), /general.architecture/],
    ['a model', adapterGguf({ ...SPEC, kind: 'model' }), /general.type/],
    ['another scale', adapterGguf({ ...SPEC, alpha: 800 }), /its scale is 800/],
    ['another rank', adapterGguf({ ...SPEC, rank: 8 }), /not one of rank 4/],
    [
      'the embeddings as target',
      adapterGguf({ ...SPEC, targets: [{ name: 'token_embd.weight', in: 16, out: 100 }] }),
      /would change "token_embd/,
    ],
    [
      'a path as name',
      adapterGguf({ ...SPEC, targets: [{ name: '../../blk.0.attn_q.weight', in: 16, out: 32 }] }),
      /would change/,
    ],
    [
      'a block the base lacks',
      adapterGguf({ ...SPEC, targets: [{ name: 'blk.7.attn_q.weight', in: 16, out: 32 }] }),
      /missing/,
    ],
    [
      'a shape the base lacks',
      adapterGguf({ ...SPEC, targets: [{ name: 'blk.0.attn_q.weight', in: 16, out: 64 }] }),
      /does not fit the base/,
    ],
    ['one tensor twice', adapterGguf({ ...SPEC, targets: [...SPEC.targets, ...SPEC.targets] }), /the same name/],
    ['one matrix of a pair', adapterGguf({ ...SPEC, dropLast: true }), /only one of its two matrices/],
    ['overlapping tensors', adapterGguf({ ...SPEC, offsets: () => 0 }), /starts at byte 0 instead/],
    ['an offset beyond the file', adapterGguf({ ...SPEC, offsets: (offset) => offset + 2 ** 40 }), /starts at byte/],
    [
      'a scale in 64 bits, at which libllama ends',
      withEntry(entry('adapter.lora.alpha', 12, Buffer.from(new Float64Array([8]).buffer)), alpha),
      /"adapter.lora.alpha" has type 12/,
    ],
    ['a whole number as scale', withEntry(entry('adapter.lora.alpha', 4, u32(8)), alpha), /alpha" has type 4/],
    ['an alignment in 64 bits', withEntry(entry('general.alignment', 10, u64(32))), /alignment" has type 10/],
    [
      'tokens that switch it on',
      withEntry(entry('adapter.alora.invocation_tokens', 4, u32(1))),
      /has "adapter.alora.invocation_tokens"/,
    ],
    ['an entry without a name', withEntry(entry('', 4, u32(1))), /has "", which/],
    ['a quantized type', adapterGguf({ ...SPEC, typeId: 2 }), /type 2/],
  ])('is refused with the reason: %s', async (_title, bytes, reason) => {
    expect(await verdict(bytes)).toMatch(reason);
  });

  it('is refused without a crash after any flipped header byte, except in padding', async () => {
    const dataStart = valid.length - (4 * 16 + 4 * 32) * 4;
    const path = join(dir, 'flip.gguf');
    const accepted: number[] = [];
    for (let at = 0; at < dataStart; at++) {
      const copy = Buffer.from(valid);
      copy[at]! ^= 0x11;
      await writeFile(path, copy);
      const refusal = await checkAdapterFile(path, EXPECTED, BASE).catch((error: unknown) => error);
      if (refusal === undefined) accepted.push(at);
      else expect(refusal, `byte ${at}`).toBeInstanceOf(BadAdapter);
    }
    // Only the padding before the data means nothing.
    expect(accepted).toEqual(Array.from({ length: 10 }, (_, i) => dataStart - 10 + i));
  });
});
