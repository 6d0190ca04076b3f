/**
 * From a situation to the edit proposed there, for the editor and for measurements alike. If repeating one of the last changes is likely
 * enough, the model weighs that; otherwise it rewrites the region. The difference is the edit, unless a filter rejects it.
 */
import { loopAtEnd } from '../completion/lineLoop.ts';
import { changeBetween, type LineChange } from '../edits/change.ts';
import { repeatLastChange } from '../edits/repeatLastChange.ts';
import type { EditSituation } from '../edits/situation.ts';
import { codeOf } from '../engine/errorCodes.ts';
import type { AdapterRef, CompleteRequest, CompleteResult, LoadedEngine } from '../engine/types.ts';
import type { SyntaxReader } from '../languages/syntax.ts';
import { estimateTokens } from '../prompt/budget.ts';
import {
  ANSWER_MARKS,
  answerText,
  buildEditPrompt,
  EDIT_BUDGETS,
  type EditBudget,
  type EditLayout,
  type EditPrompt,
  editLayoutOf,
  linesOfAnswer,
  speaksOfFiles,
} from '../prompt/editPrompt.ts';
import { carriedOn } from './carriedOn.ts';
import { SURE_CHANCE, surenessOfChance } from './chance.ts';
import type { MembersRenamed } from './declaredMember.ts';
import { reasonAgainst } from './filters/index.ts';
import { withoutWhatFollows } from './filters/rejoined.ts';
import { LEAST_SURENESS, UNSURE } from './filters/unsure.ts';
import { weigh } from './weigh.ts';

export interface ProposeOptions {
  /** null: the base alone. */
  readonly adapter: AdapterRef | null;
  /** Tokens of the longest prompt and of the region. */
  readonly budget?: EditBudget;
  /** Tokens that there is time to evaluate: if more than these are not in the KV cache, the prompt is shortened. Absent: no limit. */
  readonly freshTokens?: number;
  /** Milliseconds to wait for the model. Absent: no limit. */
  readonly deadlineMs?: number;
  /** The recent changes that may be repeated. Absent: all. */
  readonly repeatable?: readonly LineChange[];
  readonly membersRenamed?: MembersRenamed;
  /** For the file's language, if it has a grammar: edits that break the syntax are rejected. */
  readonly syntax?: SyntaxReader | null;
  /** Completions go first. */
  readonly yields?: boolean;
  /** For measurements: another threshold. The model stops at its first token below it. */
  readonly leastSureness?: number;
  /** Called with every answer, also those whose text is of no use, for its timings. */
  readonly onTimed?: (result: CompleteResult) => void;
}

/** Cost of a proposal. */
export interface Cost {
  readonly promptTokens: number;
  readonly evaluatedTokens: number;
  readonly generatedTokens: number;
  /** Forward passes after the prompt. */
  readonly passes: number;
  readonly ms: number;
}

interface Asked {
  /** The region's lines as the model wrote them, unfiltered; null if they did not end, or the model became unsure and stopped. */
  readonly answer: readonly string[] | null;
  /** Probability of the least likely token. */
  readonly sureness: number;
  readonly cost: Cost;
}

/** `asked`: null if the model was not asked. */
export type Proposal =
  | { readonly kind: 'edit'; readonly change: LineChange; readonly asked: Asked }
  | { readonly kind: 'nothing'; readonly reason: string; readonly asked: Asked | null }
  | { readonly kind: 'cancelled' };

/** Lines that an edit may add to its region: a model that keeps writing produces no edit. */
const MOST_ADDED_LINES = 24;
/** Beyond the region's own. */
const SPARE_TOKENS = 96;
/**
 * Guesses worth weighing by a model: from 0.29 on it may find one likely enough to show. At 11 places in luigi with less likely ones, none
 * was right. Either way they stay likelier than what a small model writes, right at one place in thirteen (bench/results/next-edit.md).
 */
const LEAST_TO_WEIGH = 0.25;
/** Factor from one prompt to the next longer. */
const GROWTH = 2;
const SHORTEST_PROMPT = 192;
/** UTF-16 units: longer lines are data, or cost more than an edit is worth. */
const LONGEST_LINE = 500;

export async function proposeAt(
  situation: EditSituation,
  { engine, model }: LoadedEngine,
  options: ProposeOptions,
  signal?: AbortSignal,
): Promise<Proposal> {
  const nothing = (reason: string, asked: Asked | null = null): Proposal => ({ kind: 'nothing', reason, asked });
  const { path, lines, region } = situation;
  const now = lines.slice(region.from, region.to);
  if (!speaksOfFiles(model.special)) return nothing('the base model does not know the tokens of next edits');
  if (now.some(({ length }) => length > LONGEST_LINE)) return nothing('a line is too long');
  const judged = (known: Asked & { readonly answer: readonly string[] }): Proposal => {
    const { answer, sureness } = known;
    const change = changeBetween(path, region.from, now, answer);
    if (change === null) return nothing('no change', known);
    const { syntax, membersRenamed, leastSureness = LEAST_SURENESS } = options;
    const reason = reasonAgainst(change, { situation, answer, syntax, membersRenamed, sureness, leastSureness });
    return reason === null ? { kind: 'edit', change, asked: known } : nothing(reason, known);
  };
  const repeated = await repeat(situation, { engine, model }, options, signal).catch((error: unknown) => {
    if (signal?.aborted) return null;
    throw error;
  });
  if (signal?.aborted) return { kind: 'cancelled' };
  if (repeated !== null) return judged(repeated);
  const layout = editLayoutOf(model);
  for (let budget = options.budget ?? EDIT_BUDGETS[layout].serving; ; budget = shorter(budget)) {
    const request = requestFor(situation, budget, layout, options);
    if (request === null) return nothing('the region does not fit in a prompt');
    let asked: Answered;
    try {
      asked = await ask(engine, request, situation, layout, signal);
    } catch (error) {
      if (codeOf(error) === 'too-long' && budget.promptTokens > SHORTEST_PROMPT) continue;
      throw error;
    }
    const { result, answer } = asked;
    options.onTimed?.(result);
    if (signal?.aborted || answer === 'cancelled') return { kind: 'cancelled' };
    const known = { answer, sureness: surenessOf(result), cost: costOf(result) };
    if (answer === null) return nothing(result.stopReason === 'unsure' ? UNSURE : 'it did not end', known);
    return judged({ ...known, answer });
  }
}

/** An earlier change repeated, if that is likelier to be right than what a model would write; null if not. */
async function repeat(
  situation: EditSituation,
  serving: LoadedEngine,
  options: ProposeOptions,
  signal: AbortSignal | undefined,
): Promise<(Asked & { readonly answer: readonly string[] }) | null> {
  const { adapter, budget = EDIT_BUDGETS[editLayoutOf(serving.model)].serving } = options;
  const { freshTokens = budget.promptTokens } = options;
  const startedMs = performance.now();
  const guesses = carriedOn(situation, options.repeatable).filter(({ chance }) => chance >= LEAST_TO_WEIGH);
  const [likeliest] = guesses;
  if (likeliest === undefined) return null;
  let [best, promptTokens] = [likeliest, 0];
  if (likeliest.chance < SURE_CHANCE) {
    const inTime = Math.min(budget.promptTokens, Math.max(SHORTEST_PROMPT, freshTokens));
    const weighed = await weigh(
      situation,
      guesses,
      serving,
      { adapter, budget: { ...budget, promptTokens: inTime } },
      signal,
    );
    if (weighed === null) return null;
    [best, promptTokens] = [weighed, weighed.promptTokens];
  }
  const ms = performance.now() - startedMs;
  const cost = { promptTokens, evaluatedTokens: promptTokens, generatedTokens: 0, passes: 0, ms };
  return { answer: best.answer, sureness: surenessOfChance(best.chance, LEAST_SURENESS), cost };
}

/** The longest allowed prompt, and shorter ones for when there is no time to read it. */
function requestFor(
  situation: EditSituation,
  budget: EditBudget,
  layout: EditLayout,
  options: ProposeOptions,
): CompleteRequest | null {
  const { adapter, freshTokens, deadlineMs, leastSureness = LEAST_SURENESS, yields = false } = options;
  const { lines, region, recent } = situation;
  const prompts: EditPrompt[] = [];
  const inTime = freshTokens ?? budget.promptTokens;
  for (let { promptTokens } = budget; ; promptTokens = Math.max(SHORTEST_PROMPT, inTime, promptTokens / GROWTH)) {
    const prompt = buildEditPrompt(situation, { ...budget, promptTokens: Math.floor(promptTokens) }, layout);
    if (prompt === null) break;
    prompts.push(prompt);
    if (promptTokens <= Math.max(SHORTEST_PROMPT, inTime)) break;
  }
  const [longest, ...less] = prompts;
  if (longest === undefined) return null;
  const now = longest.drafts;
  const last = recent.at(-1);
  const repeated = last === undefined ? null : repeatLastChange(lines, region, last);
  return {
    prompt: longest.parts,
    ...(less.length === 0 || freshTokens === undefined ? {} : { shorter: less.map(({ parts }) => parts), freshTokens }),
    heal: '',
    maxTokens: Math.min(budget.regionTokens + SPARE_TOKENS, estimateTokens(now) + SPARE_TOKENS),
    stop: ANSWER_MARKS[layout].filter((mark) => !now.includes(mark.trim())),
    adapter,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    drafts: repeated === null ? now : answerText(repeated, layout),
    leastProbability: leastSureness,
    yields,
  };
}

interface Answered {
  readonly result: CompleteResult;
  /** null: it did not end. */
  readonly answer: readonly string[] | 'cancelled' | null;
}

/** Stops the engine once it has written more lines than an edit may have, or copies the text after the region. */
async function ask(
  engine: LoadedEngine['engine'],
  request: CompleteRequest,
  situation: EditSituation,
  layout: EditLayout,
  signal: AbortSignal | undefined,
): Promise<Answered> {
  const enough = new AbortController();
  const either = signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal]);
  const { lines, region } = situation;
  const now = lines.slice(region.from, region.to);
  const most = now.length + MOST_ADDED_LINES;
  let answer: readonly string[] | null = null;
  const result = await engine.complete(request, either, (text) => {
    // The last line is still being written.
    const written = linesOfAnswer(text, layout, now).slice(0, -1);
    const rejoined = withoutWhatFollows(written, situation);
    if (rejoined.length < written.length) answer = rejoined;
    if (answer !== null || written.length > most || loops(written)) enough.abort();
  });
  if (enough.signal.aborted) return { result, answer };
  const { stopReason, text } = result;
  if (stopReason === 'cancelled') return { result, answer: 'cancelled' };
  const ended = stopReason === 'end-of-text' || stopReason === 'stop-text';
  return { result, answer: ended ? withoutWhatFollows(linesOfAnswer(text, layout, now), situation) : null };
}

/** A region may repeat itself; a model that keeps repeating is stuck in a loop. */
const MOST_ROUNDS = 4;

function loops(lines: readonly string[]): boolean {
  let whole = lines;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const period = loopAtEnd(whole);
    if (period === 0) return false;
    whole = whole.slice(0, -period);
  }
  return true;
}

function surenessOf({ logProbabilities }: CompleteResult): number {
  return logProbabilities.length === 0 ? 0 : Math.exp(Math.min(...logProbabilities));
}

function costOf({
  promptTokens,
  evaluatedTokens,
  generatedTokens,
  passes,
  promptMs,
  generateMs,
}: CompleteResult): Cost {
  return { promptTokens, evaluatedTokens, generatedTokens, passes, ms: promptMs + generateMs };
}

function shorter({ promptTokens, regionTokens }: EditBudget): EditBudget {
  return { promptTokens: Math.floor(promptTokens * 0.8), regionTokens };
}
