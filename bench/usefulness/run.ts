/** Runs one repository: its places, the requested adapters, and every arm at every place, one arm at a time. */
import { basename, join } from 'node:path';
import * as z from 'zod';
import type { AdapterRef, LoadedEngine } from '../../server/engine/types.ts';
import { gateVerdict } from '../../server/evaluation/gate.ts';
import { mineOnce } from '../../server/mining/index.ts';
import type { MinedSets } from '../../server/mining/sets.ts';
import type { Dataset } from '../../server/mining/types.ts';
import { WINDOW_TOKENS } from '../../server/prompt/heldOutWindows.ts';
import { contextCharsFor, servedBudget } from '../../server/prompt/index.ts';
import { cutForTune } from '../../server/tuning/cuts.ts';
import { learnedFrom } from '../../server/tuning/learnedFrom.ts';
import { keptIn } from '../keptTune.ts';
import { type ArmName, armWriter, type Learned, learnedBy, windowOf } from './arms.ts';
import { askEverywhere } from './ask.ts';
import type { ArmFound, ArmsFound } from './figures.ts';
import { gateReport } from './gate.ts';
import { judge } from './judge.ts';
import { drawPlaces } from './places.ts';
import { layoutTune, type Tune, tune } from './tunes.ts';
import { openWork } from './work.ts';

export interface RunOptions {
  readonly serving: LoadedEngine;
  readonly places: number;
  /** Only this many of them are run; a run over more continues from there. */
  readonly first: number;
  /** Duration of each tune. */
  readonly minutes: number;
  readonly arms: readonly ArmName[];
  /** Prompt limit for every arm; null: the model's context. */
  readonly promptTokens: number | null;
  readonly work: string;
  readonly say: (text: string) => void;
}

export interface Repositories {
  readonly folder: string;
  /** Another repository in the same language; null if there is none. */
  readonly other: string | null;
}

export interface RepositoryFound {
  readonly repository: string;
  readonly found: ArmsFound;
  /** Whether the product's gate activates the adapter; null if none was tuned. */
  readonly activated: boolean | null;
  readonly tunes: Readonly<Partial<Record<Learned, Tune>>>;
}

/** Used when only places are wanted: mining needs at least this many. */
const LEAST_TRAIN_PAIRS = 100;

export async function runOn({ folder, other }: Repositories, options: RunOptions): Promise<RepositoryFound> {
  const { serving, arms, say } = options;
  const repository = basename(folder);
  const work = openWork(join(options.work, repository));
  const mining = new Mining(serving, say);
  let places = work.places();
  if (places === null) {
    places = drawPlaces(await mining.withContexts(folder), options.places);
    await work.keepPlaces(places);
  }
  places = places.slice(0, options.first);
  const files = numbered(places.map(({ path }) => path));
  const tuned = new Map<Learned, Promise<Tune | null>>();
  const learn = (name: Learned): Promise<Tune | null> => {
    const known = tuned.get(name) ?? learned(name);
    tuned.set(name, known);
    return known;
  };
  const learned = async (name: Learned): Promise<Tune | null> => {
    const telling = (text: string): void => say(`${repository}, tune ${name}: ${text}`);
    const { minutes } = options;
    // One for all repositories, since it learns from none of them.
    if (name === 'layout')
      return await layoutTune({ folder: join(options.work, 'layout'), serving, minutes, say: telling });
    const like = name === 'own' ? null : await learn('own');
    const source = name === 'own' ? folder : other;
    if (source === null) return null;
    const mined = async (): Promise<Dataset> => (await mining.plain(source)).dataset;
    return await tune({ folder: join(work.path, `tune-${name}`), serving, mined, minutes, like, say: telling });
  };

  const results: Partial<Record<ArmName, ArmFound>> = {};
  for (const arm of arms) {
    const name = learnedBy(arm);
    const adapter = name === null ? null : await learn(name);
    if (name !== null && adapter === null) {
      say(`${repository}: no repository for the arm ${arm}, it is left out`);
      continue;
    }
    const ref: AdapterRef | null = adapter && { id: `${repository}-${name}`, path: adapter.adapter, scale: 1 };
    const found = await askEverywhere(
      work,
      arm,
      places,
      (place) =>
        judge(place, {
          serving: arm === 'base-prefix-first' ? prefixFirst(serving) : serving,
          adapter: ref,
          withContext: arm.endsWith('-context'),
          promptTokens: windowOf(arm) ?? options.promptTokens,
          repoName: repository,
        }),
      (text) => say(`${repository}, ${text}`),
    );
    results[arm] = {
      writer: armWriter(arm, serving.model),
      found: found.map((one, i) => ({ ...one, file: files[i]! })),
    };
  }
  const own = await tuned.get('own');
  const activated =
    own == null
      ? null
      : await keptIn(join(work.path, 'tune-own'), 'gate.json', z.boolean(), async () =>
          gateSays(own, await mining.plain(folder), options),
        );
  const tunes: Partial<Record<Learned, Tune>> = {};
  for (const [name, making] of tuned) {
    const made = await making;
    if (made !== null) tunes[name] = made;
  }
  return { repository, found: results, activated, tunes };
}

/** Equal numbers for equal names. */
function numbered(names: readonly string[]): number[] {
  const known = [...new Set(names)];
  return names.map((name) => known.indexOf(name));
}

/** As editors other than Repotune ask: in the order that nearly all makers of bases publish. */
function prefixFirst({ engine, model }: LoadedEngine): LoadedEngine {
  return { engine, model: { ...model, promptOrder: 'prefix-first', promptMark: '' } };
}

class Mining {
  readonly #serving: LoadedEngine;
  readonly #say: (text: string) => void;
  readonly #plain = new Map<string, Promise<MinedSets>>();

  constructor(serving: LoadedEngine, say: (text: string) => void) {
    this.#serving = serving;
    this.#say = say;
  }

  /** Sets as a tune uses them. */
  plain(folder: string): Promise<MinedSets> {
    const known = this.#plain.get(folder) ?? this.#mine(folder, 0);
    this.#plain.set(folder, known);
    return known;
  }

  /** Pairs with the context from other files that completion would have. */
  async withContexts(folder: string): Promise<MinedSets> {
    return await this.#mine(folder, contextCharsFor(await servedBudget(this.#serving)));
  }

  #mine(folder: string, contextChars: number): Promise<MinedSets> {
    this.#say(`${basename(folder)}: mining${contextChars > 0 ? ' with contexts' : ''}`);
    const options = {
      ...learnedFrom(folder),
      ...(contextChars > 0 ? { contextChars, maxTrainPairs: LEAST_TRAIN_PAIRS } : {}),
    };
    return mineOnce(options, () => cutForTune(folder, null));
  }
}

/** The product's own verdict. */
async function gateSays(own: Tune, sets: MinedSets, { serving, promptTokens }: RunOptions): Promise<boolean> {
  // A machine that keeps prompts this short has no time to score long windows either.
  const windows = promptTokens !== null && promptTokens <= WINDOW_TOKENS.short ? 'short' : 'long';
  const report = await gateReport({ id: 'gate', path: own.adapter, scale: 1 }, null, sets, serving, null, windows);
  return gateVerdict(report.byFile, report.byTime, null).activate;
}
