/** Work for a process that does one thing at a time: completions first, since the user is waiting for them. */
const BY_URGENCY = ['completion', 'edit', 'background'] as const;

export type Urgency = (typeof BY_URGENCY)[number];

export interface Work {
  readonly urgency: Urgency;
  /** Starts the work; resolves when the process is free again. Never rejects. */
  start(): Promise<void>;
  /** Something more urgent is waiting for this work, which is running. */
  giveWay?(): void;
  /** The work will not be started. */
  drop(error: Error): void;
}

export class WorkQueue {
  readonly #waiting: Work[] = [];
  #running: Work | null = null;
  #open = false;

  add(work: Work): void {
    const behind = this.#waiting.findIndex((other) => before(work, other));
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, work);
    if (this.#running !== null && before(work, this.#running)) this.#running.giveWay?.();
    this.#pump();
  }

  /** Runs `task` in its turn; null if aborted before it started. Rejects as the task does, or if it is dropped. */
  run<T>(urgency: Urgency, task: () => Promise<T>, signal?: AbortSignal, giveWay = (): void => {}): Promise<T | null> {
    return new Promise((resolve, reject) => {
      const abandon = (): void => {
        if (this.remove(work)) resolve(null);
      };
      const work: Work = {
        urgency,
        giveWay,
        drop: reject,
        start: async () => {
          signal?.removeEventListener('abort', abandon);
          await task().then(resolve, reject);
        },
      };
      if (signal?.aborted) {
        resolve(null);
        return;
      }
      signal?.addEventListener('abort', abandon, { once: true });
      this.add(work);
    });
  }

  /** Removes work that has not started; false if it has. */
  remove(work: Work): boolean {
    const index = this.#waiting.indexOf(work);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  /** Whether work may start; closed while there is no process. */
  setOpen(open: boolean): void {
    this.#open = open;
    this.#pump();
  }

  dropAll(error: Error): void {
    for (const work of this.#waiting.splice(0)) work.drop(error);
  }

  #pump(): void {
    if (!this.#open || this.#running !== null) return;
    const work = this.#waiting.shift();
    if (work === undefined) return;
    this.#running = work;
    void work.start().finally(() => {
      this.#running = null;
      this.#pump();
    });
  }
}

function before(work: Work, other: Work): boolean {
  return BY_URGENCY.indexOf(work.urgency) < BY_URGENCY.indexOf(other.urgency);
}
