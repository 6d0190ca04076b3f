/**
 * The rhythm of one editor's requests around `completeAt.ts`. A cached generation answers first, then a running one; only then is the model
 * asked, after a moment without a key. One generation runs at a time and the newest request wins.
 */

import { messageOf } from '../common/messageOf.ts';
import type { Turns } from '../engine/turns.ts';
import type { AdapterRef, CompleteResult } from '../engine/types.ts';
import type { Explanation, Settings } from '../protocol/index.ts';
import { type Asked, type AskedDependencies, askedOf, type ProviderRequest } from './asked.ts';
import { GenerationCache, type Spot, spotOf } from './cache.ts';
import { type CompletionOutcome, type Limits, limitsOf, type Occasion, offerAt, offersAt } from './completeAt.ts';
import { cursorAt } from './cursor.ts';
import type { Debounce } from './debounce.ts';
import { explanationOf } from './explanation.ts';
import { type CompletionTarget, type Generation, generate, type Serving } from './generate.ts';
import { InFlight } from './inFlight.ts';
import { type Offer, refusalAt } from './present.ts';
import { Reader } from './reader.ts';
import { Resting } from './resting.ts';
import type { Leans } from './statistics/lean.ts';

export type { ProviderRequest } from './asked.ts';

export interface ProviderDependencies extends AskedDependencies {
  readonly debounce: Debounce;
  readonly turns: Turns;
  /** Why completions are not wanted in a document; null if they are. */
  disabled(request: ProviderRequest): string | null;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  nowMs(): number;
  onBattery(): boolean;
  /** Whether the document has changed since the request. */
  documentChanged(request: ProviderRequest): boolean;
  /** The engine worked this long on an answer. */
  onEngineTime(ms: number): void;
  /** CPU time that the engine's process spent on an answer, or on an abandoned one. */
  onCpuTime(ms: number): void;
  /** How often this person finds suggestions right, compared with others. */
  leans(): Leans;
  /** The engine failed with this adapter. */
  onAdapterFailed?(adapter: AdapterRef, error: unknown): void;
  /** The engine failed during a request; the user learns of it from the engine's status. */
  onError(error: unknown): void;
}

/** Counts for the bench: how much work typing causes. */
export interface ProviderCounters {
  requests: number;
  fromCache: number;
  joined: number;
  generations: number;
  evaluatedTokens: number;
  cancelled: number;
}

/** A cancelled request's successor comes within the editor's own delay; generation continues that long. */
const LINGER_MS = 300;
/** Factor for the debounce on battery. */
const BATTERY_PATIENCE = 4;
/** Factor for the tokens read for an explicit request, which may take longer than typing allows. */
const INVOKED_PATIENCE = 3;

export class CompletionProvider {
  readonly counters: ProviderCounters = {
    requests: 0,
    fromCache: 0,
    joined: 0,
    generations: 0,
    evaluatedTokens: 0,
    cancelled: 0,
  };
  readonly #dependencies: ProviderDependencies;
  readonly #cache = new GenerationCache();
  #newest: AbortController | null = null;
  #running: InFlight | null = null;
  /** Those that remembered answers were given by; changed ones are another object. */
  #settings: Settings['completions'] | null = null;
  /** The last failure; null after a success. */
  #failure: string | null = null;
  readonly #reader: Reader;
  readonly #resting: Resting;

  constructor(dependencies: ProviderDependencies) {
    this.#dependencies = dependencies;
    this.#reader = new Reader({
      isWelcome: () => this.#running === null && !dependencies.onBattery() && !dependencies.turns.isTuning,
      nowMs: dependencies.nowMs,
      onError: (error) => this.#failed(error),
    });
    const { wait } = dependencies;
    this.#resting = new Resting({ reader: this.#reader, look: (request) => this.#look(request), wait });
  }

  /** A document was opened: it is read ahead while the engine is idle. */
  async opened(request: ProviderRequest): Promise<void> {
    const asked = await this.#look({ ...request, offset: request.text.length });
    if (asked !== null) await this.#reader.opened(asked.target, asked.serving, asked.freshTokens);
  }

  /** The cursor rests where nothing was asked: the text around it is read ahead while the engine is idle. */
  async rested(request: ProviderRequest): Promise<void> {
    await this.#resting.rested(request);
  }

  /** For reading ahead; null where nothing is wanted, or not any more. */
  async #look(request: ProviderRequest): Promise<Asked | null> {
    const { disabled, documentChanged } = this.#dependencies;
    if (disabled(request) !== null) return null;
    try {
      const asked = await this.#asked(request);
      return disabled(request) === null && !documentChanged(request) ? asked : null;
    } catch (error) {
      this.#failed(error);
      return null;
    }
  }

  async provide(request: ProviderRequest, signal: AbortSignal): Promise<CompletionOutcome> {
    this.#reader.stop();
    this.#resting.typed(request);
    const outcome = await this.#exclusively(request, signal, (mine) =>
      offerAt(request, this.#occasion(request), (candidate, limits) =>
        this.#generation(request, candidate, limits, mine),
      ),
    );
    this.counters.requests++;
    if (outcome.kind === 'cancelled') {
      this.counters.cancelled++;
      this.#running?.release(this.#dependencies.documentChanged(request) ? LINGER_MS : 0);
    } else void this.#reader.goOn();
    return outcome;
  }

  /** What typing there comes to, and why: for somebody who wonders why nothing is shown. */
  async explain(request: ProviderRequest, signal: AbortSignal): Promise<Explanation> {
    let generation: Generation | null = null;
    const occasion = this.#occasion(request);
    const outcome = await this.#exclusively(request, signal, (mine) =>
      offerAt(request, occasion, async (candidate, limits) => {
        generation = await this.#generation(request, candidate, limits, mine);
        return generation;
      }),
    );
    if (outcome.kind === 'cancelled') this.#running?.release(0);
    return await explanationOf(request, outcome, generation, occasion);
  }

  /** Up to three different suggestions, best first. */
  async candidates(request: ProviderRequest, signal: AbortSignal): Promise<Offer[]> {
    let offers: Offer[] = [];
    await this.#exclusively(request, signal, async (mine) => {
      offers = await offersAt(request, this.#occasion(request), (candidate, limits) =>
        this.#generation(request, candidate, limits, mine),
      );
      return { kind: 'cancelled' };
    });
    if (!signal.aborted) return offers;
    this.#running?.release(0);
    return [];
  }

  /** Generates what comes next if `offer` is accepted, so that it is there at once. */
  async lookAhead(request: ProviderRequest, offer: Offer): Promise<void> {
    const { onBattery, settings } = this.#dependencies;
    if (this.#running !== null || onBattery() || !settings().completions.lookAhead) return;
    const { text, offset } = request;
    const accepted = text.slice(0, offset) + offer.text + text.slice(offset + offer.replaceAfter);
    const end = offset + offer.text.length - offer.caretBack;
    await this.prepare({ ...request, text: accepted, offset: end, invoked: false });
  }

  /** Starts generating for a request to come, unless one is running: the request joins it, or finds it done. */
  async prepare(request: ProviderRequest): Promise<void> {
    const { text, offset, languageId } = request;
    if (this.#dependencies.disabled(request) !== null || refusalAt(cursorAt(text, offset, languageId)) !== null) return;
    try {
      const { target, serving, origin, freshTokens } = await this.#asked(request);
      const spot = spotOf(target, origin);
      if (this.#running !== null || this.#cache.find(spot) !== null) return;
      const limits = { ...limitsOf(this.#occasion({ ...request, invoked: false })), freshTokens };
      await this.#start(target, serving, spot, 0, limits).done;
      void this.#reader.goOn();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** What others see of a document has changed: what was written for them may rest on its former text. */
  seenByOthers(uri: string): void {
    this.#cache.keepOnly(uri);
  }

  /** After a change of weights, earlier generations are useless. Keys hold the version too; this frees memory. */
  forget(): void {
    // Not the request itself: whoever waits for it is answered with the new weights.
    this.#running?.abort();
    this.#reader.forget();
    this.#cache.clear();
  }

  cancel(): void {
    this.#newest?.abort();
    this.#running?.abort();
    this.#reader.forget();
    this.#resting.cancel();
  }

  /** Runs `answer` with a signal that a newer request also aborts. */
  async #exclusively(
    request: ProviderRequest,
    signal: AbortSignal,
    answer: (signal: AbortSignal) => Promise<CompletionOutcome>,
  ): Promise<CompletionOutcome> {
    const disabled = this.#dependencies.disabled(request);
    if (disabled !== null) return { kind: 'none', reason: disabled };
    this.#newest?.abort();
    const mine = new AbortController();
    this.#newest = mine;
    const either = AbortSignal.any([signal, mine.signal]);
    try {
      const outcome = await answer(either);
      return either.aborted ? { kind: 'cancelled' } : outcome;
    } catch (error) {
      if (either.aborted) return { kind: 'cancelled' };
      this.#failed(error);
      return { kind: 'none', reason: messageOf(error) };
    } finally {
      if (this.#newest === mine) this.#newest = null;
    }
  }

  /** A lasting failure, e.g. a missing model, is reported once and not with every key. */
  #failed(error: unknown): void {
    const failure = messageOf(error);
    if (failure !== this.#failure) this.#dependencies.onError(error);
    this.#failure = failure;
  }

  #occasion({ invoked }: ProviderRequest): Occasion {
    const { leans, settings } = this.#dependencies;
    return { invoked, maxTokens: settings().completions.maxTokens, leans: leans() };
  }

  /** null when cancelled. One that was stopped for other reasons is asked for again. */
  async #generation(
    request: ProviderRequest,
    candidate: number,
    limits: Limits,
    signal: AbortSignal,
  ): Promise<Generation | null> {
    if (signal.aborted) return null;
    const { target, serving, origin, freshTokens } = await this.#asked(request);
    if (signal.aborted) return null;
    const spot = spotOf(target, origin);
    // An explicit request waits for the whole answer.
    const isEnough = ({ late }: Generation): boolean => !(late && request.invoked);
    const known = candidate === 0 ? this.#cache.find(spot) : null;
    if (known !== null && isEnough(known)) {
      this.counters.fromCache++;
      return known;
    }
    const running = this.#running;
    if (running !== null && running.candidate === candidate && running.agrees(spot)) {
      this.counters.joined++;
      const joined = await running.join(spot, signal);
      if (signal.aborted) return null;
      if (joined !== null && isEnough(joined)) return joined;
      if (running.isAborted) return await this.#generation(request, candidate, limits, signal);
    } else running?.abort();
    if (!request.invoked) {
      const { debounce, nowMs, wait, settings, onBattery } = this.#dependencies;
      const leastMs = settings().completions.debounceMs * (onBattery() ? BATTERY_PATIENCE : 1);
      await wait(debounce.waitMs(nowMs(), leastMs), signal);
      if (signal.aborted) return null;
    }
    this.#running?.abort();
    const inTime = { ...limits, freshTokens: request.invoked ? INVOKED_PATIENCE * freshTokens : freshTokens };
    const started = this.#start(target, serving, spot, candidate, inTime);
    const generation = await started.join(spot, signal);
    if (generation !== null || signal.aborted || !started.isAborted) return generation;
    return await this.#generation(request, candidate, limits, signal);
  }

  #asked(request: ProviderRequest): Promise<Asked> {
    const { completions } = this.#dependencies.settings();
    // Earlier answers may be shorter than what is wanted now, or repeat a file that is excluded since.
    if (this.#settings !== completions) {
      this.#running?.abort();
      this.#cache.clear();
    }
    this.#settings = completions;
    return askedOf(request, this.#dependencies);
  }

  #start(target: CompletionTarget, serving: Serving, spot: Spot, candidate: number, limits: Limits): InFlight {
    const startedAtMs = this.#dependencies.nowMs();
    const onCpuTime = (ms: number): void => this.#dependencies.onCpuTime(ms);
    const onTimed = (result: CompleteResult): void => void this.#dependencies.paces.learn(serving.model, result);
    this.#reader.stop();
    this.#reader.asked(serving);
    this.counters.generations++;
    const running = new InFlight(spot, candidate, async (signal, onText): Promise<Generation | null> => {
      const generation = await this.#dependencies.turns
        .generating(() => generate(target, serving, { ...limits, candidate, onCpuTime, onTimed }, signal, onText))
        .catch((error: unknown) => {
          if (serving.adapter !== null) this.#dependencies.onAdapterFailed?.(serving.adapter, error);
          throw error;
        });
      if (generation !== null) {
        this.#failure = null;
        this.counters.evaluatedTokens += generation.usage.evaluatedTokens;
        this.#dependencies.onEngineTime(generation.usage.ms);
        // Without time for even a first word, the result says nothing about the place: it is asked again.
        if (candidate === 0 && !(generation.late && generation.text === '')) this.#cache.add(spot, generation);
        if (generation.usage.shortened) this.#reader.want(target, serving, limits.freshTokens ?? 0);
        this.#dependencies.debounce.response(this.#dependencies.nowMs() - startedAtMs);
      }
      return generation;
    });
    this.#running = running;
    const clear = (): void => {
      if (this.#running === running) this.#running = null;
    };
    running.done.then(clear, clear);
    return running;
  }
}
