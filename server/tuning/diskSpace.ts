import { freeBytes } from '../storage/freeBytes.ts';
import { TuneError } from './errors.ts';

/** Sequences, a few exports of the adapter, and what git and the mining cache may need meanwhile. */
const FIXED_BYTES = 64e6;
/** Adapter, its two moments and the best weights, as a share of the base; rank 16 on all linears is near 1 %. */
const SHARE_OF_BASE = 0.08;

/** @throws {TuneError} when the disk cannot hold a run: better now than after minutes of training. */
export async function requireDiskSpace(dir: string, baseBytes: number): Promise<void> {
  const needed = FIXED_BYTES + baseBytes * SHARE_OF_BASE;
  const free = await freeBytes(dir);
  if (free === null || free >= needed) return;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new TuneError(
    `The disk is full: a tune needs about ${megabytes(needed)} in ${dir}, ${megabytes(free)} are free. Free some space and tune again; earlier adapters are untouched.`,
  );
}
