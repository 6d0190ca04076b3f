/** Whether a device that was named computes what the CPU does. */
import { completionSpeeds, mayHaveDevices, trainingSpeeds } from './devices.ts';
import { EngineError } from './errors.ts';
import { backendOf } from './gpuBackends.ts';
import { type Question, remembered } from './measuredDevices.ts';
import type { DeviceChoice, DeviceName, DeviceSpeed, TrainerConfig } from './types.ts';

/** Long, since what a driver computes changes with the driver. */
const COMPARISON_MS = 7 * 24 * 3_600_000;
/** Nothing wrong was found, or nothing could be compared. */
const SAME = 'same';

/**
 * Compares a device that was named for this training with the CPU. Rejects if it computes something else, or when cancelled; never because
 * they could not be compared.
 */
export async function checkTrainingDevice(config: TrainerConfig, signal?: AbortSignal): Promise<void> {
  const { device, modelPath, baseType } = config;
  await compare({ device, what: ['training', baseType], modelPath }, (choice) =>
    trainingSpeeds({ ...config, device: choice }, signal),
  );
  signal?.throwIfAborted();
}

/** The same for completions by this model. */
export async function checkCompletionDevice(modelPath: string, device: DeviceName): Promise<void> {
  await compare({ device, what: ['completion'], modelPath }, (choice) => completionSpeeds(modelPath, choice));
}

interface Comparison extends Pick<Question, 'what' | 'modelPath'> {
  readonly device: DeviceName;
}

async function compare(
  { device, what, modelPath }: Comparison,
  measure: (backend: DeviceChoice) => Promise<readonly DeviceSpeed[]>,
): Promise<void> {
  const backend = backendOf(device);
  if (backend === null || !mayHaveDevices(backend)) return;
  const question = { what: ['comparison', device, ...what], modelPath, forMs: COMPARISON_MS };
  // A driver that hangs or crashes there is not asked again each time: where it serves, its failure is dealt with.
  const fault = await remembered(question, SAME, () =>
    measure(backend).then(
      (found) => faultOf(device, found),
      () => SAME,
    ),
  );
  if (fault !== SAME)
    throw new EngineError('device-failed', `The device ${fault}. Or choose the device \`auto\` or \`cpu\`.`);
}

/**
 * What is wrong with the device that `choice` means: the one of that name, or the first of that backend.
 * @internal
 */
export function faultOf(choice: DeviceName, speeds: readonly DeviceSpeed[]): string {
  const others = speeds.filter(({ device }) => device !== '' && device !== 'CPU');
  const chosen = others.find(({ device }) => device === choice) ?? others[0];
  return chosen?.faulty === true ? `${chosen.device} (${chosen.name}) is not used: ${chosen.reason}` : SAME;
}
