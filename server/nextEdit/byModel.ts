/** The model's proposals: asked once per question, within the time available, and only so often per change by the person. */
import type { EngineHost } from '../completion/host.ts';
import { type Paces, tokensInTime } from '../completion/pace.ts';
import { weightsOf } from '../completion/weights.ts';
import type { EditSituation } from '../edits/situation.ts';
import type { Turns } from '../engine/turns.ts';
import type { AdapterRef, CompleteResult, LoadedEngine, ModelInfo } from '../engine/types.ts';
import { syntaxFor } from '../languages/syntax.ts';
import { knowsNextEdits, speaksOfFiles } from '../prompt/editPrompt.ts';
import type { Settings } from '../protocol/index.ts';
import { Answers, keyOf } from './answers.ts';
import { type Proposal, type ProposeOptions, proposeAt } from './proposeAt.ts';

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
  /** Whether the adapter learned next edits. */
  readonly learnedEdits: boolean;
}

/** What serves one document. */
export interface Serving extends LoadedEngine {
  readonly adapter: AdapterRef | null;
  /** Identifies the weights. */
  readonly weights: string;
}

interface Known {
  readonly proposal: Proposal;
  /** The model ran out of time. */
  readonly isCut: boolean;
}

/** Model calls per edit by the person: merely looking around causes no more. */
const MOST_GENERATIONS = 8;
/** The target is 2.5 s from question to answer on two cores; writing a region takes about `WRITTEN_PASSES`. */
const DUE_MS = 2200;
const WRITTEN_PASSES = 24;
/** What takes longer does not stop by itself. A key ends it sooner; without one, the person may wait for a busy machine. */
const DEADLINE_MS = 8000;
/** Smaller models fail to copy a region. */
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
   * A sentence instead if the model is not asked. A base that learned no edits wrote none of 97 changes right (bench/results/next-edit.md):
   * unless `invoked`, it would waste processor time. One made for next edits answers without the adapter if that learned none.
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
    return { ...loaded, adapter, weights: weightsOf(loaded.engine, adapter) };
  }

  async propose(
    situation: EditSituation,
    { engine, model, adapter, weights }: Serving,
    {
      languageId,
      invoked,
      repeatable,
      membersRenamed,
    }: Required<Pick<ProposeOptions, 'repeatable' | 'membersRenamed'>> & { languageId: string; invoked: boolean },
    signal: AbortSignal,
  ): Promise<Proposal> {
    const { turns, paces, onCpuTime } = this.#dependencies;
    const key = keyOf(situation, weights);
    const known = this.#answers.find(key);
    // An explicit request waits for the whole answer, even if an earlier one was cut short.
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
    const options = { adapter, repeatable, membersRenamed, freshTokens, ...deadline, syntax, yields: true, onTimed };
    const proposal = await turns.generating(() => proposeAt(situation, { engine, model }, options, signal));
    if (proposal.kind !== 'cancelled') this.#answers.add(key, { proposal, isCut });
    return proposal;
  }

  /** The person made an edit: there is something new to ask. */
  edited(): void {
    this.#sinceEdit = 0;
  }

  forget(): void {
    this.#answers.clear();
  }
}

/** Why a base is not asked; null if it is. */
function unfitness({ special, parameters }: ModelInfo): string | null {
  if (!speaksOfFiles(special)) return 'does not know the tokens of next edits';
  return parameters < LEAST_PARAMETERS ? 'is too small for next edits' : null;
}
