/** What to do about a device that was named and is not there: the addon knows neither which plug-ins can be had nor the commands for it. */
import { howToMend } from '../backends/missingLibrary.ts';
import { gpuBackendPath } from '../backends/plugIns.ts';
import { backendDownload } from '../common/backendCatalogue.ts';
import { messageOf } from '../common/messageOf.ts';
import { codeOf } from './errorCodes.ts';
import { EngineError } from './errors.ts';
import { backendOf } from './gpuBackends.ts';

const OTHERWISE = 'choose the device `auto` or `cpu`.';

/** The outcome of work on that device; if it is missing, the error says what to do. */
export async function onDevice<T>(device: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) !== 'device-missing') throw error;
    throw new EngineError('device-missing', missingDevice(device, messageOf(error)), { cause: error });
  }
}

/**
 * `found`: the addon's sentence, with the system's reason.
 * @internal
 */
export function missingDevice(
  device: string,
  found: string,
  pathOf = gpuBackendPath,
  platform = `${process.platform}-${process.arch}`,
): string {
  const backend = backendOf(device);
  if (backend === null || backend === 'metal' || pathOf(backend) !== null)
    return `${found} ${howToMend(found) || `Install the graphics card's current driver.`} Or ${OTHERWISE}`;
  if (backendDownload(backend, platform) === null)
    return `There is no ${backend} backend for ${platform}: ${OTHERWISE}`;
  return `The ${backend} backend is not installed. Run "Repotune: Download the CUDA Backend…" (on the command line: repotune backends get ${backend}), or ${OTHERWISE}`;
}
