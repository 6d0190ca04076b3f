/**
 * A version as trained, before its scale was chosen. Training that continues from a version scaled to a half, as it serves, undoes the
 * scaling in a few steps: that much was memorized, and training on the same text pulls it back.
 */
import { readFile } from 'node:fs/promises';
import { writeAside } from '../storage/writeAside.ts';
import { BadAdapter } from './badAdapter.ts';

const KEY = Buffer.from('adapter.lora.alpha');
/** After the key: the type of the value, which must be a 32-bit float. */
const TYPE_BYTES = 4;
const FLOAT32 = 6;

/** Writes to `to` the adapter in `from` with another alpha. @throws {BadAdapter} */
export async function writeWithAlpha(from: string, alpha: number, to: string): Promise<void> {
  const bytes = await readFile(from);
  const at = bytes.indexOf(KEY) + KEY.length;
  if (at < KEY.length || bytes.readUInt32LE(at) !== FLOAT32) throw new BadAdapter('it has no scale');
  bytes.writeFloatLE(alpha, at + TYPE_BYTES);
  await writeAside(to, bytes);
}
