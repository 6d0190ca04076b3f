/** Runs over repositories: their places, the requested adapters, and every arm at every place, one arm at a time. */
import { basename, join } from 'node:path';
import { hashFraction } from '../../server/common/random.ts';
import type { AdapterRef, LoadedEngine } from '../../server/engine/types.ts';
import type { EditExample } from '../../server/mining/edits/examples.ts';
import { EditSets } from '../../server/mining/edits/sets.ts';
import type { Dataset } from '../../server/mining/types.ts';
import { Preparation } from '../../server/tuning/prepare.ts';
import { mineSplits } from '../../server/tuning/splits.ts';
import type { ArmName, Judged } from './figures.ts';
import { byCopilotLike, byModel, byOnceMore, byRepeating } from './judge.ts';
import { type Tune, tune } from './tunes.ts';
import { type EditPlace, type Found, openWork } from './work.ts';

export interface RunOptions {
  readonly serving: LoadedEngine;
  /** Per repository. */
  readonly examples: number;
  readonly arms: readonly ArmName[];
  /** Duration of each tune, and the share of edits in it. */
  readonly minutes: number;
  readonly tokens: number | null;
  readonly editShare: number;
  readonly learningRate?: number | undefined;
  readonly threads: number;
  readonly work: string;
  say(text: string): void;
}

interface Mined {
  readonly dataset: Dataset;
  readonly edits: readonly EditExample[];
  readonly places: readonly EditPlace[];
}

const MOST_EDITS = 3000;
const MOST_HELD_OUT = 2000;
const SAY_EVERY = 10;

export class NextEditRun {
  readonly #options: RunOptions;
  readonly #mined = new Map<string, Promise<Mined>>();

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /**
   * The results of each arm at the places of `folder`. `other`: the repository whose adapter the arm of that name uses; null omits the arm.
   */
  async judge(folder: string, other: string | null): Promise<Map<ArmName, Judged[]>> {
    const { arms, say, serving } = this.#options;
    const work = this.#work(folder);
    const drawn = await this.#places(folder);
    const judged = new Map<ArmName, Judged[]>();
    for (const arm of arms) {
      const source = arm === 'other' ? other : arm === 'tuned' ? folder : null;
      if (arm === 'other' && source === null) {
        say(`${basename(folder)}: no repository for the arm other, it is left out`);
        continue;
      }
      const adapter = source === null ? null : await this.#adapter(source);
      // The silence threshold is chosen on the tuned arm, and used for all.
      const places = arm === 'tuned' ? drawn : drawn.filter(({ half }) => half === 'report');
      const found = work.found(arm).slice(0, places.length);
      for (const place of places.slice(found.length)) {
        const one = await askedBy(arm, place, serving, adapter);
        found.push(one);
        work.add(arm, one);
        if (found.length % SAY_EVERY === 0)
          say(`${basename(folder)}, arm ${arm}: ${found.length} of ${places.length} places`);
      }
      judged.set(
        arm,
        places.map((place, i) => ({ place, found: found[i]! })),
      );
    }
    return judged;
  }

  /** Loss on held-out completions in nats per token, of the base and of the tuned adapter: what learning edits costs. */
  async completionLoss(folder: string, pairs: number): Promise<Record<'base' | 'tuned', number>> {
    const { serving } = this.#options;
    const adapter = await this.#adapter(folder);
    const { dataset } = await this.#mine(folder);
    const { samples } = await new Preparation(dataset, serving).heldOut(pairs);
    const lossOf = async (under: AdapterRef | null): Promise<number> => {
      const scores = await serving.engine.score(samples, under);
      return total(scores.map(({ nll }) => nll)) / total(scores.map(({ tokens }) => tokens));
    };
    return { base: await lossOf(null), tuned: await lossOf(adapter) };
  }

  /** Places are stored with their results. */
  async #places(folder: string): Promise<readonly EditPlace[]> {
    const work = this.#work(folder);
    const kept = work.places();
    if (kept !== null) return kept;
    const { places } = await this.#mine(folder);
    await work.keepPlaces(places);
    return places;
  }

  async #adapter(folder: string): Promise<AdapterRef> {
    const { serving, minutes, tokens, editShare, learningRate, threads, say } = this.#options;
    const name = basename(folder);
    const { dataset, edits } = await this.#mine(folder);
    const into = join(this.#work(folder).path, 'tune');
    const telling = (text: string): void => say(`${name}, tune: ${text}`);
    const input = {
      folder: into,
      serving,
      dataset,
      edits,
      editShare,
      minutes,
      tokens,
      learningRate,
      threads,
      say: telling,
    };
    const tuned: Tune = await tune(input);
    telling(
      `${tuned.steps} steps, ${tuned.tokens} tokens, scale ${tuned.scale}, loss ${tuned.lossBefore.toFixed(4)} -> ${tuned.lossBest.toFixed(4)}`,
    );
    return { id: name, path: tuned.adapter, scale: 1 };
  }

  #mine(folder: string): Promise<Mined> {
    const known = this.#mined.get(folder) ?? this.#mineAnew(folder);
    this.#mined.set(folder, known);
    return known;
  }

  async #mineAnew(folder: string): Promise<Mined> {
    const { say, examples } = this.#options;
    say(`${basename(folder)}: mining`);
    const { signal } = new AbortController();
    const sets = await mineSplits({ folder, byTime: true }, null, () => {}, signal);
    const edits = new EditSets(folder, sets);
    const learned = await edits.learned(MOST_EDITS);
    const heldOut = await edits.heldOut(MOST_HELD_OUT, learned);
    say(`${basename(folder)}: ${learned.length} edits to learn, ${heldOut.length} held out`);
    return { dataset: sets.dataset, edits: learned, places: placesOf(heldOut, examples) };
  }

  #work(folder: string): ReturnType<typeof openWork> {
    return openWork(join(this.#options.work, basename(folder)));
  }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function askedBy(
  arm: ArmName,
  place: EditPlace,
  serving: LoadedEngine,
  adapter: AdapterRef | null,
): Promise<Found> | Found {
  if (arm === 'repeat') return byRepeating(place);
  if (arm === 'once-more') return byOnceMore(place);
  return arm === 'copilot-like' ? byCopilotLike(place, serving) : byModel(place, serving, adapter);
}

/** An even sample over time; which half a commit belongs to depends only on the commit. */
function placesOf(heldOut: readonly EditExample[], most: number): EditPlace[] {
  const every = Math.max(1, heldOut.length / most);
  return Array.from({ length: Math.min(most, heldOut.length) }, (_, i) => {
    const example = heldOut[Math.floor(i * every)]!;
    const half = hashFraction('next-edit half', example.commit) < 0.5 ? 'calibration' : 'report';
    return structuredClone({ ...example, half }) as EditPlace;
  });
}
