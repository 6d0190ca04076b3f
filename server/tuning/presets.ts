/** Three sizes of a run, and the resources each will need. */

import type { Preset, PresetPlan, Settings, TunePlan } from '../protocol/index.ts';
import { availableMemory } from '../system/availableMemory.ts';
import { MEMORY_SHARE } from './hyperparameters.ts';

const presets = {
  quick: { minutes: 1.5, rank: 8 },
  balanced: { minutes: 5, rank: 16 },
  thorough: { minutes: 20, rank: 32 },
} as const satisfies Record<Preset, { minutes: number; rank: number }>;

/** Runtime, tokenized data and activations of one row of 1024 tokens on the bundled base: 300 to 420 MiB measured. */
const FIXED_BYTES = 350 * 2 ** 20;
/** Copies of the base in memory: the file's pages, and the 4-bit weights with F32 rows for one tile at a time. */
const BASE_COPIES = 1.6;
/** Share of a base whose blocks are read from disk: embedding, head and two blocks; 3B and 7B shapes agree. */
const STREAMED_SHARE = 0.3;
/** Weight, gradient and two moments in F32. */
const BYTES_PER_TRAINED = 16;
/** Adapter parameters per unit of rank, as a multiple of sqrt(base parameters): seven linears a block; 8 M and 0.5 B agree. */
const TRAINED_PER_RANK = 12;

interface Base {
  readonly sizeBytes: number;
  readonly parameters: number;
}
type Size = Pick<Settings['tuning'], 'maxMinutes' | 'rank'>;

export function planPresets(base: Base, freeBytes?: number): PresetPlan[] {
  return (Object.keys(presets) as Preset[]).map((preset) => ({ preset, ...planOf(base, ofPreset(preset), freeBytes) }));
}

/** `freeBytes`: free memory of this machine, of which a run takes its share. */
export function planOf(base: Base, { maxMinutes, rank }: Size, freeBytes = availableMemory()): TunePlan {
  const trained = rank * TRAINED_PER_RANK * Math.sqrt(base.parameters);
  const memoryWith = (copies: number): number =>
    Math.round(FIXED_BYTES + copies * base.sizeBytes + trained * BYTES_PER_TRAINED);
  const fromDisk = memoryWith(BASE_COPIES) > MEMORY_SHARE * freeBytes;
  return { minutes: maxMinutes, rank, memoryBytes: memoryWith(fromDisk ? STREAMED_SHARE : BASE_COPIES), fromDisk };
}

/** Size of a run: from its preset, else from the settings. */
export function sizeOf(preset: Preset | undefined, { maxMinutes, rank }: Size): Size {
  return preset === undefined ? { maxMinutes, rank } : ofPreset(preset);
}

function ofPreset(preset: Preset): Size {
  const { minutes, rank } = presets[preset];
  return { maxMinutes: minutes, rank };
}
