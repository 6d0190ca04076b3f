/** Adapters corrupted on purpose: in their specification, in single fields, in bytes, in length. */
import { type AdapterSpec, adapterGguf } from '../../server/adapters/testing.ts';

export type Random = () => number;

const NAMES = [
  'blk.0.attn_k.weight',
  'blk.1.attn_v.weight',
  'blk.7.attn_k.weight',
  'blk.9.attn_k.weight',
  'blk.0.attn_norm.weight',
  'token_embd.weight',
  'output.weight',
  '',
  'blk.0.attn_k.weight\0',
  '../../x',
  `blk.${'9'.repeat(40)}.attn_k.weight`,
];
const NUMBERS = [0, 1, 2, 3, 4, 5, 16, 31, 32, 33, 127, 128, 255, 256, 257, 65_535, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const WIDE = [...NUMBERS.map(BigInt), 2n ** 32n, 2n ** 40n, 2n ** 53n, 2n ** 62n, 2n ** 63n, 2n ** 64n - 1n];

export interface Mutant {
  readonly kind: string;
  readonly bytes: Buffer;
}

export function mutant(valid: AdapterSpec, random: Random): Mutant {
  const kinds = { weights, specification, field, bytes, length } as const;
  // Changed weights should pass: enough of them to exercise the native loader.
  const kind = random() < 0.25 ? 'weights' : pick(['specification', 'field', 'bytes', 'length'] as const, random);
  return { kind, bytes: kinds[kind](valid, random) };
}

function weights(valid: AdapterSpec, random: Random): Buffer {
  const made = adapterGguf({ ...valid, type: random() < 0.5 ? 'f32' : 'f16' });
  const at = dataStart(made);
  for (let i = 0; i < 1 + random() * 20; i++) made[at + below(made.length - at, random)] = below(256, random);
  return made;
}

function specification(valid: AdapterSpec, random: Random): Buffer {
  let spec: AdapterSpec = valid;
  const target = valid.targets[0]!;
  for (let i = 0; i < 1 + below(2, random); i++) {
    const changes: readonly (() => Partial<AdapterSpec>)[] = [
      () => ({ targets: [{ ...target, name: pick(NAMES, random) }] }),
      () => ({ targets: [{ ...target, in: pick(NUMBERS.slice(1, 15), random) }] }),
      () => ({ targets: [{ ...target, out: pick(NUMBERS.slice(1, 15), random) }] }),
      () => ({ targets: [...spec.targets, ...spec.targets] }),
      () => ({ targets: [...spec.targets, { name: 'blk.1.attn_v.weight', in: 256, out: 128 }] }),
      () => ({ targets: [] }),
      () => ({ rank: pick(NUMBERS.slice(1, 10), random) }),
      () => ({ alpha: pick([0, -16, 1e30, Number.NaN, Number.POSITIVE_INFINITY, 8, 16], random) }),
      () => ({ architecture: pick(['qwen2', '', 'llama\0', 'x'.repeat(70_000)], random) }),
      () => ({ kind: pick(['model', '', 'Adapter'], random) }),
      () => ({ typeId: below(60, random) }),
      () => ({ dropLast: true }),
      () => ({
        offsets: pick([() => 0, (o: number) => o + 32, (o: number) => o + 1, (o: number) => 2 ** 40 - o], random),
      }),
    ];
    spec = { ...spec, ...pick(changes, random)() };
  }
  return adapterGguf(spec);
}

/** Replaces a number in the header, at any position that could hold one, with one that programs often mishandle. */
function field(valid: AdapterSpec, random: Random): Buffer {
  const made = adapterGguf(valid);
  const at = 4 + below(dataStart(made) - 12, random);
  if (random() < 0.5) made.writeUInt32LE(pick(NUMBERS, random), at);
  else made.writeBigUInt64LE(pick(WIDE, random), at);
  return made;
}

function bytes(valid: AdapterSpec, random: Random): Buffer {
  const made = adapterGguf(valid);
  for (let i = 0; i < 1 + below(4, random); i++) made[below(dataStart(made), random)] = below(256, random);
  return made;
}

function length(valid: AdapterSpec, random: Random): Buffer {
  const made = adapterGguf(valid);
  const cut = below(made.length, random);
  const choice = random();
  if (choice < 0.5) return made.subarray(0, cut);
  if (choice < 0.75) return Buffer.concat([made, Buffer.alloc(1 + below(4096, random), below(256, random))]);
  return Buffer.concat([made.subarray(0, cut), made.subarray(Math.min(made.length, cut + 1 + below(64, random)))]);
}

/** Offset of the weights: after the tensor infos, as derived from the shortest valid adapter's length. */
function dataStart(file: Buffer): number {
  const marker = file.lastIndexOf('.lora_b');
  return Math.ceil((marker + 7 + 4 + 16 + 4 + 8) / 32) * 32;
}

export function below(most: number, random: Random): number {
  return Math.floor(random() * most);
}

export function pick<T>(items: readonly T[], random: Random): T {
  return items[below(items.length, random)]!;
}
