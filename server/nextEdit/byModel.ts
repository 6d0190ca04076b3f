/** What the model proposes: asked once for one question, in the time there is, and only so often for one change of the person. */
import type { EngineHost } from '../completion/host.ts';
import { type Paces, tokensInTime } from '../completion/pace.ts';
import type { LineChange } from '../edits/change.ts';
import type { EditSituation } from '../edits/situation.ts';
import type { Turns } from '../engine/turns.ts';
import type { AdapterRef, CompleteResult, LoadedEngine, ModelInfo } from '../engine/types.ts';
import { syntaxFor } from '../languages/syntax.ts';
import { knowsNextEdits, speaksOfFiles } from '../prompt/editPrompt.ts';
import type { Settings } from '../protocol/index.ts';
import { Answers, keyOf } from './answers.ts';
import { type Proposal, proposeAt } from './proposeAt.ts';

export interface ByModelDependencies {
  readonly host: EngineHost;
  readonly turns: Turns;
  readonly paces: Paces;
  settings(): Settings;
  modelPath(): string;
  served(uri: string, languageId: string): Promise<Served>;
  onCpuTime(ms: number): void;
}

interface Served {
  readonly adapter: AdapterRef | null;
  /** The adapter learned next edits. */
  readonly learnedEdits: boolean;
}

/** What answers for one document. */
export interface Serving extends LoadedEngine {
  readonly adapter: AdapterRef | null;
  /** Names the weights. */
  readonly weights: string;
}

interface Known {
  readonly proposal: Proposal;
  /** The model had not come to its end when its time was over. */
  readonly isCut: boolean;
}

/** What one edit of the person is worth: whoever looks around asks no more of the model. */
const MOST_GENERATIONS = 8;
/** The bar is 2.5 s from question to answer on two cores; a region is about so many passes to write. */
const DUE_MS = 2200;
const WRITTEN_PASSES = 24;
/** What takes longer writes on and on. A key ends it sooner, and whoever stays may wait for a machine that is busy. */
const DEADLINE_MS = 8000;
/** Fewer parameters copy a region wrong. */
const LEAST_PARAMETERS = 100e6;

export class ByModel {
  fromMemory = 0;
  generations = 0;
  readonly #dependencies: ByModelDependencies;
  readonly #answers = new Answers<Known>();
  #sinceEdit = 0;

  constructor(dependencies: ByModelDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * A sentence where nothing is asked. A base that learned no edits wrote none of 97 changes right (bench/results/next-edit.md): unless it is
   * `invoked`, it costs processor time for nothing. One that was made for them answers by itself where the adapter learned none.
   */
  async serving(uri: string, languageId: string, invoked: boolean): Promise<Serving | string> {
    const { host, settings, modelPath, served } = this.#dependencies;
    const path = modelPath();
    const { adapter: serves, learnedEdits } = await served(uri, languageId);
    const isMadeForIt = knowsNextEdits(host.model?.path === path ? host.model : { name: '', path });
    if (!learnedEdits && !isMadeForIt && !invoked)
      return 'the model is not asked, since no adapter that learned edits serves here';
    const loaded = await host.loaded({ modelPath: path, device: settings().device });
    const adapter = learnedEdits || !knowsNextEdits(loaded.model) ? serves : null;
    const unfit = unfitness(loaded.model);
    if (unfit !== null) return `the base model ${unfit}: ${path}`;
    return { ...loaded, adapter, weights: `${path}\n${adapter?.id ?? ''}` };
  }

  async propose(
    situation: EditSituation,
    { engine, model, adapter, weights }: Serving,
    {
      languageId,
      invoked,
      repeatable,
    }: { readonly languageId: string; readonly invoked: boolean; readonly repeatable: readonly LineChange[] },
    signal: AbortSignal,
  ): Promise<Proposal> {
    const { turns, paces, onCpuTime } = this.#dependencies;
    const key = keyOf(situation, weights);
    const known = this.#answers.find(key);
    // Whoever asks by a command waits for the end of what was cut short for whoever did not ask.
    if (known !== null && !(known.isCut && invoked)) {
      this.fromMemory++;
      return known.proposal;
    }
    if (this.#sinceEdit >= MOST_GENERATIONS && !invoked)
      return { kind: 'nothing', reason: 'enough was asked since the last change', asked: null };
    this.#sinceEdit++;
    this.generations++;
    const freshTokens = tokensInTime(await paces.of(engine, model), { dueMs: DUE_MS, writtenTokens: WRITTEN_PASSES });
    let isCut = false;
    const onTimed = (result: CompleteResult): void => {
      isCut = result.stopReason === 'deadline';
      onCpuTime(result.cpuMs);
      void paces.learn(model, result);
    };
    const syntax = await syntaxFor(languageId);
    const deadline = invoked ? {} : { deadlineMs: DEADLINE_MS };
    const options = { adapter, repeatable, freshTokens, ...deadline, syntax, yields: true, onTimed };
    const proposal = await turns.generating(() => proposeAt(situation, { engine, model }, options, signal));
    if (proposal.kind !== 'cancelled') this.#answers.add(key, { proposal, isCut });
    return proposal;
  }

  /** The person went on: there is something new to ask. */
  edited(): void {
    this.#sinceEdit = 0;
  }

  forget(): void {
    this.#answers.clear();
  }
}

/** Why a base is not asked; null where it is. */
function unfitness({ special, parameters }: ModelInfo): string | null {
  if (!speaksOfFiles(special)) return 'does not know the tokens of next edits';
  return parameters < LEAST_PARAMETERS ? 'is too small for next edits' : null;
}
