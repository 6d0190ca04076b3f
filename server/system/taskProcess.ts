/** Work in a process of its own, one task at a time: crashing native code takes down only that process, and cancelling kills it. */
import { tmpdir } from 'node:os';
import { Child, forkScript } from './child.ts';

/** Messages to the process; `answerTasks.ts` is the other side. */
export type TaskRequest = { readonly kind: 'task'; readonly value: unknown } | { readonly kind: 'next' };

/** Messages from the process. After each part it waits for a request for the next: the receiver never falls behind. */
export type TaskMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'part'; readonly value: unknown }
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };

/** The process died during the task; it is restarted for others. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

interface Waiting {
  readonly task: unknown;
  onPart(value: unknown): void;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export interface TaskProcessOptions {
  readonly script: string;
  /** Limit of the JavaScript heap; V8 uses all of it before it collects. */
  readonly heapMb: number;
  /** Its name in messages to the user. */
  readonly name: string;
}

/** Started by the first task, and again by the next one after it died or was ended. */
export class TaskProcess<Task, Answer, Part = never> {
  readonly #options: TaskProcessOptions;
  /** In the order sent, which is the order of execution. */
  readonly #waiting: Waiting[] = [];
  #child: Child | null = null;
  #ready = false;

  constructor(options: TaskProcessOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Rejects with {@link ProcessDied} if the process dies of this task, with the task's own error, or with another one if the process cannot
   * even start.
   */
  run(task: Task, onPart: (part: Part) => void = () => {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        task,
        onPart: onPart as (value: unknown) => void,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      this.#child ??= this.#start();
      this.#child.send({ kind: 'task', value: task } satisfies TaskRequest);
    });
  }

  get idle(): boolean {
    return this.#waiting.length === 0;
  }

  /** Kills the process. Pending tasks get no answer. */
  async end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#waiting.length = 0;
    await child?.end(0);
  }

  #start(): Child {
    const { script, heapMb } = this.#options;
    this.#ready = false;
    // Not in the user's folder: a core dump is left in the temporary folder.
    return new Child(forkScript(script, [], [`--max-old-space-size=${heapMb}`], tmpdir()), {
      onMessage: (message) => this.#hear(message as TaskMessage),
      onDeath: (reason) => this.#died(reason),
    });
  }

  #hear(message: TaskMessage): void {
    if (message.kind === 'ready') this.#ready = true;
    if (message.kind === 'part') {
      this.#waiting[0]?.onPart(message.value);
      // Lets this process do its other work first.
      setImmediate(() => this.#child?.send({ kind: 'next' } satisfies TaskRequest));
    }
    if (message.kind === 'ready' || message.kind === 'part') return;
    const waiting = this.#waiting.shift();
    if (message.kind === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(Object.assign(new Error(message.message), { name: message.name }));
  }

  /** The first task was in progress; those behind it had not been started. */
  #died(reason: string): void {
    this.#child = null;
    const { name } = this.#options;
    if (!this.#ready) {
      const error = new Error(`The ${name} process did not start: it ${reason}.`);
      for (const { reject } of this.#waiting.splice(0)) reject(error);
      return;
    }
    this.#waiting.shift()?.reject(new ProcessDied(`the ${name} process ${reason}`));
    if (this.#waiting.length === 0) return;
    this.#child = this.#start();
    for (const { task } of this.#waiting) this.#child.send({ kind: 'task', value: task } satisfies TaskRequest);
  }
}

/** Runs one task in a process of its own, which is ended afterwards. Rejects with the signal's reason when cancelled. */
export async function runApart<Task, Answer, Part = never>(
  options: TaskProcessOptions,
  task: Task,
  signal: AbortSignal | undefined,
  onPart?: (part: Part) => void,
): Promise<Answer> {
  signal?.throwIfAborted();
  const process = new TaskProcess<Task, Answer, Part>(options);
  const cancelled = Promise.withResolvers<never>();
  const cancel = (): void => cancelled.reject(signal?.reason);
  signal?.addEventListener('abort', cancel);
  try {
    return await Promise.race([process.run(task, onPart), cancelled.promise]);
  } finally {
    signal?.removeEventListener('abort', cancel);
    await process.end();
  }
}
