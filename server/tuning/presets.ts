/** Three sizes of a run, and the resources each will need. */

import { isLarge } from '../engine/training/schedule.ts';
import type { Preset, PresetPlan, Settings, TunePlan } from '../protocol/index.ts';
import { availableMemory } from '../system/availableMemory.ts';
import { MEMORY_SHARE } from './hyperparameters.ts';
import type { TuneOptions } from './types.ts';

/**
 * A base like the bundled one learns a repository in five minutes. One of 0.5B learns thirty times fewer tokens in that time: ten minutes save
 * it a tenth more keys, thirty a fifth (bench/results/usefulness.md, "Suffix-first prompts").
 */
const presets = {
  quick: { minutes: { small: 1.5, large: 10 }, rank: 8 },
  balanced: { minutes: { small: 5, large: 30 }, rank: 16 },
  thorough: { minutes: { small: 20, large: 120 }, rank: 32 },
} as const satisfies Record<Preset, { minutes: { small: number; large: number }; rank: number }>;
export const PRESETS = ['quick', 'balanced', 'thorough'] as const satisfies readonly Preset[];
/** A run of which nothing was said, with its start and its end, takes no longer than the balanced size. */
const UNASKED_SHARE = 0.94;

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
  return PRESETS.map((preset) => ({
    preset,
    ...planOf(base, ofPreset(preset, base.parameters), freeBytes),
  }));
}

/** `freeBytes`: free memory of this machine, of which a run takes its share. */
export function planOf(base: Base, { maxMinutes, rank }: Size, freeBytes = availableMemory()): TunePlan {
  const trained = rank * TRAINED_PER_RANK * Math.sqrt(base.parameters);
  const memoryWith = (copies: number): number =>
    Math.round(FIXED_BYTES + copies * base.sizeBytes + trained * BYTES_PER_TRAINED);
  const fromDisk = memoryWith(BASE_COPIES) > MEMORY_SHARE * freeBytes;
  return { minutes: maxMinutes, rank, memoryBytes: memoryWith(fromDisk ? STREAMED_SHARE : BASE_COPIES), fromDisk };
}

/** Size of a run on a base of that many parameters: what {@link limitsToPass} comes to. */
export function sizeOf(preset: Preset | undefined, settings: Size, parameters: number): Size {
  const passed = limitsToPass(preset, settings);
  return { maxMinutes: minutesOf(passed, parameters), rank: rankOf(passed) ?? settings.rank };
}

type Limits = Pick<TuneOptions, 'size' | 'maxMinutes' | 'rank'>;

/** What a window asks a run for, which looks at the base itself: a preset, else the settings, where 0 minutes are the balanced ones. */
export function limitsToPass(preset: Preset | undefined, { maxMinutes, rank }: Size): Limits {
  if (preset !== undefined) return { size: preset };
  return maxMinutes > 0 ? { maxMinutes, rank } : { size: 'balanced', rank };
}

/** Most minutes of a run on a base of that many parameters. */
export function minutesOf({ size, maxMinutes }: Limits, parameters: number): number {
  if (maxMinutes !== undefined) return maxMinutes;
  const { maxMinutes: minutes } = ofPreset(size ?? 'balanced', parameters);
  return size === undefined ? UNASKED_SHARE * minutes : minutes;
}

/** undefined: as usual. */
export function rankOf({ size, rank }: Limits): number | undefined {
  return rank ?? (size && presets[size].rank);
}

function ofPreset(preset: Preset, parameters: number): Size {
  const { minutes, rank } = presets[preset];
  return { maxMinutes: isLarge(parameters) ? minutes.large : minutes.small, rank };
}
