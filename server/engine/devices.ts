/** The devices beside the CPU, as their drivers describe them. */
import { Calls, expectAnswer } from './calls.ts';
import { EngineChild } from './child.ts';
import { EngineError } from './errors.ts';
import { gpuBackends } from './gpuBackends.ts';
import type { ComputeDevice, DeviceChoice, DeviceName, DeviceSpeed, TrainerConfig } from './types.ts';

/** A driver may hang; a software one may take this long. */
const PATIENCE_MS = 30_000;
/** Each device may compile its kernels, and compute for a minute. */
const TRAINING_PATIENCE_MS = 300_000;
/** Somebody waits for suggestions. */
const COMPLETION_PATIENCE_MS = 60_000;

/** Whether a device other than the CPU may be found at all; no driver is touched to tell. */
export function mayHaveDevices(choice: DeviceName): boolean {
  return choice === 'metal' || gpuBackends(choice).length > 0 || (choice === 'auto' && process.platform === 'darwin');
}

/**
 * Those that `choice` may mean, in the order they are tried, each timed; none where a driver fails. In a process of its own, which
 * a driver may take with it.
 */
export async function computeDevices(choice: DeviceChoice, signal?: AbortSignal): Promise<readonly ComputeDevice[]> {
  signal?.throwIfAborted();
  if (!mayHaveDevices(choice)) return [];
  try {
    const ask = (calls: Calls, child: EngineChild) => calls.start(child, { kind: 'devices', device: choice }).answer;
    return expectAnswer(await asked(ask, PATIENCE_MS, signal), 'devices').devices;
  } catch {
    signal?.throwIfAborted();
    return [];
  }
}

/**
 * How fast a short step of this training is on each device and on the CPU, and why a GPU plug-in cannot serve. In a process of its own too.
 * Rejects where none can train.
 */
export async function trainingSpeeds(config: TrainerConfig, signal?: AbortSignal): Promise<readonly DeviceSpeed[]> {
  signal?.throwIfAborted();
  const ask = (calls: Calls, child: EngineChild) => calls.start(child, { kind: 'timeTraining', config }).answer;
  return expectAnswer(await asked(ask, TRAINING_PATIENCE_MS, signal), 'timed').speeds;
}

/** How fast a short completion of this model is on the CPU and on each device that `device` may mean. As {@link trainingSpeeds}. */
export async function completionSpeeds(
  modelPath: string,
  device: DeviceChoice = 'auto',
  signal?: AbortSignal,
): Promise<readonly DeviceSpeed[]> {
  signal?.throwIfAborted();
  const ask = (calls: Calls, child: EngineChild) =>
    calls.start(child, { kind: 'timeCompletions', modelPath, device }).answer;
  return expectAnswer(await asked(ask, COMPLETION_PATIENCE_MS, signal), 'timed').speeds;
}

type Asking = (calls: Calls, child: EngineChild) => ReturnType<Calls['start']>['answer'];

/** One question to a process that is started for it. */
async function asked(ask: Asking, patienceMs: number, signal?: AbortSignal) {
  const calls = new Calls();
  const child = new EngineChild('complete', {
    onMessage: (message) => calls.receive(message),
    onDeath: (reason) => calls.failAll(new EngineError('process-died', `The process that times devices ${reason}.`)),
  });
  const giveUp = (): void => calls.failAll(new EngineError('cancelled', 'given up'));
  const timer = setTimeout(giveUp, patienceMs);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    return await ask(calls, child);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
    await child.end();
  }
}
