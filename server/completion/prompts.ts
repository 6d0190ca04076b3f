/** The prompts of one place: all that the model can see, and shorter ones for when there is no time to read that. */
import {
  buildCompletionPrompt,
  type CompletionPrompt,
  cutTo,
  type PromptBudget,
  type PromptInput,
} from '../prompt/index.ts';
import type { PromptFormat } from '../protocol/promptFormat.ts';
import { fileNameComment } from './fileName.ts';

/**
 * Prompts have only lengths of a fixed scale: all that the model can see, divided by this again and again. Were they made to measure, every
 * change of the machine's pace would shift the windows, and the next key would find nothing of its prompt in the cache.
 */
const STEP = 1.165;
/** Of the lengths that take longer than there is time for, every sixth is read ahead: 2.5 times the one before, and of use once it is read. */
const STEPS_AHEAD = 6;
/**
 * Range of the prompts that an answer can come from at once, as shares of the tokens that there is time for: lengths are estimates that
 * mostly err upwards, and the engine, which counts, takes the longest that fits.
 */
const AT_ONCE = { least: 0.75, most: 1.75 } as const;
/** Share of the tokens that can be read per key given to a suffix after the typed text, which must be read again. */
const SUFFIX_SHARE = 0.4;

interface PlaceInText {
  readonly text: string;
  readonly offset: number;
  readonly languageId: string;
  readonly path?: string;
}

/** A document's text on both sides of the cursor and its name, with whatever else `target` holds. */
export function inputAt<Target extends PlaceInText>(target: Target) {
  const { text, offset, languageId, path } = target;
  const name = path === undefined ? '' : fileNameComment({ path, languageId, text });
  return { ...target, name, prefix: text.slice(0, offset), suffix: text.slice(offset) };
}

export interface PromptInTime extends CompletionPrompt {
  /** Too long to be answered from at once: read while nobody types. */
  readonly isAhead: boolean;
}

/** Longest first. `freshTokens`: tokens that there is time to evaluate; undefined: no limit. */
export function promptsFor(
  input: PromptInput,
  format: PromptFormat,
  budget: PromptBudget,
  freshTokens: number | undefined,
): [PromptInTime, ...PromptInTime[]] {
  if (freshTokens === undefined || freshTokens >= budget.promptTokens)
    return [{ ...buildCompletionPrompt(input, format, budget), isAhead: false }];
  const behindTyping = format.order === 'prefix-first';
  const all = behindTyping ? { ...budget, mostSuffixTokens: stepBelow(SUFFIX_SHARE * freshTokens, budget) } : budget;
  const prompts: [PromptInTime, ...PromptInTime[]] = [{ ...buildCompletionPrompt(input, format, all), isAhead: true }];
  for (let step = 1; lengthAt(step, budget) >= AT_ONCE.least * freshTokens; step++) {
    const tokens = lengthAt(step, budget);
    const isAhead = tokens > AT_ONCE.most * freshTokens;
    if (isAhead && step % STEPS_AHEAD !== 0) continue;
    prompts.push({ ...buildCompletionPrompt(input, format, cutTo(tokens, all)), isAhead });
  }
  return prompts;
}

function lengthAt(step: number, { promptTokens }: PromptBudget): number {
  return Math.floor(promptTokens / STEP ** step);
}

/** The longest length of the scale that is no longer than `tokens`. */
function stepBelow(tokens: number, budget: PromptBudget): number {
  return lengthAt(Math.ceil(Math.log(budget.promptTokens / tokens) / Math.log(STEP)), budget);
}
