/** The devices other than the CPU, as their drivers describe them. */
import { Calls, expectAnswer } from './calls.ts';
import { EngineChild } from './child.ts';
import { EngineError } from './errors.ts';
import { backendOf, gpuBackends } from './gpuBackends.ts';
import type { ComputeDevice, DeviceChoice, DeviceName, DeviceSpeed, TrainerConfig } from './types.ts';

/** A driver may hang; a software one may take this long. */
const PATIENCE_MS = 30_000;
/** Each device may compile its kernels, then compute for a minute. */
const TRAINING_PATIENCE_MS = 300_000;
/** Somebody is waiting for suggestions. */
const COMPLETION_PATIENCE_MS = 60_000;

/** Whether a device other than the CPU may be found at all, decided without touching a driver. */
export function mayHaveDevices(choice: DeviceName): boolean {
  return (
    backendOf(choice) === 'metal' ||
    gpuBackends(choice).length > 0 ||
    (choice === 'auto' && process.platform === 'darwin')
  );
}

/**
 * The devices that `choice` may mean, in the order they are tried, each timed; none if a driver fails. Runs in a process of its own, since
 * a driver may crash it.
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
 * Speed of a short step of this training on each device and on the CPU, and why a GPU plug-in cannot serve. Also in a process of its own.
 * Rejects if none can train.
 */
export async function trainingSpeeds(config: TrainerConfig, signal?: AbortSignal): Promise<readonly DeviceSpeed[]> {
  signal?.throwIfAborted();
  const ask = (calls: Calls, child: EngineChild) => calls.start(child, { kind: 'timeTraining', config }).answer;
  return expectAnswer(await asked(ask, TRAINING_PATIENCE_MS, signal), 'timed').speeds;
}

/** Speed of a short completion by this model on the CPU and on each device that `device` may mean. As {@link trainingSpeeds}. */
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

/** Starts a process for one question. */
async function asked(ask: Asking, patienceMs: number, signal?: AbortSignal) {
  const calls = new Calls();
  const child = new EngineChild('complete', {
    onMessage: (message) => calls.receive(message),
    onDeath: (reason) => calls.failAll(new EngineError('process-died', `The process that times devices ${reason}.`)),
  });
  const giveUp = (): void =>
    calls.failAll(new EngineError('cancelled', 'Timing the devices was cancelled, or took too long.'));
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
