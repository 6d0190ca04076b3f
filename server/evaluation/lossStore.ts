/**
 * Losses cached between measurements, in the repository's store: the same weights on the same tokens are scored once. The file is small and
 * bounded, and a damaged one counts as empty. It is sealed: out of an archive, it would let any adapter pass the gate.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Score, ScoreSample } from '../engine/types.ts';
import { fitsSeal, sealOf } from '../storage/machineSeal.ts';
import { readBoundedBytes } from '../storage/readBounded.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';

/** Beyond this, the least recently used are dropped. 24 adapters on 360 pairs are 9,000. */
export const MOST_LOSSES = 16_384;

/** Little-endian: magic, then records, then the seal on both. */
const MAGIC = Buffer.from('RTLOSS02');
const PURPOSE = 'losses';
const KEY_BYTES = 16;
/** Key, sum of losses in nats (f64), tokens and first choices (u32). */
const RECORD_BYTES = KEY_BYTES + 16;
const SEAL_BYTES = 32;
const MOST_BYTES = MAGIC.length + MOST_LOSSES * RECORD_BYTES + SEAL_BYTES;

/** Identifies one sample under certain weights. `weights` must differ wherever losses could: see `weightsName`. */
export function lossKey(weights: string, { tokens, lossFrom, lossTo }: ScoreSample): string {
  return createHash('sha256')
    .update(`${weights}\0${lossFrom} ${lossTo}\0`)
    .update(Int32Array.from(tokens))
    .digest('hex')
    .slice(0, 2 * KEY_BYTES);
}

export class LossStore {
  readonly #path: string | null;
  /** Least recently used first. */
  readonly #known: Map<string, Score>;
  #changed = false;

  private constructor(path: string | null, known: Map<string, Score>) {
    this.#path = path;
    this.#known = known;
  }

  /** `storeDir`: the repository's store; null keeps them in memory only. */
  static async open(storeDir: string | null): Promise<LossStore> {
    const path = storeDir && join(storeDir, 'losses.bin');
    return new LossStore(path, path === null ? new Map() : await read(path));
  }

  get(key: string): Score | null {
    const score = this.#known.get(key);
    if (score === undefined) return null;
    this.#known.delete(key);
    this.#known.set(key, score);
    return score;
  }

  set(key: string, score: Score): void {
    this.#known.set(key, score);
    this.#changed = true;
  }

  /** @throws the file system's error; what was stored before is then untouched. */
  async save(): Promise<void> {
    if (this.#path === null || !this.#changed) return;
    // Another process may have measured meanwhile: a run, while the panel compares.
    const merged = await read(this.#path);
    for (const [key, score] of this.#known) {
      merged.delete(key);
      merged.set(key, score);
    }
    await makeStoreFolder(dirname(this.#path));
    await writeAside(this.#path, await bytesOf([...merged].slice(-MOST_LOSSES)));
    this.#changed = false;
  }
}

async function bytesOf(records: readonly (readonly [string, Score])[]): Promise<Buffer> {
  const bytes = Buffer.alloc(MAGIC.length + records.length * RECORD_BYTES + SEAL_BYTES);
  MAGIC.copy(bytes);
  let at = MAGIC.length;
  for (const [key, { nll, tokens, top1 }] of records) {
    bytes.write(key, at, 'hex');
    bytes.writeDoubleLE(nll, at + KEY_BYTES);
    bytes.writeUInt32LE(tokens, at + KEY_BYTES + 8);
    bytes.writeUInt32LE(top1, at + KEY_BYTES + 12);
    at += RECORD_BYTES;
  }
  bytes.write(await sealOf(PURPOSE, hashOf(bytes.subarray(0, at))), at, 'hex');
  return bytes;
}

async function read(path: string): Promise<Map<string, Score>> {
  const bytes = await readBoundedBytes(path, MOST_BYTES).catch(() => null);
  return (bytes && (await parse(bytes).catch(() => null))) ?? new Map();
}

/** null for anything but a complete file of plausible losses that were measured on this machine. */
async function parse(bytes: Buffer): Promise<Map<string, Score> | null> {
  const end = bytes.length - SEAL_BYTES;
  if (end < MAGIC.length || (end - MAGIC.length) % RECORD_BYTES !== 0) return null;
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  if (!(await fitsSeal(PURPOSE, hashOf(bytes.subarray(0, end)), bytes.toString('hex', end)))) return null;
  const known = new Map<string, Score>();
  for (let at = MAGIC.length; at < end; at += RECORD_BYTES) {
    const nll = bytes.readDoubleLE(at + KEY_BYTES);
    const tokens = bytes.readUInt32LE(at + KEY_BYTES + 8);
    const top1 = bytes.readUInt32LE(at + KEY_BYTES + 12);
    if (!Number.isFinite(nll) || nll < 0 || top1 > tokens) return null;
    known.set(bytes.toString('hex', at, at + KEY_BYTES), { nll, tokens, top1 });
  }
  return known;
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
