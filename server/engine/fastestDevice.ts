/** The device that `auto` means: the fastest one at the last measurement. */
import { completionSpeeds, mayHaveDevices, trainingSpeeds } from './devices.ts';
import { remembered } from './measuredDevices.ts';
import type { DeviceName, DeviceSpeed, TrainerConfig } from './types.ts';

/** Short, since a few seconds are little in a long run, and another program may have distorted the last measurement. */
const TRAINING_MS = 60_000;
/** Long, since somebody opening an editor waits for the measurement. */
const COMPLETION_MS = 24 * 3_600_000;

/** The device with the most tokens a second; the CPU if none is faster, or none could be timed. */
export function fastestOf(speeds: readonly DeviceSpeed[]): DeviceName {
  const cpu = speeds.find(({ device }) => device === 'CPU')?.tokensPerSecond ?? 0;
  const [best] = speeds
    .filter(({ device, tokensPerSecond }) => device !== '' && device !== 'CPU' && tokensPerSecond > cpu)
    .toSorted((a, b) => b.tokensPerSecond - a.tokensPerSecond);
  return best?.device ?? 'cpu';
}

/** Fastest for steps of this training. The CPU if a driver crashes the measuring process. Rejects only when cancelled. */
export async function trainingDevice(config: TrainerConfig, signal?: AbortSignal): Promise<DeviceName> {
  if (!mayHaveDevices('auto')) return 'cpu';
  const { modelPath, baseType, rank, adaptedBlocks, maxTokens, threads } = config;
  const what = ['training', baseType, rank, adaptedBlocks, maxTokens, threads];
  const device = await remembered({ what, modelPath, forMs: TRAINING_MS }, 'cpu', async () =>
    fastestOf(await trainingSpeeds({ ...config, device: 'auto' }, signal)),
  );
  signal?.throwIfAborted();
  return device;
}

/** Fastest for completions by this model. As {@link trainingDevice}. */
export async function completionDevice(modelPath: string): Promise<DeviceName> {
  if (!mayHaveDevices('auto')) return 'cpu';
  return await remembered({ what: ['completion'], modelPath, forMs: COMPLETION_MS }, 'cpu', async () =>
    fastestOf(await completionSpeeds(modelPath)),
  );
}
