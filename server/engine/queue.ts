/** Work for a process that does one thing at a time: completions first, since somebody is waiting at the keyboard. */
export type Urgency = 'completion' | 'background';

export interface Work {
  readonly urgency: Urgency;
  /** Starts the work; settled when the process is free again. Never rejects. */
  start(): Promise<void>;
  /** The work will not be started. */
  drop(error: Error): void;
}

export class WorkQueue {
  readonly #waiting: Work[] = [];
  #running = false;
  #open = false;

  add(work: Work): void {
    const behind = this.#waiting.findIndex((other) => other.urgency === 'background');
    if (work.urgency === 'completion' && behind >= 0) this.#waiting.splice(behind, 0, work);
    else this.#waiting.push(work);
    this.#pump();
  }

  /** Takes back what has not been started; whether it was still waiting. */
  remove(work: Work): boolean {
    const index = this.#waiting.indexOf(work);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  /** Lets work start, or holds it back while there is no process. */
  setOpen(open: boolean): void {
    this.#open = open;
    this.#pump();
  }

  dropAll(error: Error): void {
    for (const work of this.#waiting.splice(0)) work.drop(error);
  }

  #pump(): void {
    if (!this.#open || this.#running) return;
    const work = this.#waiting.shift();
    if (work === undefined) return;
    this.#running = true;
    void work.start().finally(() => {
      this.#running = false;
      this.#pump();
    });
  }
}
