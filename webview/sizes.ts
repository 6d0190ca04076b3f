/** How large a run may be, as chosen by the user. Pure. */
import { fileSize, limit } from '../server/common/format.ts';
import type { Preset, TunePlan } from '../server/protocol/index.ts';

export type Size = Preset | 'settings';

export const sizeNames = {
  quick: 'Quick',
  balanced: 'Balanced',
  thorough: 'Thorough',
  settings: 'From settings',
} as const satisfies Record<Size, string>;

export const sizes: readonly Size[] = ['quick', 'balanced', 'thorough', 'settings'];

/** The size remembered from an earlier choice. Without one the settings apply, as for a run from the palette. */
export function sizeNamed(name: string | null): Size {
  return name !== null && Object.hasOwn(sizeNames, name) ? (name as Size) : 'settings';
}

/** What is sent to override the settings. */
export function presetOf(size: Size): Preset | undefined {
  return size === 'settings' ? undefined : size;
}

/** '' while unknown. */
export function needsOf(plan: TunePlan | null): string {
  if (plan === null) return '';
  const { minutes, memoryBytes, fromDisk, rank } = plan;
  const memory = `about ${fileSize(memoryBytes)} of memory${fromDisk ? ' with the base read from disk' : ''}`;
  return `up to ${limit(minutes)}, ${memory}, rank ${rank}`;
}
