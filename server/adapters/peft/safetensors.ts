/**
 * The safetensors container: a 64-bit header length, a JSON header, then raw little-endian data
 * (https://huggingface.co/docs/safetensors). Only what adapters need: F32, F16 and BF16 matrices, read as F32.
 */
import * as z from 'zod';
import { fromBfloat16, fromFloat16 } from './floats.ts';

export interface Matrix {
  /** [rows, columns], row-major. */
  readonly shape: readonly [number, number];
  readonly data: Float32Array;
}

export interface Shaped {
  readonly name: string;
  readonly shape: readonly [number, number];
}

type Dtype = z.infer<typeof entrySchema>['dtype'];

/** Bounds before anything is allocated: the header of the largest adapter known is well below. */
const mostHeaderBytes = 16 * 2 ** 20;

const METADATA = '__metadata__';

const entrySchema = z.object({
  dtype: z.enum(['F32', 'F16', 'BF16']),
  shape: z.tuple([z.int().positive(), z.int().positive()]),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

interface Entry extends Shaped {
  readonly dtype: Dtype;
  readonly from: number;
  readonly to: number;
}

/** A matrix that is read on demand. */
export interface StoredMatrix extends Shaped {
  read(): Matrix;
}

/** @throws {Error} with one sentence if the bytes are not a complete, consistent file. */
export function matricesIn(bytes: Buffer): StoredMatrix[] {
  const { header, data } = partsOf(bytes);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => entryOf(name, value));
  requireLayout(entries, data.length);
  return entries.map(({ name, dtype, shape, from, to }) => ({
    name,
    shape,
    read: () => ({ shape, data: decode(dtype, data.subarray(from, to)) }),
  }));
}

/** What the file says of itself. @throws as {@link matricesIn} */
export function metadataIn(bytes: Buffer): Readonly<Record<string, string>> {
  return z.record(z.string(), z.string()).safeParse(partsOf(bytes).header[METADATA]).data ?? {};
}

/** @throws as {@link matricesIn} */
export function readSafetensors(bytes: Buffer): Map<string, Matrix> {
  return new Map(matricesIn(bytes).map(({ name, read }) => [name, read()]));
}

function partsOf(bytes: Buffer): { readonly header: Record<string, unknown>; readonly data: Buffer } {
  if (bytes.length < 8) throw new Error('the file is cut short');
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  if (headerBytes > mostHeaderBytes || 8 + headerBytes > bytes.length) throw new Error('its header is damaged');
  return { header: parseHeader(bytes.toString('utf8', 8, 8 + headerBytes)), data: bytes.subarray(8 + headerBytes) };
}

function entryOf(name: string, value: unknown): Entry {
  const entry = entrySchema.safeParse(value);
  if (!entry.success) throw new Error(`its tensor ${name} is not a matrix of 16- or 32-bit numbers`);
  const {
    dtype,
    shape,
    data_offsets: [from, to],
  } = entry.data;
  if (to - from !== shape[0] * shape[1] * (dtype === 'F32' ? 4 : 2))
    throw new Error(`its tensor ${name} has wrong offsets`);
  return { name, dtype, shape, from, to };
}

/** Contiguous up to the file's end, as the format requires: many tensors in one place could take any amount of memory. */
function requireLayout(entries: readonly Entry[], dataBytes: number): void {
  let next = 0;
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from)) {
    if (from !== next || to > dataBytes) throw new Error(`its tensor ${name} has wrong offsets`);
    next = to;
  }
  if (next !== dataBytes) throw new Error('it holds more than its tensors');
}

/** Everything as F32, names in the given order. */
export function writeSafetensors(
  matrices: ReadonlyMap<string, Matrix>,
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const header: Record<string, unknown> = { [METADATA]: metadata };
  let at = 0;
  for (const [name, { shape, data }] of matrices) {
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] };
    at += data.byteLength;
  }
  const text = JSON.stringify(header);
  // Data starts 8-aligned; the format pads with spaces.
  const padded = Buffer.from(
    text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8 - (Buffer.byteLength(text) - text.length)),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const parts = [...matrices.values()].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, padded, ...parts]);
}

function parseHeader(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new Error('its header is damaged');
  }
}

function decode(dtype: Dtype, bytes: Buffer): Float32Array {
  // Copied: a view into the file need not be aligned.
  const copy = new Uint8Array(bytes).buffer;
  if (dtype === 'F32') return new Float32Array(copy);
  const halves = new Uint16Array(copy);
  return dtype === 'F16' ? fromFloat16(halves) : fromBfloat16(halves);
}
