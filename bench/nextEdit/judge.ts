/** Runs one arm at one place: what it would propose there. */
import { changeBetween } from '../../server/edits/change.ts';
import { repeatLastChange } from '../../server/edits/repeatLastChange.ts';
import type { AdapterRef, CompleteResult, LoadedEngine } from '../../server/engine/types.ts';
import { languageIdOf } from '../../server/languages/languageId.ts';
import { syntaxFor } from '../../server/languages/syntax.ts';
import { carriedOn } from '../../server/nextEdit/carriedOn.ts';
import { surenessOfChance } from '../../server/nextEdit/chance.ts';
import { reasonAgainst } from '../../server/nextEdit/filters/index.ts';
import { LEAST_SURENESS, UNSURE } from '../../server/nextEdit/filters/unsure.ts';
import { type Proposal, type ProposeOptions, proposeAt } from '../../server/nextEdit/proposeAt.ts';
import { copilotLike } from './copilotLike.ts';
import type { EditPlace, Found } from './work.ts';

/**
 * By a model, with the service's own core: its cost, and what it would write however unsure. Where the service stops, generation is
 * continued by another, untimed request; which sureness suffices is decided afterwards.
 */
export async function byModel(
  { situation }: EditPlace,
  serving: LoadedEngine,
  adapter: AdapterRef | null,
): Promise<Found> {
  const syntax = await syntaxFor(languageIdOf(situation.path));
  let cpuMs = 0;
  const onTimed = (result: CompleteResult): void => {
    cpuMs += result.cpuMs;
  };
  const ask = async (more: Partial<ProposeOptions>): Promise<Exclude<Proposal, { kind: 'cancelled' }>> => {
    const outcome = await proposeAt(situation, serving, { adapter, syntax, ...more });
    if (outcome.kind === 'cancelled') throw new Error('The engine was stopped.');
    return outcome;
  };
  const served = await ask({ onTimed });
  const outcome = served.kind === 'nothing' && served.reason === UNSURE ? await ask({ leastSureness: 0 }) : served;
  const silent = outcome.kind === 'nothing' ? outcome.reason : '';
  if (served.asked === null || outcome.asked === null) return { ...NOTHING, silent };
  const { promptTokens, generatedTokens, passes, ms } = served.asked.cost;
  const { answer, sureness } = outcome.asked;
  return {
    answer: answer === null ? null : [...answer],
    silent,
    sureness,
    promptTokens,
    generatedTokens,
    passes,
    ms,
    cpuMs,
  };
}

/** By a plain program that repeats the last change. */
export function byRepeating({ situation: { lines, region, recent } }: EditPlace): Found {
  const startedMs = performance.now();
  const last = recent.at(-1);
  const answer = last === undefined ? null : repeatLastChange(lines, region, last);
  const ms = performance.now() - startedMs;
  return { ...NOTHING, answer: answer ?? lines.slice(region.from, region.to), sureness: 1, ms };
}

/** By the model-free proposal: an earlier change, repeated. */
export async function byOnceMore({ situation }: EditPlace): Promise<Found> {
  const startedMs = performance.now();
  const { path, lines, region } = situation;
  const now = lines.slice(region.from, region.to);
  const [guess] = carriedOn(situation);
  if (guess === undefined) return { ...NOTHING, answer: now, sureness: 1, ms: performance.now() - startedMs };
  const sureness = surenessOfChance(guess.chance, LEAST_SURENESS);
  const change = changeBetween(path, region.from, now, guess.answer);
  const syntax = await syntaxFor(languageIdOf(path));
  const judging = { situation, answer: guess.answer, syntax, sureness, leastSureness: 0 };
  const silent = change === null ? 'no change' : (reasonAgainst(change, judging) ?? '');
  return { ...NOTHING, answer: [...guess.answer], silent, sureness, ms: performance.now() - startedMs };
}

/** In the layout used with chat models: unified diffs and instructions in words. */
export async function byCopilotLike({ situation }: EditPlace, { engine }: LoadedEngine): Promise<Found> {
  const { prompt, stop, answerOf } = copilotLike(situation);
  const result = await engine.complete({ prompt, heal: '', maxTokens: MOST_TOKENS, stop, adapter: null });
  const { promptTokens, generatedTokens, passes, promptMs, generateMs, logProbabilities, stopReason } = result;
  const ended = stopReason === 'end-of-text' || stopReason === 'stop-text';
  return {
    answer: ended ? answerOf(result.text) : null,
    silent: ended ? '' : 'it did not end',
    sureness: logProbabilities.length === 0 ? 0 : Math.exp(Math.min(...logProbabilities)),
    promptTokens,
    generatedTokens,
    passes,
    ms: promptMs + generateMs,
    cpuMs: result.cpuMs,
  };
}

const MOST_TOKENS = 300;

const NOTHING: Found = {
  answer: null,
  silent: '',
  sureness: 0,
  promptTokens: 0,
  generatedTokens: 0,
  passes: 0,
  ms: 0,
  cpuMs: 0,
};
