/** One held-out set under base, tuned and active adapter: the same tokens and places for each. */
import type { AdapterRef, LoadedEngine, Score, ScoreSample } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import type { Windows } from '../prompt/heldOutWindows.ts';
import type { Example, Group, HeldOutSet, OverLayout } from '../protocol/report.ts';
import { compare, contenderOf, type Examined, exampleOf, groupsOf, isFitToKeep, lossOf } from './compare.ts';
import { inPieces } from './inPieces.ts';
import { ErrorSpending, looksAt } from './looks.ts';
import { completePlace, type Place } from './places.ts';
import type { Scorer } from './scorer.ts';

export interface SetInput {
  readonly serving: LoadedEngine;
  readonly scorer: Scorer;
  readonly repoName: string;
  /** In a fixed random order: any prefix is a fair sample. */
  readonly pairs: readonly Pair[];
  /** [pairs] */
  readonly samples: readonly ScoreSample[];
  /** Scored however long it takes. */
  readonly leastSamples: number;
  readonly mostPlaces: number;
  /** Those of the samples: places are completed with as much of the file. */
  readonly windows: Windows;
  readonly nowMs: () => number;
}

/** Deadline by the input's clock, and a listener for progress. */
export interface Allowance {
  readonly untilMs: number;
  onMessage(message: string): void;
  readonly signal: AbortSignal | undefined;
}

/** Base, the adapter in question and, where there is one, the adapter it is compared with. */
export type Models = readonly [null, AdapterRef, AdapterRef | null];

export type Settled = (set: Pick<HeldOutSet, 'base' | 'overBase' | 'overActive'>) => boolean;

interface Measured {
  readonly adapter: AdapterRef | null;
  readonly scores: Score[];
  readonly places: Place[];
}

export class HeldOutExamination {
  readonly #input: SetInput;
  readonly #places: readonly Pair[];
  /** By weights, so that places are not completed again. The scorer caches losses. */
  readonly #completed = new Map<string, Place[]>();

  constructor(input: SetInput) {
    this.#input = input;
    this.#places = input.pairs.filter(({ middle }) => middle.trim().length >= 3).slice(0, input.mostPlaces);
  }

  of([base, tuned, active]: Models): ExaminedSet {
    const measured = (adapter: AdapterRef | null): Measured => {
      const key = adapter === null ? '' : JSON.stringify([adapter.id, adapter.scale]);
      const places = this.#completed.get(key) ?? [];
      this.#completed.set(key, places);
      return { adapter, scores: [], places };
    };
    return new ExaminedSet(this.#input, this.#places, {
      base: measured(base),
      tuned: measured(tuned),
      active: active && measured(active),
    });
  }
}

interface Contenders {
  readonly base: Measured;
  readonly tuned: Measured;
  readonly active: Measured | null;
}

/** The set as far as it has been measured. */
class ExaminedSet {
  readonly #input: SetInput;
  readonly #places: readonly Pair[];
  readonly #contenders: Contenders;
  readonly #models: readonly Measured[];
  #scored = 0;
  /** Under the layout adapter; for as many of the first pairs as time allowed. */
  #layout: Score[] = [];
  #completed = 0;
  #stopped: HeldOutSet['stopped'] = 'all';
  /** Confidence level of the intervals of losses. */
  #level = 0.95;

  constructor(input: SetInput, places: readonly Pair[], contenders: Contenders) {
    this.#input = input;
    this.#places = places;
    this.#contenders = contenders;
    this.#models = Object.values(contenders).filter((model) => model !== null);
  }

  /** Scores pairs under all models until `settled` says that the intervals decide, all are scored, or time is up. */
  async score(settled: Settled, { untilMs, onMessage, signal }: Allowance): Promise<void> {
    const { samples, scorer, leastSamples, nowMs } = this.#input;
    const spending = new ErrorSpending(samples.length);
    for (const to of looksAt(samples.length)) {
      const pieces = { from: this.#scored, to, least: Math.min(to, leastSamples), untilMs, nowMs, signal };
      this.#scored = await inPieces(this.#models, pieces, async ({ adapter, scores }, from, end, either) => {
        const fresh = await scorer.score(adapter, samples.slice(from, end), either);
        return () => {
          scores.push(...fresh);
          onMessage(`Scoring held-out pairs: ${end} of at most ${samples.length}`);
        };
      });
      const last = this.#scored < to || to === samples.length;
      this.#level = spending.level(this.#scored, last);
      this.#stopped = this.#scored < to ? 'time' : last ? 'all' : 'decided';
      if (last || settled(this.summarize())) return;
    }
  }

  /** Scores what was scored, or the first part of it, with the layout adapter. */
  async control(layout: AdapterRef, { untilMs, onMessage, signal }: Allowance): Promise<void> {
    const { samples, scorer, leastSamples, nowMs } = this.#input;
    const pieces = { from: 0, to: this.#scored, least: Math.min(leastSamples, this.#scored), untilMs, nowMs, signal };
    const scored: Score[] = [];
    await inPieces([layout], pieces, async (adapter, from, end, either) => {
      const fresh = await scorer.score(adapter, samples.slice(from, end), either);
      return () => {
        scored.push(...fresh);
        onMessage(`Scoring an adapter of other code: ${end} of ${this.#scored} pairs`);
      };
    });
    this.#layout = scored;
  }

  /** Completes places, at least one, with all models, until time is up. */
  async complete({ untilMs, onMessage, signal }: Allowance): Promise<void> {
    const { serving, repoName, windows, nowMs } = this.#input;
    const pieces = { from: 0, to: this.#places.length, least: 1, untilMs, nowMs, signal };
    this.#completed = await inPieces(this.#models, pieces, async ({ adapter, places }, from, to, either) => {
      const fresh: Place[] = [];
      for (const pair of this.#places.slice(Math.max(from, places.length), to)) {
        either?.throwIfAborted();
        fresh.push(await completePlace(pair, serving, repoName, adapter, windows, either));
      }
      return () => {
        places.push(...fresh);
        onMessage(`Completing held-out places: ${to} of at most ${this.#places.length}`);
      };
    });
  }

  summarize(): HeldOutSet {
    const { base, tuned, active } = this.#contenders;
    const [baseFigures, tunedFigures, activeFigures] = [
      this.#figures(base),
      this.#figures(tuned),
      active && this.#figures(active),
    ];
    const pairs = this.#input.pairs.slice(0, this.#scored);
    const files = pairs.map(({ path }) => path);
    const placeFiles = this.#places.slice(0, this.#completed).map(({ path }) => path);
    const over = (rival: Examined) => compare(tunedFigures, rival, files, this.#level, placeFiles);
    const groups = (key: (pair: Pair) => string): Group[] => groupsOf(pairs, key, baseFigures.loss, tunedFigures.loss);
    return {
      pairs: pairs.length,
      files: new Set(files).size,
      tokens: baseFigures.loss.tokens,
      available: this.#input.pairs.length,
      stopped: this.#stopped,
      base: contenderOf(baseFigures),
      tuned: contenderOf(tunedFigures),
      active: activeFigures && contenderOf(activeFigures),
      overBase: over(baseFigures),
      overActive: activeFigures && over(activeFigures),
      overLayout: this.#overLayout(),
      byLanguage: groups(({ language }) => language),
      byKind: groups(({ kind }) => kind),
    };
  }

  /** Side by side, starting with those where base and tuned differ. */
  examples(most: number): Example[] {
    const { base, tuned } = this.#contenders;
    const all = this.#places
      .slice(0, this.#completed)
      .map((pair, i) => exampleOf(pair, base.places[i]!.text, tuned.places[i]!.text))
      .filter(isFitToKeep);
    return all.toSorted((a, b) => Number(a.base === a.tuned) - Number(b.base === b.tuned)).slice(0, most);
  }

  #overLayout(): OverLayout | null {
    const { length: pairs } = this.#layout;
    if (pairs === 0) return null;
    const { base, tuned } = this.#contenders;
    const [ofBase, ofTuned, ofLayout] = [base.scores, tuned.scores, this.#layout].map((all) => ({
      loss: lossOf(all.slice(0, pairs)),
      places: [],
    }));
    const files = this.#input.pairs.slice(0, pairs).map(({ path }) => path);
    return {
      pairs,
      base: ofBase!.loss.loss,
      layout: ofLayout!.loss.loss,
      tuned: ofTuned!.loss.loss,
      difference: compare(ofTuned!, ofLayout!, files).loss,
    };
  }

  #figures({ scores, places }: Measured): Examined {
    return { loss: lossOf(scores.slice(0, this.#scored)), places: places.slice(0, this.#completed) };
  }
}
