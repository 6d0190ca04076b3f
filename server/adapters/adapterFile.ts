/**
 * The strict check of an adapter GGUF before anything native reads it. An adapter may come from a colleague or out of an archive: accepted
 * is exactly what our trainer and exporters write, not all that llama.cpp would load. Format: ggml's docs/gguf.md, version 3; tensors as in
 * llama.cpp's src/llama-adapter.cpp.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { readHeader, type TensorInfo } from '../gguf/ggufHeader.ts';
import { type AdapterHeader, AdapterReader, type AdapterTensor } from './adapterHeader.ts';
import { BadAdapter } from './badAdapter.ts';

export interface ExpectedAdapter {
  readonly architecture: string;
  readonly rank: number;
  /** As in the manifest; with rsLoRA the file holds alpha * sqrt(rank). */
  readonly alpha: number;
  readonly rsLora: boolean;
}

/** Names and shapes of a base's tensors, for {@link checkAdapterFile}. */
export type BaseShapes = ReadonlyMap<string, readonly number[]>;

/** What adapters may change: the linears of the blocks. Tied embeddings and heads are looked up by name and stay unchanged. */
const TARGET = /^blk\.\d{1,4}\.(?:attn_(?:q|k|v|qkv|output)|ffn_(?:gate|up|down))\.weight$/;
const ELEMENT_BYTES: Readonly<Record<number, number>> = { 0: 4, 1: 2, 30: 2 };
const MOST_FILE_BYTES = 4 * 2 ** 30;
const CHUNK_BYTES = 1 << 20;

/** @throws {BadAdapter} saying what is wrong with the file. */
export async function checkAdapterFile(
  path: string,
  expected: ExpectedAdapter,
  base: BaseShapes | null,
): Promise<void> {
  const file = await open(path, 'r');
  try {
    const info = await file.stat();
    if (!info.isFile()) throw new BadAdapter('it is not a file');
    if (info.size > MOST_FILE_BYTES) throw new BadAdapter(`it has ${info.size} bytes, more than an adapter can have`);
    const header = await AdapterReader.read(file, info.size);
    checkMetadata(header, expected);
    checkTensors(header.tensors, expected.rank, base);
    checkLayout(header, info.size);
    for (const tensor of header.tensors) await checkFinite(file, header.dataOffset + tensor.offset, tensor);
  } finally {
    await file.close();
  }
}

/** A look at the beginning, before a large file is copied. @throws {BadAdapter} */
export async function requireAdapterHeader(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MOST_FILE_BYTES) throw new BadAdapter(`it has ${size} bytes, more than an adapter can have`);
    const { metadata } = await AdapterReader.read(file, size);
    if (metadata.get('general.type') !== 'adapter') throw new BadAdapter('it is not an adapter');
  } finally {
    await file.close();
  }
}

/** How many blocks of the base a checked adapter file changes. */
export async function adaptedBlocksOf(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    const { tensors } = await AdapterReader.read(file, (await file.stat()).size);
    return new Set(tensors.map(({ name }) => /^blk\.(\d+)\./.exec(name)?.[1])).size;
  } finally {
    await file.close();
  }
}

export async function baseShapes(path: string): Promise<BaseShapes> {
  const file = await open(path, 'r');
  try {
    const { tensors } = await readHeader(file, path, (await file.stat()).size);
    return new Map(tensors.map(({ name, shape }: TensorInfo) => [name, shape]));
  } finally {
    await file.close();
  }
}

function checkMetadata({ metadata }: AdapterHeader, { architecture, rank, alpha, rsLora }: ExpectedAdapter): void {
  const has = (key: string, wanted: string): void => {
    if (metadata.get(key) !== wanted)
      throw new BadAdapter(`its ${key} is ${JSON.stringify(metadata.get(key) ?? null)} where ${wanted} belongs`);
  };
  has('general.type', 'adapter');
  has('adapter.type', 'lora');
  has('general.architecture', architecture);
  const written = metadata.get('adapter.lora.alpha');
  const wanted = Math.fround(rsLora ? alpha * Math.sqrt(rank) : alpha);
  // The square root may have been computed in either precision.
  const most = rsLora ? 2 ** -22 * Math.abs(wanted) : 0;
  if (typeof written !== 'number' || !(Math.abs(written - wanted) <= most))
    throw new BadAdapter(`its scale is ${String(written)} where its manifest says ${wanted}`);
}

function checkTensors(tensors: readonly AdapterTensor[], rank: number, base: BaseShapes | null): void {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  if (byName.size !== tensors.length) throw new BadAdapter('two of its tensors have the same name');
  if (tensors.length === 0) throw new BadAdapter('it holds no tensors');
  for (const { name, shape, type } of tensors) {
    const match = /^(.+)\.lora_([ab])$/.exec(name);
    const target = match?.[1] ?? '';
    if (!TARGET.test(target))
      throw new BadAdapter(`it would change ${JSON.stringify(name.slice(0, 100))}, which no adapter may change`);
    if (ELEMENT_BYTES[type] === undefined)
      throw new BadAdapter(`${name} has type ${type}; only F32, F16 and BF16 are accepted`);
    const inOfB = match?.[2] === 'a' ? shape[1] : shape[0];
    if (shape.length !== 2 || inOfB !== rank)
      throw new BadAdapter(`${name} has shape [${shape.join(', ')}], not one of rank ${rank}`);
    const [a, b] = [byName.get(`${target}.lora_a`), byName.get(`${target}.lora_b`)];
    if (a === undefined || b === undefined) throw new BadAdapter(`${target} has only one of its two matrices`);
    const weight = base?.get(target);
    if (base !== null && (weight?.length !== 2 || weight[0] !== a.shape[0] || weight[1] !== b.shape[1]))
      throw new BadAdapter(
        `${target} does not fit the base, where it is ${weight ? `[${weight.join(', ')}]` : 'missing'}`,
      );
  }
}

/** Tensors follow each other, each aligned, and the last one ends the file except for padding. */
function checkLayout({ tensors, dataOffset, alignment }: AdapterHeader, fileBytes: number): void {
  let next = 0;
  for (const { name, offset, shape, type } of tensors) {
    if (offset !== next) throw new BadAdapter(`${name} starts at byte ${offset} instead of ${next}`);
    next = padded(offset + elements(shape) * ELEMENT_BYTES[type]!, alignment);
  }
  const last = tensors.at(-1)!;
  const end = dataOffset + last.offset + elements(last.shape) * ELEMENT_BYTES[last.type]!;
  if (fileBytes < end) throw new BadAdapter(`it is truncated: ${fileBytes} of ${end} bytes`);
  if (fileBytes > padded(end, alignment)) throw new BadAdapter(`${fileBytes - end} bytes follow its last tensor`);
}

async function checkFinite(file: FileHandle, at: number, { name, shape, type }: AdapterTensor): Promise<void> {
  const bytes = ELEMENT_BYTES[type]!;
  const total = elements(shape) * bytes;
  const buffer = Buffer.alloc(Math.min(total, CHUNK_BYTES));
  for (let done = 0; done < total; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, total - done), at + done);
    if (bytesRead === 0) throw new BadAdapter('it is truncated');
    if (!allFinite(buffer.subarray(0, bytesRead - (bytesRead % bytes)), type))
      throw new BadAdapter(`${name} holds numbers that are not finite`);
    done += bytesRead - (bytesRead % bytes);
  }
}

/** In all three types, an exponent of all ones is infinity or NaN. */
function allFinite(bytes: Buffer, type: number): boolean {
  if (type === 0) {
    for (let i = 0; i < bytes.length; i += 4) if ((bytes.readUInt32LE(i) & 0x7f800000) === 0x7f800000) return false;
    return true;
  }
  const exponent = type === 1 ? 0x7c00 : 0x7f80;
  for (let i = 0; i < bytes.length; i += 2) if ((bytes.readUInt16LE(i) & exponent) === exponent) return false;
  return true;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function padded(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
