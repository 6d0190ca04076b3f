/** The devices beside the CPU, as their drivers describe them. */
import { Calls, expectAnswer } from './calls.ts';
import { EngineChild } from './child.ts';
import { EngineError } from './errors.ts';
import { gpuBackends } from './gpuBackends.ts';
import type { ComputeDevice, DeviceChoice } from './types.ts';

/** A driver may hang; a software one may take this long. */
const PATIENCE_MS = 30_000;

/** Whether a device other than the CPU may be found at all; no driver is touched to tell. */
function mayHaveDevices(choice: DeviceChoice): boolean {
  return choice === 'metal' || gpuBackends(choice).length > 0 || (choice === 'auto' && process.platform === 'darwin');
}

/**
 * Those that `choice` may mean, in the order they are tried, each timed; none where a driver fails. In a process of its own, which
 * a driver may take with it.
 */
export async function computeDevices(choice: DeviceChoice, signal?: AbortSignal): Promise<readonly ComputeDevice[]> {
  signal?.throwIfAborted();
  if (!mayHaveDevices(choice)) return [];
  const calls = new Calls();
  const child = new EngineChild('complete', {
    onMessage: (message) => calls.receive(message),
    onDeath: (reason) => calls.failAll(new EngineError('process-died', reason)),
  });
  const giveUp = (): void => calls.failAll(new EngineError('cancelled', 'given up'));
  const timer = setTimeout(giveUp, PATIENCE_MS);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const { answer } = calls.start(child, { kind: 'devices', device: choice });
    return expectAnswer(await answer, 'devices').devices;
  } catch {
    signal?.throwIfAborted();
    return [];
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
    await child.end();
  }
}
