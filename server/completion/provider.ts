/** Requests of one editor: one at a time, the newest wins, typing waits a moment first. */
import type { AdapterRef } from '../engine/types.ts';
import type { Settings } from '../protocol.ts';
import { type CompletionOutcome, completeAt } from './completeAt.ts';
import type { EngineHost } from './host.ts';

export interface ProviderRequest {
  readonly uri: string;
  readonly text: string;
  readonly offset: number;
  readonly languageId: string;
  readonly invoked: boolean;
}

/** What is known of a document's place: which repository, which adapter. */
export interface Place {
  readonly repoName: string;
  readonly adapter: AdapterRef | null;
}

export interface ProviderDependencies {
  readonly host: EngineHost;
  settings(): Settings;
  modelPath(): string;
  place(uri: string): Promise<Place>;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** An engine that failed in the middle of a request; the user hears of it by the engine's status. */
  onError(error: unknown): void;
}

export class CompletionProvider {
  readonly #dependencies: ProviderDependencies;
  #running: AbortController | null = null;

  constructor(dependencies: ProviderDependencies) {
    this.#dependencies = dependencies;
  }

  async provide(request: ProviderRequest, signal: AbortSignal): Promise<CompletionOutcome> {
    const { completions, device } = this.#dependencies.settings();
    if (!completions.enabled) return { kind: 'none', reason: 'completions are off' };
    this.#running?.abort();
    const mine = new AbortController();
    this.#running = mine;
    const either = AbortSignal.any([signal, mine.signal]);
    try {
      if (!request.invoked) await this.#dependencies.wait(completions.debounceMs, either);
      if (either.aborted) return { kind: 'cancelled' };
      const place = await this.#dependencies.place(request.uri);
      const loaded = await this.#dependencies.host.loaded({ modelPath: this.#dependencies.modelPath(), device });
      if (either.aborted) return { kind: 'cancelled' };
      return await completeAt(
        { ...request, repoName: place.repoName, context: '' },
        { ...loaded, adapter: place.adapter },
        { maxTokens: completions.maxTokens, invoked: request.invoked },
        either,
      );
    } catch (error) {
      if (either.aborted) return { kind: 'cancelled' };
      this.#dependencies.onError(error);
      return { kind: 'none', reason: error instanceof Error ? error.message : String(error) };
    } finally {
      if (this.#running === mine) this.#running = null;
    }
  }

  cancel(): void {
    this.#running?.abort();
  }
}
