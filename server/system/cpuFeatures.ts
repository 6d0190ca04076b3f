/** The instruction sets that determine how fast this processor computes. */
import { readFile } from 'node:fs/promises';

/** In the kernel's spelling: x86 in `flags`, Arm in `Features`. */
const telling = [
  'avx',
  'avx2',
  'fma',
  'f16c',
  'avx_vnni',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'amx_int8',
  'amx_bf16',
];
const tellingOnArm = ['asimd', 'asimdhp', 'asimddp', 'bf16', 'i8mm', 'sve', 'sve2', 'sme'];

/** Those of them that /proc/cpuinfo lists for its first processor, in this order. */
export function readFeatures(cpuinfo: string): string[] {
  const named = new Set(/^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.split(/\s+/) ?? []);
  return [...telling, ...tellingOnArm].filter((name) => named.has(name));
}

/** Empty if the system does not tell (not Linux). */
export async function cpuFeatures(path = '/proc/cpuinfo'): Promise<string[]> {
  return readFeatures(await readFile(path, 'utf8').catch(() => ''));
}
