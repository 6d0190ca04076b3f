/** Adapter GGUFs as llama.cpp loads them (src/llama-adapter.cpp): `<tensor>.lora_a` ne = [in, r], `.lora_b` ne = [r, out]. */
import { open } from 'node:fs/promises';
import { readHeader, type TensorInfo } from '../../gguf/ggufHeader.ts';
import { markedPrompt, PROMPT_MARK, promptMark } from '../../prompt/promptMark.ts';
import type { PromptFormat } from '../../protocol/promptFormat.ts';
import { writeAside } from '../../storage/writeAside.ts';
import { fromBfloat16, fromFloat16 } from './floats.ts';
import type { Matrix } from './safetensors.ts';

/** Above, an adapter is only noise and soon overflows 32 bits; below, it has no effect. */
export const ALPHAS = { least: 1e-6, most: 1e6 } as const;

export interface AdapterFile {
  readonly architecture: string;
  /** The effective scale is alpha / rank. */
  readonly alpha: number;
  /** By GGUF name; rows are outputs: A [rank, in], B [out, rank]. */
  readonly matrices: ReadonlyMap<string, Matrix>;
  /** The layout of prompts that it has learned, where the file says so. */
  readonly prompt?: PromptFormat;
}

const alignment = 32;
const bytesOfType: Readonly<Record<number, number>> = { 0: 4, 1: 2, 30: 2 };
/** Every adapter made here is far smaller. */
const mostBytes = 2 ** 31;

/** @throws {ModelError | Error} if the file is not an adapter of 16- or 32-bit matrices. */
export async function readAdapterFile(path: string): Promise<AdapterFile> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > mostBytes) throw new Error(`${path} is too large for an adapter`);
    const { metadata, tensors, dataOffset } = await readHeader(file, path, size);
    const alpha = metadata.get('adapter.lora.alpha');
    const architecture = metadata.get('general.architecture');
    if (metadata.get('adapter.type') !== 'lora' || typeof alpha !== 'number' || typeof architecture !== 'string')
      throw new Error(`${path} is not a LoRA adapter`);
    requirePlaces(tensors, dataOffset, size, path);
    const matrices = new Map<string, Matrix>();
    for (const { name, shape, type, offset } of tensors) {
      const [columns = 0, rows = 0] = shape;
      const bytes = new Uint8Array(columns * rows * bytesOfType[type]!);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, dataOffset + offset);
      if (bytesRead !== bytes.length) throw new Error(`${path} is cut short at ${name}`);
      matrices.set(name, { shape: [rows, columns], data: decode(type, bytes.buffer) });
    }
    const prompt = markedPrompt(metadata.get(PROMPT_MARK));
    return { architecture, alpha, matrices, ...(prompt === null ? {} : { prompt }) };
  } finally {
    await file.close();
  }
}

/** Matrices must not overlap in the file: many in one place could take any amount of memory. */
function requirePlaces(tensors: readonly TensorInfo[], dataOffset: number, fileBytes: number, path: string): void {
  let next = dataOffset;
  for (const { name, shape, type, offset } of tensors.toSorted((a, b) => a.offset - b.offset)) {
    const width = bytesOfType[type];
    const [columns, rows] = shape;
    if (width === undefined || shape.length !== 2 || !columns || !rows)
      throw new Error(`${path}: ${name} is not a matrix of 16- or 32-bit numbers`);
    const at = dataOffset + offset;
    if (at < next) throw new Error(`${path}: ${name} lies where another matrix does`);
    next = at + columns * rows * width;
    if (next > fileBytes) throw new Error(`${path} is cut short at ${name}`);
  }
}

/** Writes F32 aside and renames; GGUF version 3. */
export async function writeAdapterFile(
  path: string,
  { architecture, alpha, matrices, prompt }: AdapterFile,
): Promise<void> {
  const metadata = [
    text('general.type', 'adapter'),
    text('general.architecture', architecture),
    text('adapter.type', 'lora'),
    Buffer.concat([string('adapter.lora.alpha'), u32(6), float32(alpha)]),
    ...(prompt === undefined ? [] : [text(PROMPT_MARK, promptMark(prompt))]),
  ];
  let offset = 0;
  const entries: Buffer[] = [];
  const data: Buffer[] = [];
  for (const [
    name,
    {
      shape: [rows, columns],
      data: values,
    },
  ] of matrices) {
    entries.push(Buffer.concat([string(name), u32(2), u64(columns), u64(rows), u32(0), u64(offset)]));
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const padding = Buffer.alloc((alignment - (bytes.length % alignment)) % alignment);
    data.push(bytes, padding);
    offset += bytes.length + padding.length;
  }
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(matrices.size),
    u64(metadata.length),
    ...metadata,
    ...entries,
  ]);
  await writeAside(
    path,
    Buffer.concat([head, Buffer.alloc((alignment - (head.length % alignment)) % alignment), ...data]),
  );
}

function decode(type: number, bytes: ArrayBuffer): Float32Array {
  if (type === 0) return new Float32Array(bytes);
  return type === 1 ? fromFloat16(new Uint16Array(bytes)) : fromBfloat16(new Uint16Array(bytes));
}

function text(key: string, value: string): Buffer {
  return Buffer.concat([string(key), u32(8), string(value)]);
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
