/**
 * Next edits for one client: when the model is asked, for what, and what of its answers is shown. The newest request alone runs. What is
 * known already (an edit that is still proposed, or typed along; an answer to the same question) comes first.
 */
import type { Debounce } from '../completion/debounce.ts';
import type { EngineHost } from '../completion/host.ts';
import { type Paces, tokensInTime } from '../completion/pace.ts';
import type { LineChange } from '../edits/change.ts';
import { type LineEdit, linesOf } from '../edits/lineEdit.ts';
import { RecentEdits } from '../edits/recentEdits.ts';
import type { EditSituation } from '../edits/situation.ts';
import type { Turns } from '../engine/turns.ts';
import type { AdapterRef, CompleteResult, LoadedEngine, ModelInfo } from '../engine/types.ts';
import { syntaxFor } from '../languages/syntax.ts';
import { hasConflict } from '../mining/content.ts';
import { speaksOfFiles } from '../prompt/editPrompt.ts';
import type { NextEditJump, Settings } from '../protocol/index.ts';
import { goneOnAlike } from './analogy.ts';
import { Answers, keyOf } from './answers.ts';
import { jumpsTo, type OtherDocument } from './jumps.ts';
import { Offers } from './offers.ts';
import { type Proposal, proposeAt } from './proposeAt.ts';
import { RefusedEdits } from './refused.ts';
import { regionsToAsk } from './regions.ts';
import { renamedUses } from './renamed.ts';
import { type TextEdit, textEditOf } from './textEdit.ts';

export interface NextEditRequest {
  readonly uri: string;
  readonly languageId: string;
  /** The document as it was asked about. */
  readonly text: string;
  /** The cursor's. */
  readonly line: number;
  readonly invoked: boolean;
}

/** `edit`: of the text that was asked about. */
export interface NextEditOffer {
  readonly edit: (TextEdit & { readonly id: string }) | null;
  readonly jumps: readonly NextEditJump[];
}

export interface NextEditDependencies {
  readonly host: EngineHost;
  readonly debounce: Debounce;
  readonly turns: Turns;
  readonly paces: Paces;
  settings(): Settings;
  modelPath(): string;
  /** `path`: relative to the folder; '' for a document without a file. */
  place(uri: string): { readonly folder: string | null; readonly path: string };
  adapter(uri: string, languageId: string): Promise<AdapterRef | null>;
  /** Why nothing is suggested in a document, null where something is. */
  disabled(uri: string, languageId: string): string | null;
  documentText(uri: string): string | undefined;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  nowMs(): number;
  onBattery(): boolean;
  onCpuTime(ms: number): void;
  log(line: string): void;
  onError(error: unknown): void;
}

/** What became of the questions, for the log and for tests. */
export interface NextEditCounters {
  asked: number;
  shown: number;
  accepted: number;
  refused: number;
  fromMemory: number;
  generations: number;
}

/** Behind a key: an edit settles, and a completion goes first. */
const PAUSE_MS = 250;
const BATTERY_PATIENCE = 4;
/** What one edit of the person is worth: whoever looks around asks no more of the model. */
const MOST_GENERATIONS = 8;
/** The bar is 2.5 s from question to answer on two cores; a region is about so many passes to write. */
const DUE_MS = 2200;
const WRITTEN_PASSES = 24;
/** Changes of a document in which a renamed declaration is looked for: its uses come one after the other. */
const LOOKED_BACK = 8;
const NOTHING: NextEditOffer = { edit: null, jumps: [] };

export class NextEdits {
  readonly counters: NextEditCounters = { asked: 0, shown: 0, accepted: 0, refused: 0, fromMemory: 0, generations: 0 };
  readonly #dependencies: NextEditDependencies;
  /** By folder: what is done in one says nothing of another. */
  readonly #recent = new Map<string, RecentEdits>();
  readonly #open = new Set<string>();
  readonly #refused = new RefusedEdits();
  readonly #answers = new Answers<Proposal>();
  readonly #offers = new Offers();
  readonly #told = new Set<string>();
  #newest: AbortController | null = null;
  #generationsSinceEdit = 0;

  constructor(dependencies: NextEditDependencies) {
    this.#dependencies = dependencies;
  }

  opened(uri: string): void {
    this.#open.add(uri);
  }

  closed(uri: string): void {
    this.#open.delete(uri);
  }

  /** Before a document is changed, with every key: nothing here may take long. */
  changing(uri: string, change: () => LineEdit): void {
    const { nextEdit, completions } = this.#dependencies.settings();
    if (!nextEdit.enabled || !completions.enabled) return;
    const edit = change();
    const path = this.#pathOf(uri);
    const recent = this.#recentOf(uri);
    const accepted = this.#offers.isOne(uri, path, edit);
    if (accepted) recent.settle(uri);
    const undone = recent.edited(uri, path, edit);
    if (accepted) recent.settle(uri);
    if (undone !== null) this.#refused.add(undone);
    this.#generationsSinceEdit = 0;
  }

  async ask(request: NextEditRequest, signal: AbortSignal): Promise<NextEditOffer> {
    this.counters.asked++;
    this.#newest?.abort();
    const mine = new AbortController();
    this.#newest = mine;
    const either = AbortSignal.any([signal, mine.signal]);
    try {
      const reason = this.#disabled(request);
      if (reason !== null) return this.#silent(request, reason, true);
      const standing = this.#offers.standing(request.uri, request.text);
      if (standing !== null && !this.#refused.has(standing.change)) {
        this.counters.fromMemory++;
        return { edit: standing, jumps: [] };
      }
      await this.#pause(request, either);
      // A text that went on is asked about again.
      const isOld = this.#dependencies.documentText(request.uri) !== request.text;
      return either.aborted || isOld ? NOTHING : await this.#answer(request, either);
    } catch (error) {
      if (!either.aborted) this.#dependencies.onError(error);
      return NOTHING;
    } finally {
      if (this.#newest === mine) this.#newest = null;
    }
  }

  shown(id: string): void {
    if (this.#offers.find(id) !== null) this.counters.shown++;
  }

  accepted(id: string): void {
    const offered = this.#offers.find(id);
    if (offered === null) return;
    this.counters.accepted++;
    this.#recentOf(offered.uri).settle(offered.uri);
    this.#dependencies.log(`next edit accepted in ${offered.change.path}, line ${offered.change.line + 1}`);
  }

  /** The rest of it stays proposed while the person goes on along it. */
  partlyAccepted(id: string): void {
    const offered = this.#offers.find(id);
    if (offered !== null) this.#dependencies.log(`next edit accepted in part in ${offered.change.path}`);
  }

  rejected(id: string): void {
    const offered = this.#offers.find(id);
    if (offered === null) return;
    this.counters.refused++;
    this.#refused.add(offered.change);
    this.#offers.drop();
    this.#dependencies.log(`next edit refused in ${offered.change.path}, line ${offered.change.line + 1}`);
  }

  /** What serves is another now: what it wrote goes. */
  forget(): void {
    this.cancel();
    this.#answers.clear();
    this.#offers.drop();
  }

  cancel(): void {
    this.#newest?.abort();
  }

  async #pause({ invoked }: NextEditRequest, signal: AbortSignal): Promise<void> {
    if (invoked) return;
    const { debounce, nowMs, wait, onBattery } = this.#dependencies;
    await wait(debounce.waitMs(nowMs(), PAUSE_MS * (onBattery() ? BATTERY_PATIENCE : 1)), signal);
  }

  async #answer(request: NextEditRequest, signal: AbortSignal): Promise<NextEditOffer> {
    const { uri, languageId, text, invoked } = request;
    const path = this.#pathOf(uri);
    const lines = linesOf(text);
    const recent = this.#recentOf(uri).of(uri, path, lines);
    const last = recent.at(-1) ?? null;
    if (last === null && !invoked) return this.#silent(request, 'nothing was changed yet');
    if (hasConflict(text)) return this.#silent(request, 'the file has marks of a merge conflict');
    for (const own of this.#recentOf(uri).newestIn(uri, LOOKED_BACK)) {
      const renamed = renamedUses(lines, own);
      if (renamed !== null && !this.#refused.has(renamed))
        return this.#offer(request, renamed, 'uses of a renamed name');
    }
    const [newest] = this.#recentOf(uri).newestIn(uri, 1);
    const alike = newest === undefined ? null : goneOnAlike(lines, newest);
    if (alike !== null && !this.#refused.has(alike))
      return this.#offer(request, alike, 'what goes with others of its kind');
    const { host, settings, modelPath, adapter } = this.#dependencies;
    const modelFile = modelPath();
    const [served, loaded] = await Promise.all([
      adapter(uri, languageId),
      host.loaded({ modelPath: modelFile, device: settings().device }),
    ]);
    const unfit = unfitness(loaded.model);
    if (unfit !== null) return this.#silent(request, `the base model ${unfit}: ${modelFile}`, true);
    const reasons: string[] = [];
    for (const region of regionsToAsk(lines, path, request.line, last)) {
      if (signal.aborted) return NOTHING;
      const situation = { path, lines, region, recent, related: [] };
      const weights = `${modelFile}\n${served?.id ?? ''}`;
      const proposal = await this.#proposal(situation, { ...loaded, adapter: served }, weights, request, signal);
      if (signal.aborted || proposal.kind === 'cancelled') return NOTHING;
      if (proposal.kind === 'edit' && !this.#refused.has(proposal.change))
        return this.#offer(request, proposal.change, saidOf(proposal));
      reasons.push(proposal.kind === 'edit' ? 'it was refused before' : saidOf(proposal));
    }
    const jumps = last?.path === path ? jumpsTo(this.#others(uri), last) : [];
    this.#silent(request, [...new Set(reasons)].join('; '));
    return { edit: null, jumps };
  }

  async #proposal(
    situation: EditSituation,
    { engine, model, adapter }: LoadedEngine & { readonly adapter: AdapterRef | null },
    weights: string,
    { languageId, invoked }: NextEditRequest,
    signal: AbortSignal,
  ): Promise<Proposal> {
    const { turns, paces, onCpuTime } = this.#dependencies;
    const key = keyOf(situation, weights);
    const known = this.#answers.find(key);
    if (known !== null) {
      this.counters.fromMemory++;
      return known;
    }
    if (this.#generationsSinceEdit >= MOST_GENERATIONS && !invoked)
      return { kind: 'nothing', reason: 'enough was asked since the last change', asked: null };
    this.#generationsSinceEdit++;
    this.counters.generations++;
    const freshTokens = tokensInTime(await paces.of(engine, model), { dueMs: DUE_MS, writtenTokens: WRITTEN_PASSES });
    const onTimed = (result: CompleteResult): void => {
      onCpuTime(result.cpuMs);
      void paces.learn(model, result);
    };
    const syntax = await syntaxFor(languageId);
    const options = { adapter, freshTokens, syntax, yields: true, onTimed };
    const proposal = await turns.generating(() => proposeAt(situation, { engine, model }, options, signal));
    if (proposal.kind !== 'cancelled') this.#answers.add(key, proposal);
    return proposal;
  }

  #offer(request: NextEditRequest, change: LineChange, said: string): NextEditOffer {
    const { uri, text } = request;
    const edit = textEditOf(text, change);
    const id = this.#offers.add({ uri, change }, text, edit);
    this.#dependencies.log(`next edit offered in ${change.path}, line ${change.line + 1}: ${said}`);
    return { edit: { ...edit, id }, jumps: [] };
  }

  #disabled({ uri, languageId }: NextEditRequest): string | null {
    const { settings, disabled } = this.#dependencies;
    return settings().nextEdit.enabled ? disabled(uri, languageId) : 'next edits are off';
  }

  /** `once`: the reason holds for every question. */
  #silent({ uri }: NextEditRequest, reason: string, once = false): NextEditOffer {
    if (once && this.#told.has(reason)) return NOTHING;
    if (once) this.#told.add(reason);
    this.#dependencies.log(`no next edit in ${uri}: ${reason}`);
    return NOTHING;
  }

  #recentOf(uri: string): RecentEdits {
    const folder = this.#dependencies.place(uri).folder ?? '';
    let recent = this.#recent.get(folder);
    if (recent === undefined) {
      const { nowMs, log } = this.#dependencies;
      recent = new RecentEdits({
        nowMs,
        onLeftOut: (of, why) => log(`not remembered for next edits in ${of}: ${why}`),
      });
      this.#recent.set(folder, recent);
    }
    return recent;
  }

  #pathOf(uri: string): string {
    const { path } = this.#dependencies.place(uri);
    return path === '' ? 'untitled' : path;
  }

  /** Of the same folder. */
  #others(uri: string): OtherDocument[] {
    const { place, documentText } = this.#dependencies;
    const { folder } = place(uri);
    return [...this.#open].flatMap((other) => {
      const { folder: its, path } = place(other);
      const text = other === uri || its !== folder || path === '' ? undefined : documentText(other);
      return text === undefined || text.length > LONGEST_OTHER ? [] : [{ uri: other, path, lines: linesOf(text) }];
    });
  }
}

/** Fewer parameters copy a region wrong. */
const LEAST_PARAMETERS = 100e6;

/** Why a base is not asked; null where it is. */
function unfitness({ special, parameters }: ModelInfo): string | null {
  if (!speaksOfFiles(special)) return 'does not know the tokens of next edits';
  return parameters < LEAST_PARAMETERS ? 'is too small for next edits' : null;
}

/** UTF-16 units of another document that is looked through. */
const LONGEST_OTHER = 500_000;

function saidOf(proposal: Exclude<Proposal, { kind: 'cancelled' }>): string {
  const { asked } = proposal;
  const what = proposal.kind === 'edit' ? 'written' : proposal.reason;
  if (asked === null) return what;
  const { evaluatedTokens, generatedTokens, passes, ms } = asked.cost;
  return `${what} (${Math.round(ms)} ms, ${evaluatedTokens} tokens read, ${generatedTokens} written in ${passes} passes)`;
}
