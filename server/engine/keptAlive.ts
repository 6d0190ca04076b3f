/** One process in role *complete* and the model that it serves: loaded when asked for, restarted after a death, given up after too many. */
import { stat } from 'node:fs/promises';
import { Restarts } from '../common/restarts.ts';
import type { EngineStatus } from '../protocol/index.ts';
import { type Call, Calls, expectAnswer, type FinalAnswer } from './calls.ts';
import { EngineChild } from './child.ts';
import { codeOf } from './errorCodes.ts';
import { EngineError } from './errors.ts';
import { completionDevice } from './fastestDevice.ts';
import { forgetMeasured } from './measuredDevices.ts';
import { checkCompletionDevice } from './namedDevice.ts';
import { answerPatienceMs, hungFor, loadPatienceMs } from './patience.ts';
import type { CompletionEngine, DeviceName, ModelInfo } from './types.ts';
import { Watchdog, type WatchOptions } from './watchdog.ts';

export interface EngineOptions {
  /** Why the process is not ready, once per change. */
  readonly onStatus?: (status: EngineStatus) => void;
  readonly nowMs?: () => number;
  /** The device that `auto` means for a model. */
  readonly fastest?: (modelPath: string) => Promise<DeviceName>;
  /** Rejects if a named device computes something else than the CPU. */
  readonly check?: typeof checkCompletionDevice;
  /** How long the process may be silent before it counts as hung, given what is usual. */
  readonly patienceMs?: (usualMs: number) => number;
  /** When a process is tried again that was killed too often. */
  readonly memoryBackMs?: number;
}

/** For the work that waits for the process. */
export interface Waiting {
  /** Whether it can be done. */
  open(isOpen: boolean): void;
  /** It never will be. */
  refuse(error: Error): void;
}

export interface Asking extends Partial<WatchOptions> {
  readonly signal?: AbortSignal;
  readonly onText?: ((text: string) => void) | undefined;
}

type LoadOptions = Parameters<CompletionEngine['load']>[0];

/** Errors after which an automatically chosen device gives way to the CPU. */
const OF_THE_DEVICE: ReadonlySet<string> = new Set(['load-failed', 'out-of-memory', 'device-missing', 'device-failed']);

/** A process that is killed has most often been chosen by the system, because another program, such as a build, took the memory. */
const MEMORY_BACK_MS = 5 * 60_000;
const MEMORY =
  'If memory is short, close other programs, or choose a smaller model with "Repotune: Choose Base Model…".';

const AGAIN = `is tried again in five minutes. ${MEMORY}`;
const NEVER =
  'will not be restarted. Choose another model with "Repotune: Choose Base Model…", or another device in repotune.device; "Repotune: Show Log" says more.';

const closed = (): EngineError =>
  new EngineError(
    'closed',
    'The engine was closed: another model or device was chosen, or completions were turned off. Try again.',
  );

export class KeptAlive {
  readonly #waiting: Waiting;
  readonly #onStatus: (status: EngineStatus) => void;
  readonly #fastest: (modelPath: string) => Promise<DeviceName>;
  readonly #check: typeof checkCompletionDevice;
  readonly #restarts: Restarts;
  readonly #calls = new Calls();
  readonly #patienceMs: (usualMs: number) => number;
  readonly #memoryBackMs: number;
  readonly #watchdog = new Watchdog((silentMs) => this.#child?.giveUp(hungFor(silentMs)));
  #child: EngineChild | null = null;
  #wanted: LoadOptions | null = null;
  #model: ModelInfo | null = null;
  #loadMs = 0;
  /** Set when a device failed: the CPU serves until the next `load`. */
  #cpuOnly = false;
  #refusal: Error | null = new EngineError('not-loaded', 'No model is loaded.');
  #restartTimer: NodeJS.Timeout | null = null;
  #disposed = false;

  constructor(waiting: Waiting, options: EngineOptions) {
    const { onStatus = () => undefined, nowMs = Date.now } = options;
    const { fastest = completionDevice, check = checkCompletionDevice } = options;
    const { patienceMs = (usualMs) => usualMs, memoryBackMs = MEMORY_BACK_MS } = options;
    this.#waiting = waiting;
    this.#onStatus = onStatus;
    this.#fastest = fastest;
    this.#check = check;
    this.#patienceMs = patienceMs;
    this.#memoryBackMs = memoryBackMs;
    this.#restarts = new Restarts(nowMs);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get model(): ModelInfo | null {
    return this.#model;
  }

  /** Whether it answers calls now. */
  get serves(): boolean {
    return this.#child !== null && this.#model !== null;
  }

  /** Why calls are refused; null while the process lives or is being restarted. */
  get refusal(): Error | null {
    return this.#refusal;
  }

  /** How long an answer may take that was asked to stop. */
  get answerPatienceMs(): number {
    return answerPatienceMs(this.#model?.sizeBytes ?? 0, this.#loadMs);
  }

  /** Suspends the process until `resume` (POSIX): pending calls wait. */
  pause(): void {
    this.#watchdog.hold(true);
    this.#child?.signal('SIGSTOP');
  }

  resume(): void {
    this.#child?.signal('SIGCONT');
    this.#watchdog.hold(false);
  }

  async load(options: LoadOptions): Promise<ModelInfo> {
    // Nobody would dispose the process that this starts.
    if (this.#disposed) throw closed();
    this.#restarts.reset();
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    this.#cpuOnly = false;
    this.#waiting.open(false);
    try {
      const model = await this.#start(options);
      this.#wanted = options;
      return model;
    } catch (error) {
      // The previous model keeps serving.
      if (this.#model !== null) this.#waiting.open(true);
      throw error;
    }
  }

  async rest(): Promise<() => Promise<void>> {
    const [child, wanted] = [this.#child, this.#wanted];
    // As before the first load, when a process that dies is not restarted.
    this.#child = null;
    this.#wanted = null;
    this.#model = null;
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    const resting = new EngineError('not-loaded', 'The model is unloaded while an adapter is trained.');
    this.#refuse(resting);
    this.#calls.failAll(resting);
    await child?.end();
    return async () => {
      if (wanted !== null) await this.load(wanted);
    };
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    this.#refuse(closed());
    this.#calls.failAll(closed());
    const child = this.#child;
    // At once: calls from now on are refused, not sent to a process that is ending.
    this.#child = null;
    await child?.end();
  }

  /** The living process's answer. Rejects if there is none. */
  async ask(message: Call, asking: Asking): Promise<FinalAnswer> {
    if (this.#child === null)
      throw this.#refusal ?? new EngineError('process-died', 'The process that runs the model has ended.');
    return await this.#ask(this.#child, message, asking);
  }

  /** Loads on the requested device; for `auto` on the fastest, or on the CPU if that one fails. */
  async #start(options: LoadOptions): Promise<ModelInfo> {
    const device: DeviceName = this.#cpuOnly ? 'cpu' : (options.device ?? 'auto');
    if (device !== 'auto') {
      await this.#check(options.modelPath, device);
      if (this.#disposed) throw closed();
      return await this.#loadOn(device, options);
    }
    const fastest = await this.#fastest(options.modelPath);
    if (this.#disposed) throw closed();
    if (fastest === 'cpu') return await this.#loadOn('cpu', options);
    try {
      return await this.#loadOn(fastest, options);
    } catch (error) {
      await forgetMeasured(options.modelPath);
      const code = codeOf(error);
      // After a death, a previously served model is already being restarted.
      const over = code === 'process-died' ? this.#wanted === null : OF_THE_DEVICE.has(code);
      if (this.#disposed || !over) throw error;
      return await this.#loadOn('cpu', options);
    }
  }

  /** Starts the process if there is none, and loads. */
  async #loadOn(device: DeviceName, options: LoadOptions): Promise<ModelInfo> {
    const { modelPath, contextTokens, threads = 0, mergeAdapters = true } = options;
    const bytes = await sizeOf(modelPath);
    if (this.#disposed) throw closed();
    const child = this.#child ?? this.#spawn();
    const startedMs = performance.now();
    const message = { kind: 'load', modelPath, contextTokens, threads, device, mergeAdapters } as const;
    const answer = await this.#ask(child, message, { patienceMs: () => loadPatienceMs(bytes) });
    const { model } = expectAnswer(answer, 'loaded');
    this.#loadMs = performance.now() - startedMs;
    // zod's optional keys admit undefined where ModelInfo has none.
    this.#model = model as ModelInfo;
    this.#refusal = null;
    this.#waiting.open(true);
    return this.#model;
  }

  #spawn(): EngineChild {
    const child: EngineChild = new EngineChild('complete', {
      onMessage: (message) => this.#calls.receive(message),
      onDeath: (reason, signal) => this.#died(reason, signal === 'SIGKILL'),
    });
    this.#child = child;
    return child;
  }

  #died(reason: string, killed: boolean): void {
    this.#child = null;
    this.#waiting.open(false);
    const onDevice = this.#model !== null && this.#model.device !== 'CPU';
    this.#model = null;
    const wanted = this.#wanted;
    const decision = this.#restarts.next();
    const message = `The process that runs the model ${reason}.`;
    const advice = killed && wanted === null ? ` ${MEMORY}` : '';
    this.#calls.failAll(new EngineError('process-died', `${message}${advice}`));
    if (this.#disposed || wanted === null) return;
    if (decision.kind === 'give-up') {
      const final = `${message} It ended three times within a minute and ${killed ? AGAIN : NEVER}`;
      this.#refuse(new EngineError('process-died', final));
      this.#onStatus({ kind: 'failed', message: final });
      if (killed) this.#restartTimer = setTimeout(() => void this.#restartAnew(wanted), this.#memoryBackMs).unref();
      return;
    }
    if (onDevice) this.#cpuOnly = true;
    const next = onDevice ? 'Completions continue on the CPU.' : 'It is being restarted.';
    this.#onStatus({ kind: 'restarting', message: `${message} ${next}` });
    this.#restartTimer = setTimeout(() => void this.#restart(wanted), decision.ms);
  }

  async #restartAnew(wanted: LoadOptions): Promise<void> {
    this.#restarts.reset();
    await this.#restart(wanted);
  }

  async #restart(wanted: LoadOptions): Promise<void> {
    try {
      await this.#start(wanted);
      this.#onStatus({ kind: 'ready', message: '' });
    } catch (error) {
      // A death during the load has already been dealt with by #died, and who closed it knows why.
      if (codeOf(error) === 'process-died' || this.#disposed) return;
      const failure = error instanceof Error ? error : new Error(String(error));
      this.#refuse(failure);
      this.#onStatus({ kind: 'failed', message: failure.message, mayPass: true });
    }
  }

  #refuse(error: Error): void {
    this.#refusal = error;
    this.#waiting.open(false);
    this.#waiting.refuse(error);
  }

  /** The call's answer. On abort the process is asked to cancel the call; one that hangs is ended. */
  async #ask(child: EngineChild, message: Call, asking: Asking): Promise<FinalAnswer> {
    const { signal, onText, interrupt, patienceMs = () => this.answerPatienceMs } = asking;
    const watch = this.#watchdog.watch({
      patienceMs: () => this.#patienceMs(patienceMs()),
      ...(interrupt === undefined ? {} : { interrupt }),
    });
    const { id, answer } = this.#calls.start(child, message, { onText, watch });
    const cancel = (): void => {
      watch.stopping();
      child.send({ kind: 'cancel', id });
    };
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    try {
      return await answer;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }
}

/** 0 for a file that cannot be read, which the process will say. */
export async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
