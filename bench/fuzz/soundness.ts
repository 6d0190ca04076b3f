/** Whether an accepted adapter is valid: re-read with the model-file reader, which shares no code with the check. */
import { open } from 'node:fs/promises';
import { readHeader } from '../../server/gguf/ggufHeader.ts';

const ELEMENT_BYTES = new Map([
  [0, 4],
  [1, 2],
  [30, 2],
]);

/** Names of base tensors and their shapes. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/** What is wrong; '' if nothing. */
export async function unsound(path: string, bytes: Buffer, rank: number, alpha: number, base: Shapes): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { metadata, tensors, dataOffset } = await readHeader(file, path, bytes.length);
    if (metadata.get('general.type') !== 'adapter' || metadata.get('adapter.lora.alpha') !== alpha)
      return 'its metadata is another';
    const names = new Set(tensors.map(({ name }) => name));
    for (const { name, shape, type, offset } of tensors) {
      const half = name.at(-1);
      const target = name.slice(0, -'.lora_a'.length);
      const weight = base.get(target);
      if (weight === undefined || !names.has(`${target}.lora_${half === 'a' ? 'b' : 'a'}`))
        return `${name} has no place in the base`;
      const [first, second] = half === 'a' ? [weight[0], rank] : [rank, weight[1]];
      if (shape.length !== 2 || shape[0] !== first || shape[1] !== second) return `${name} has another shape`;
      const size = ELEMENT_BYTES.get(type);
      if (size === undefined) return `${name} has type ${type}`;
      const start = dataOffset + offset;
      const end = start + shape[0]! * shape[1]! * size;
      if (end > bytes.length) return `${name} lies outside the file`;
      for (let at = start; at < end; at += size)
        if (!Number.isFinite(numberAt(bytes, at, type))) return `${name} is not finite`;
    }
    return '';
  } finally {
    await file.close();
  }
}

function numberAt(bytes: Buffer, at: number, type: number): number {
  if (type === 0) return bytes.readFloatLE(at);
  const half = bytes.readUInt16LE(at);
  const exponentBits = type === 1 ? 5 : 8;
  const mantissaBits = 15 - exponentBits;
  return ((half >> mantissaBits) & (2 ** exponentBits - 1)) === 2 ** exponentBits - 1 ? Number.NaN : half;
}
