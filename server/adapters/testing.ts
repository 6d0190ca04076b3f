/** Manifests for tests: valid except for what a test changes. */
import { stat } from 'node:fs/promises';
import type { UseCounts } from '../liveComparison/guard.ts';
import type { Manifest } from '../protocol/manifest.ts';
import { sha256File } from '../storage/hash.ts';

export async function manifestFor(id: string, adapterFile: string, changes: Partial<Manifest> = {}): Promise<Manifest> {
  return {
    format: 1,
    id,
    name: `adapter ${id}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    toolVersion: '0.1.0',
    author: { name: 'A Person', email: 'a@example.org' },
    parent: null,
    base: {
      name: 'base',
      architecture: 'llama',
      sha256: '0'.repeat(64),
      sizeBytes: 1,
      parameters: 1,
      weightType: 'F16',
    },
    adapter: {
      sha256: await sha256File(adapterFile),
      sizeBytes: (await stat(adapterFile)).size,
      rank: 16,
      alpha: 16,
      rsLora: false,
    },
    dataset: {
      repository: 'r',
      digest: 'd',
      firstCommit: '',
      commit: '',
      files: 1,
      trainPairs: 1,
      heldOutPairs: 1,
      split: 's',
    },
    training: {
      method: 'qlora',
      baseType: 'q4_0',
      steps: 1,
      tokens: 1,
      seconds: 1,
      learningRate: 1e-3,
      dropout: 0,
      weightDecay: 0,
      loraPlusRatio: 1,
      promptWeight: 0,
      seed: 1,
      endReason: 'schedule',
    },
    prompt: { order: 'suffix-first', repoTokens: false },
    metrics: { heldOutTokens: 100, heldOutLossBase: 2, heldOutLossTuned: 1.8 },
    ...changes,
  };
}

export interface AdapterSpec {
  readonly targets: readonly { readonly name: string; readonly in: number; readonly out: number }[];
  readonly rank: number;
  readonly alpha: number;
  readonly architecture?: string;
  readonly kind?: string;
  readonly type?: 'f32' | 'f16';
  /** Written instead of the real type's id. */
  readonly typeId?: number;
  readonly dropLast?: boolean;
  readonly offsets?: (offset: number) => number;
  /** The weights' values, by index. */
  readonly value?: (index: number) => number;
}

/** An adapter GGUF as llama.cpp loads it, or with what a test wants wrong. */
export function adapterGguf(spec: AdapterSpec): Buffer {
  const { rank, alpha, architecture = 'llama', kind = 'adapter', type = 'f32' } = spec;
  const bytes = type === 'f32' ? 4 : 2;
  const tensors = spec.targets
    .flatMap(({ name, in: columns, out }) => [
      { name: `${name}.lora_a`, shape: [columns, rank] },
      { name: `${name}.lora_b`, shape: [rank, out] },
    ])
    .slice(0, spec.dropLast === true ? -1 : undefined);
  const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
  const entry = (key: string, value: string): Buffer => Buffer.concat([text(key), u32(8), text(value)]);
  const scale = Buffer.alloc(4);
  scale.writeFloatLE(alpha);
  let offset = 0;
  const infos = tensors.map(({ name, shape }) => {
    const at = spec.offsets?.(offset) ?? offset;
    offset += Math.ceil((shape[0]! * shape[1]! * bytes) / 32) * 32;
    const id = spec.typeId ?? (type === 'f32' ? 0 : 1);
    return Buffer.concat([text(name), u32(2), u64(shape[0]!), u64(shape[1]!), u32(id), u64(at)]);
  });
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(4),
    entry('general.type', kind),
    entry('general.architecture', architecture),
    entry('adapter.type', 'lora'),
    text('adapter.lora.alpha'),
    u32(6),
    scale,
    ...infos,
  ]);
  const data = Buffer.alloc(offset);
  if (type === 'f32') for (let i = 0; i < offset / 4; i++) data.writeFloatLE(spec.value?.(i) ?? (i % 7) / 100, i * 4);
  return Buffer.concat([head, Buffer.alloc(Math.ceil(head.length / 32) * 32 - head.length), data]);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** A quarter of the suggestions accepted, `characters` kept of each; every one in a document of its own. */
export const use = (suggestions: number, characters: number): UseCounts => ({
  suggestions,
  kept: (suggestions / 4) * characters,
  keptSquared: (suggestions / 4) * characters ** 2,
  documents: suggestions,
  suggestionsSquared: suggestions,
  keptOfDocumentSquared: (suggestions / 4) * characters ** 2,
  suggestionsKept: (suggestions / 4) * characters,
});
