/** A run and completions on this machine's device, against the CPU. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bar } from '../server/common/bars.ts';
import { messageOf } from '../server/common/messageOf.ts';
import { completionSpeeds } from '../server/engine/devices.ts';
import { fastestOf } from '../server/engine/fastestDevice.ts';
import { backendOf } from '../server/engine/gpuBackends.ts';
import type { DeviceChoice, DeviceSpeed } from '../server/engine/types.ts';
import { runJob, shortJob } from '../server/runs/testing.ts';
import { bundledModelPath } from '../server/storage/paths.ts';

export interface GpuRuns {
  /** For a run whose device was lost midway, against one on the CPU; NaN if none was used or lost. */
  readonly lostDifferencePercent: number;
  /** Completion speed there: `CPU 310 tokens/s, Vulkan0 slower than the fastest`. */
  readonly completions: string;
  readonly fastest: string;
}

/** `name`: ggml's name of the device. */
export async function gpuRuns(name: string): Promise<GpuRuns> {
  const device = choiceOf(name);
  const told = ({ device: which, tokensPerSecond, reason }: DeviceSpeed): string =>
    `${which} ${tokensPerSecond > 0 ? `${tokensPerSecond.toFixed(0)} tokens/s` : reason}`;
  const timed = await completionSpeeds(bundledModelPath(), device).then(
    (speeds) => ({ completions: speeds.map(told).join(', '), fastest: fastestOf(speeds) }),
    // As for a user: a software driver may take longer to compile its shaders than the measurement may last.
    (error: unknown) => ({ completions: `not timed: ${messageOf(error)}`, fastest: 'cpu' }),
  );
  return { lostDifferencePercent: await lostMidway(device), ...timed };
}

export function choiceOf(name: string): DeviceChoice {
  return backendOf(name) ?? 'metal';
}

/** Kills the process training on the device after two steps, as a driver would; the CPU continues. */
async function lostMidway(device: DeviceChoice): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-lost-'));
  // Processors differ in what they round to bfloat16; the device does not round.
  process.env['REPOTUNE_KERNELS'] = 'f32';
  try {
    let killed = false;
    const lost = await runJob(await shortJob(folder, 'lost', device), (step, on, pid) => {
      if (killed || step < 2 || on === 'CPU' || pid === undefined) return;
      killed = true;
      process.kill(pid, 'SIGABRT');
    });
    const own = await runJob(await shortJob(folder, 'own', 'cpu'));
    const learned = own.outcome.heldOutBest < 0.99 * own.outcome.heldOutBefore;
    if (!killed || !learned || lost.devices.at(-1) !== 'CPU') return Number.NaN;
    return 100 * Math.abs(lost.outcome.heldOutBest / own.outcome.heldOutBest - 1);
  } finally {
    delete process.env['REPOTUNE_KERNELS'];
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A step lost or done twice changes the loss by more. */
export function gpuRunBars({ lostDifferencePercent }: GpuRuns): Bar[] {
  return [{ name: 'lost-device-loss-difference-percent', value: lostDifferencePercent, op: '<=', bar: 0.1 }];
}
