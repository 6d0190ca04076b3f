import { open } from 'node:fs/promises';
import { readHeader } from '../gguf/ggufHeader.ts';
import { freeBytes } from '../storage/freeBytes.ts';
import { TuneError } from './errors.ts';

/** Sequences, and what git and the mining cache may need meanwhile. */
const FIXED_BYTES = 64e6;
/**
 * Of the adapter, at a checkpoint: its weights with their two moments, twice while one state replaces the other, and the best weights, of
 * which older ones stay until then. What is made of them at the end takes less than the state that goes.
 */
const COPIES = 8;
const LINEAR = /^blk\.\d+\.(?:attn_(?:q|k|v|output)|ffn_(?:gate|up|down))\.weight$/;

/** Bytes of an adapter of that rank on every linear of the base's blocks, in F32. */
export async function adapterBytes(modelPath: string, rank: number): Promise<number> {
  const file = await open(modelPath, 'r');
  try {
    const { tensors } = await readHeader(file, modelPath, (await file.stat()).size);
    const linears = tensors.filter(({ name }) => LINEAR.test(name));
    return linears.reduce((sum, { shape: [inputs = 0, outputs = 0] }) => sum + 4 * rank * (inputs + outputs), 0);
  } finally {
    await file.close();
  }
}

/** @throws {TuneError} when the disk cannot hold a run: better now than after minutes of training. */
export async function requireDiskSpace(dir: string, bytesOfAdapter: number, freeIn = freeBytes): Promise<void> {
  const needed = FIXED_BYTES + COPIES * bytesOfAdapter;
  const free = await freeIn(dir);
  if (free === null || free >= needed) return;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new TuneError(
    `The disk is full: a tune needs about ${megabytes(needed)} in ${dir}, ${megabytes(free)} are free. Free some space and tune again; earlier adapters are untouched.`,
  );
}
