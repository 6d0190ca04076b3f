/**
 * Reads the header of a GGUF file (versions 2 and 3, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md) as far as messages to the
 * user need it. The native loader makes its own checks; this one exists to say in words what is wrong.
 */
import type { FileHandle } from 'node:fs/promises';
import { ModelError } from './errors.ts';
import { isFillInToken, LONGEST_FILL_IN_TOKEN } from './fillInTokens.ts';

type MetadataValue = string | number | bigint | boolean | { readonly array: number };

export interface TensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  /** Relative to the start of the tensor data. */
  readonly offset: number;
}

export interface GgufHeader {
  readonly version: number;
  /** Of arrays, only the length is kept. */
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: readonly TensorInfo[];
  /** The tokens of its vocabulary that may mark what to fill in. */
  readonly fillInTokens: ReadonlySet<string>;
  /** File offset of the tensor data. */
  readonly dataOffset: number;
}

const MAGIC = 0x46554747;
/** Largest header accepted: the largest vocabularies take some 20 MB. */
const MOST_HEADER_BYTES = 128 * 2 ** 20;
/** Mixtures of hundreds of experts in a hundred blocks have some ten thousand. */
const MOST_TENSORS = 1 << 16;
/** Models have some fifty entries. */
const MOST_ENTRIES = 1 << 12;
/** The largest vocabularies have a quarter of a million tokens, and twice as many merges. */
const MOST_TEXTS = 1 << 22;
const FIRST_CHUNK = 1 << 20;

/** Sizes of the scalar metadata types, by id; 8 is string, 9 array. */
const SCALAR_BYTES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

class NeedMore extends Error {}

export async function readHeader(file: FileHandle, path: string, fileBytes: number): Promise<GgufHeader> {
  for (let want = FIRST_CHUNK; ; want *= 4) {
    const buffer = Buffer.alloc(Math.min(want, fileBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    try {
      return parseHeader(buffer.subarray(0, bytesRead), path);
    } catch (error) {
      if (!(error instanceof NeedMore)) throw error;
      if (want >= fileBytes)
        throw new ModelError('truncated', `${path} is truncated: it ends inside its header. Download it again.`);
      if (want >= MOST_HEADER_BYTES)
        throw new ModelError('not-gguf', `${path} has a damaged header. Download it again.`);
    }
  }
}

function parseHeader(buffer: Buffer, path: string): GgufHeader {
  const cursor = new Cursor(buffer, path);
  if (buffer.length < 4 || cursor.u32() !== MAGIC) {
    throw new ModelError('not-gguf', `${path} is not a GGUF file${insteadOf(buffer)}`);
  }
  const version = cursor.u32();
  if (version !== 2 && version !== 3) {
    throw new ModelError(
      'not-gguf',
      `${path} has GGUF version ${version}; versions 2 and 3 are read. Convert it with a current llama.cpp.`,
    );
  }
  const tensorCount = cursor.count(MOST_TENSORS);
  const metadataCount = cursor.count(MOST_ENTRIES);
  const metadata = new Map<string, MetadataValue>();
  for (let i = 0; i < metadataCount; i++) metadata.set(cursor.string(), cursor.value(cursor.u32()));
  const tensors: TensorInfo[] = [];
  for (let i = 0; i < tensorCount; i++) {
    const name = cursor.string();
    const dimensions = cursor.u32();
    if (dimensions > 8) cursor.damaged();
    const shape = Array.from({ length: dimensions }, () => cursor.u64());
    tensors.push({ name, shape, type: cursor.u32(), offset: cursor.u64() });
  }
  const alignment = metadata.get('general.alignment');
  const step = typeof alignment === 'number' && alignment > 0 ? alignment : 32;
  const { fillInTokens, at } = cursor;
  return { version, metadata, tensors, fillInTokens, dataOffset: Math.ceil(at / step) * step };
}

/** What the file is instead, where a download went wrong in one of the usual ways. */
function insteadOf(buffer: Buffer): string {
  const beginning = buffer.toString('latin1', 0, 200);
  if (beginning.startsWith('version https://git-lfs.github.com/'))
    return ': it is the note that Git LFS keeps in its place. Run git lfs pull in its repository, or download the file itself.';
  if (/^\s*<(?:!doctype|html)\b/i.test(beginning))
    return ': it is a web page. Download the file itself, not the page about it.';
  return '. Choose a model in GGUF format (its file name ends in .gguf).';
}

class Cursor {
  at = 0;
  /** Those among the texts of arrays. */
  readonly fillInTokens = new Set<string>();
  readonly #buffer: Buffer;
  readonly #path: string;

  constructor(buffer: Buffer, path: string) {
    this.#buffer = buffer;
    this.#path = path;
  }

  damaged(): never {
    throw new ModelError('not-gguf', `${this.#path} has a damaged header. Download it again.`);
  }

  u32(): number {
    return this.#buffer.readUInt32LE(this.#take(4));
  }

  u64(): number {
    const value = Number(this.#buffer.readBigUInt64LE(this.#take(8)));
    return Number.isSafeInteger(value) ? value : this.damaged();
  }

  count(most: number): number {
    const value = this.u64();
    return value <= most ? value : this.damaged();
  }

  string(): string {
    const length = this.count(MOST_HEADER_BYTES);
    const at = this.#take(length);
    return this.#buffer.toString('utf8', at, at + length);
  }

  value(type: number): MetadataValue {
    switch (type) {
      case 0:
        return this.#buffer.readUInt8(this.#take(1));
      case 1:
        return this.#buffer.readInt8(this.#take(1));
      case 2:
        return this.#buffer.readUInt16LE(this.#take(2));
      case 3:
        return this.#buffer.readInt16LE(this.#take(2));
      case 4:
        return this.u32();
      case 5:
        return this.#buffer.readInt32LE(this.#take(4));
      case 6:
        return this.#buffer.readFloatLE(this.#take(4));
      case 7:
        return this.#buffer.readUInt8(this.#take(1)) !== 0;
      case 8:
        return this.string();
      case 9:
        return this.#array();
      case 10:
        return this.#buffer.readBigUInt64LE(this.#take(8));
      case 11:
        return this.#buffer.readBigInt64LE(this.#take(8));
      case 12:
        return this.#buffer.readDoubleLE(this.#take(8));
      default:
        return this.damaged();
    }
  }

  #array(): MetadataValue {
    const type = this.u32();
    const length = this.count(type === 8 ? MOST_TEXTS : MOST_HEADER_BYTES);
    const bytes = SCALAR_BYTES[type];
    if (bytes !== undefined) this.#take(bytes * length);
    else if (type === 8) for (let i = 0; i < length; i++) this.#text();
    else this.damaged();
    return { array: length };
  }

  #text(): void {
    const length = this.count(MOST_HEADER_BYTES);
    const at = this.#take(length);
    if (length > LONGEST_FILL_IN_TOKEN) return;
    const text = this.#buffer.toString('utf8', at, at + length);
    if (isFillInToken(text)) this.fillInTokens.add(text);
  }

  #take(bytes: number): number {
    const at = this.at;
    if (at + bytes > this.#buffer.length) throw new NeedMore();
    this.at += bytes;
    return at;
  }
}
