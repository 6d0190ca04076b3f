/** A {@link CompletionEngine} in a process of its own, which survives aborts of ggml and drivers: its calls, each in its turn. */

import { expectAnswer } from './calls.ts';
import { type EngineOptions, KeptAlive, sizeOf } from './keptAlive.ts';
import { loadPatienceMs } from './patience.ts';
import { type Urgency, WorkQueue } from './queue.ts';
import { nothing, packed, plain } from './requests.ts';
import { Scoring } from './scoring.ts';
import type {
  AdapterRef,
  CompleteRequest,
  CompleteResult,
  CompletionEngine,
  MergeRequest,
  ModelInfo,
  Score,
  ScoreSample,
} from './types.ts';

export class CompletionProcess implements CompletionEngine {
  readonly #nowMs: () => number;
  readonly #queue = new WorkQueue();
  readonly #process: KeptAlive;

  constructor(options: EngineOptions = {}) {
    this.#nowMs = options.nowMs ?? Date.now;
    const queue = this.#queue;
    this.#process = new KeptAlive(
      { open: (isOpen) => queue.setOpen(isOpen), refuse: (error) => queue.dropAll(error) },
      options,
    );
  }

  /** For tests and for measuring its memory. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** null while nothing is loaded. */
  get model(): ModelInfo | null {
    return this.#process.model;
  }

  pause(): void {
    this.#process.pause();
  }

  resume(): void {
    this.#process.resume();
  }

  load(options: Parameters<CompletionEngine['load']>[0]): Promise<ModelInfo> {
    return this.#process.load(options);
  }

  async tokenize(texts: readonly string[]): Promise<number[][]> {
    // Not queued: the tokenizer needs no context, so it answers during a completion.
    if (!this.#process.serves) {
      return (await this.#enqueue('completion', async () => await this.tokenize(texts))) ?? [];
    }
    const patienceMs = (): number => loadPatienceMs(0);
    const asked = this.#process.ask({ kind: 'tokenize', texts: [...texts] }, { patienceMs });
    const answer = expectAnswer(await asked, 'tokens');
    return answer.tokens.map((tokens) => Array.from(tokens));
  }

  async complete(
    request: CompleteRequest,
    signal?: AbortSignal,
    onText?: (text: string) => void,
  ): Promise<CompleteResult> {
    if (signal?.aborted) return nothing('cancelled');
    const { deadlineMs } = request;
    const dueMs = deadlineMs === undefined ? Number.POSITIVE_INFINITY : this.#nowMs() + deadlineMs;
    let aside = new AbortController();
    const work = async (): Promise<CompleteResult> => {
      aside = new AbortController();
      const remainingMs = dueMs - this.#nowMs();
      if (remainingMs <= 0) return nothing('deadline');
      const timed = { ...plain(request), ...(deadlineMs === undefined ? {} : { deadlineMs: remainingMs }) };
      const either = signal === undefined ? aside.signal : AbortSignal.any([signal, aside.signal]);
      // Each token of one that may take as long as it likes is a sign of life; the other ends by itself.
      const answer = await this.#process.ask(
        { kind: 'complete', request: timed, stream: onText !== undefined || deadlineMs === undefined },
        deadlineMs === undefined
          ? { signal: either, onText, interrupt: () => aside.abort() }
          : { signal: either, onText, patienceMs: () => remainingMs + this.#process.answerPatienceMs },
      );
      return expectAnswer(answer, 'completed').result;
    };
    // Read-ahead is for later: nobody is waiting for it.
    const urgency = request.maxTokens === 0 ? 'background' : request.yields === true ? 'edit' : 'completion';
    while (true) {
      const result = (await this.#enqueue(urgency, work, signal, () => aside.abort())) ?? nothing('cancelled');
      if (result.stopReason !== 'cancelled' || !aside.signal.aborted || signal?.aborted) return result;
    }
  }

  async score(samples: readonly ScoreSample[], adapter: AdapterRef | null, signal?: AbortSignal): Promise<Score[]> {
    const scoring = new Scoring(samples);
    let putAside = false;
    for (let batch = scoring.next(); batch !== null; batch = scoring.next()) {
      // After one interruption another is likely.
      const message = { kind: 'score', samples: batch.map(packed), adapter, smallBatches: putAside } as const;
      const aside = new AbortController();
      const either = signal === undefined ? aside.signal : AbortSignal.any([signal, aside.signal]);
      const work = async (): Promise<Score[]> => {
        const answer = await this.#process.ask(message, { signal: either, interrupt: () => aside.abort() });
        return expectAnswer(answer, 'scored').scores;
      };
      const part = await this.#enqueue('background', work, signal, () => aside.abort());
      signal?.throwIfAborted();
      scoring.add(part ?? []);
      putAside = aside.signal.aborted;
    }
    return scoring.scores;
  }

  /** Writes base and adapter as one model file; some model, whichever, must be loaded. */
  async merge(request: MergeRequest): Promise<void> {
    const bytes = await sizeOf(request.basePath);
    const patienceMs = (): number => loadPatienceMs(2 * bytes);
    expectAnswer(await this.#process.ask({ kind: 'merge', ...request }, { patienceMs }), 'merged');
  }

  rest(): Promise<() => Promise<void>> {
    return this.#process.rest();
  }

  dispose(): Promise<void> {
    return this.#process.dispose();
  }

  #enqueue<T>(urgency: Urgency, task: () => Promise<T>, signal?: AbortSignal, giveWay?: () => void): Promise<T | null> {
    const { refusal } = this.#process;
    if (refusal !== null) return Promise.reject(refusal);
    return this.#queue.run(urgency, task, signal, giveWay);
  }
}
