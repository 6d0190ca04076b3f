/** Reads the header of an adapter GGUF with bounds on everything; an adapter's header is a few kilobytes. */
import type { FileHandle } from 'node:fs/promises';
import { BadAdapter } from './badAdapter.ts';

export interface AdapterTensor {
  readonly name: string;
  /** ggml's order: the contiguous dimension first. */
  readonly shape: readonly number[];
  readonly type: number;
  readonly offset: number;
}

export interface AdapterHeader {
  readonly metadata: ReadonlyMap<string, string | number>;
  readonly tensors: readonly AdapterTensor[];
  readonly dataOffset: number;
  readonly alignment: number;
}

const MAGIC = 'GGUF';
const VERSION = 3;
const MOST_HEADER_BYTES = 4 * 2 ** 20;
const MOST_ENTRIES = 64;
const MOST_TENSORS = 16_384;
const MOST_NAME_BYTES = 128;
const MOST_TEXT_BYTES = 64 * 1024;
const MOST_DIMENSION = 1 << 20;
const DEFAULT_ALIGNMENT = 32;

type ReadValue = (reader: AdapterReader) => string | number;

/** Metadata types by id. Arrays are refused: an adapter has no use for them. */
const VALUES: Readonly<Record<number, ReadValue>> = {
  0: (reader) => reader.take(1).readUInt8(),
  4: (reader) => reader.u32(),
  5: (reader) => reader.take(4).readInt32LE(),
  6: (reader) => reader.take(4).readFloatLE(),
  7: (reader) => reader.take(1).readUInt8(),
  8: (reader) => reader.text(MOST_TEXT_BYTES),
  10: (reader) => reader.u64(),
  12: (reader) => reader.take(8).readDoubleLE(),
};

/** Where libllama reads a number of one type only, and ends its process at any other: F32 and U32. */
const TYPES: ReadonlyMap<string, number> = new Map([
  ['adapter.lora.alpha', 6],
  ['general.alignment', 4],
]);

export class AdapterReader {
  #at = 0;
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @throws {BadAdapter} */
  static async read(file: FileHandle, fileBytes: number): Promise<AdapterHeader> {
    const bytes = Buffer.alloc(Math.min(fileBytes, MOST_HEADER_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return new AdapterReader(bytes.subarray(0, bytesRead)).#header();
  }

  #header(): AdapterHeader {
    if (this.take(4).toString('latin1') !== MAGIC) throw new BadAdapter('it is not a GGUF file');
    const version = this.u32();
    if (version !== VERSION) throw new BadAdapter(`it has GGUF version ${version}, not ${VERSION}`);
    const tensorCount = this.#count(MOST_TENSORS, 'tensors');
    const entryCount = this.#count(MOST_ENTRIES, 'metadata entries');
    const metadata = new Map<string, string | number>();
    for (let i = 0; i < entryCount; i++) {
      const key = this.text(MOST_NAME_BYTES);
      if (metadata.has(key)) throw new BadAdapter(`its metadata has ${JSON.stringify(key)} twice`);
      const type = this.u32();
      const read = VALUES[type];
      if (key === '' || key.startsWith('adapter.alora.'))
        throw new BadAdapter(`its metadata has ${JSON.stringify(key)}, which adapters do not use`);
      if (read === undefined || type !== (TYPES.get(key) ?? type))
        throw new BadAdapter(`its metadata ${JSON.stringify(key)} has type ${type}, which adapters do not use`);
      metadata.set(key, read(this));
    }
    const tensors = Array.from({ length: tensorCount }, () => this.#tensor());
    const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
    if (alignment !== DEFAULT_ALIGNMENT)
      throw new BadAdapter(`its alignment is ${alignment}, not ${DEFAULT_ALIGNMENT}`);
    return { metadata, tensors, dataOffset: Math.ceil(this.#at / alignment) * alignment, alignment };
  }

  #tensor(): AdapterTensor {
    const name = this.text(MOST_NAME_BYTES);
    const dimensions = this.u32();
    if (dimensions !== 2) throw new BadAdapter(`${JSON.stringify(name)} has ${dimensions} dimensions, not 2`);
    const shape = [this.u64(), this.u64()];
    if (shape.some((size) => size < 1 || size > MOST_DIMENSION))
      throw new BadAdapter(`${JSON.stringify(name)} has the impossible shape [${shape.join(', ')}]`);
    return { name, shape, type: this.u32(), offset: this.u64() };
  }

  #count(most: number, what: string): number {
    const count = this.u64();
    if (count > most) throw new BadAdapter(`it claims ${count} ${what}; at most ${most} are allowed`);
    return count;
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  u64(): number {
    const value = this.take(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new BadAdapter(`it holds the impossible number ${value}`);
    return Number(value);
  }

  text(mostBytes: number): string {
    const length = this.u64();
    if (length > mostBytes)
      throw new BadAdapter(`it holds a text of ${length} bytes; at most ${mostBytes} are allowed`);
    const bytes = this.take(length);
    const text = bytes.toString('utf8');
    if (text.includes('\0') || Buffer.byteLength(text) !== length)
      throw new BadAdapter('it holds a text that is not valid UTF-8');
    return text;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new BadAdapter('it ends inside its header');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
