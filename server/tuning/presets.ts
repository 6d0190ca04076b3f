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

/**
 * What the trainer's planner (native/trainer/plan.cc) reserves for rows of 1024 tokens, as powers of the base's parameters through its figures
 * for the bundled base and Qwen2.5-Coder 0.5B; the shapes of its 1.5B, 3B and 7B are within a sixth of {@link trainedPerRank}. The language
 * server cannot ask the planner itself, which is native code.
 */
const HALF_BILLION = 494e6;
const power = (atHalfBillion: number, exponent: number) => (parameters: number) =>
  atHalfBillion * (parameters / HALF_BILLION) ** exponent;
/** Adapter parameters per unit of rank, of the seven linears of all blocks. */
const trainedPerRank = power(540e3, 0.62);
/** Bytes with one row at a time and all blocks recomputed. */
const leastWorking = power(326e6, 0.39);
/** Bytes with two rows at a time and nothing recomputed, which takes a third less time. */
const mostWorking = power(3.1e9, 0.57);
/** Share of a base whose blocks are read from disk: embedding, head and two blocks. */
const streamedShare = power(0.53, -0.21);
/** Weight, gradient and two moments in F32. */
const BYTES_PER_TRAINED = 16;
/** Of the process beside what the planner counts: 30 to 70 MB after a step; in whole runs on the bundled base 110 to 290 MB were seen. */
const PROCESS_BYTES = 70e6;

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

/** `freeBytes`: free memory of this machine, of which a run takes its share. Bytes are those of a step (presets.test.ts). */
export function planOf(base: Base, { maxMinutes, rank }: Size, freeBytes = availableMemory()): TunePlan {
  const { sizeBytes, parameters } = base;
  const adapter = BYTES_PER_TRAINED * rank * trainedPerRank(parameters);
  const budget = MEMORY_SHARE * freeBytes;
  const least = adapter + leastWorking(parameters);
  const fromDisk = sizeBytes + least > budget;
  const streamed = Math.min(1, streamedShare(parameters)) * sizeBytes;
  const weights = fromDisk ? streamed : sizeBytes;
  const most = Math.min(weights + adapter + mostWorking(parameters), budget);
  return {
    minutes: maxMinutes,
    rank,
    memoryBytes: Math.round(PROCESS_BYTES + Math.max(weights + least, most)),
    leastFreeBytes: Math.round((streamed + least) / MEMORY_SHARE),
    fromDisk,
  };
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
