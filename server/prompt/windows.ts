/** Cuts out of a document what the model sees. Training and completion call the same function. */

import { unifyBreaks } from '../common/lineBreaks.ts';
import { charsPerToken, estimateTokens, type PromptBudget, shrink } from './budget.ts';
import { excerptsFor } from './excerpts.ts';

export interface Windows {
  readonly context: string;
  readonly prefix: string;
  readonly suffix: string;
  /**
   * Closing marks and blanks between the cursor and the line's end, if nothing else is there. They are not part of `suffix`: editors add
   * and remove them while one types, and every change would invalidate the whole prompt. The model writes them itself; completion matches
   * them with those in the document.
   */
  readonly closers: string;
  /** UTF-16 units of the document before and after the cursor that the windows show. */
  readonly reach: { readonly before: number; readonly behind: number };
}

const CLOSERS = /^[ \t]*[)\]}'"`;,:]*[ \t]*(?=\r?\n|$)/;

/** The prefix's start moves in blocks of this share of the prompt. */
const BLOCK_SHARE = 0.1;

/** Windows that fit the budget by estimate. Line breaks become `\n` whatever the document has. */
export function cutWindows(context: string, prefix: string, suffix: string, budget: PromptBudget): Windows {
  for (let share = budget; ; share = shrink(share, 0.85)) {
    const windows = cutByCharacters(context, prefix, suffix, share);
    const estimate = estimateTokens(windows.context) + estimateTokens(windows.prefix) + estimateTokens(windows.suffix);
    const tokens = estimate * (budget.tokensPerEstimate ?? 1);
    if (tokens <= budget.promptTokens || share.promptTokens < 16) return windows;
  }
}

function cutByCharacters(context: string, prefix: string, suffix: string, budget: PromptBudget): Windows {
  const total = Math.floor(budget.promptTokens * charsPerToken(budget));
  const block = Math.max(16, Math.floor(total * BLOCK_SHARE));
  const contextText = cutAtLineEnd(unifyBreaks(context), Math.floor(total * budget.contextShare));
  const rest = total - contextText.length;

  const closers = closersBehind(suffix);
  // Rounded up to a block, so that typing at the top of a file does not shorten the suffix with every character.
  const prefixNeed = Math.min(rest * (1 - budget.suffixShare), Math.ceil((prefix.length + 1) / block) * block);
  const suffixMost = Math.min(
    Math.floor(rest - prefixNeed),
    Math.floor((budget.mostSuffixTokens ?? Infinity) * charsPerToken(budget)),
  );
  const suffixText = cutAtLineEnd(suffix.slice(closers.length), suffixMost);
  const prefixMost = rest - suffixText.length;
  const elsewhere = prefix.length > prefixMost ? Math.floor(prefixMost * (budget.excerptShare ?? 0)) : 0;
  const prefixText = prefix.slice(windowStart(prefix, prefixMost - elsewhere, block));
  const reach = { before: prefixText.length, behind: closers.length + suffixText.length };
  const around = { prefix, suffix, shownBefore: reach.before, shownBehind: reach.behind };
  const excerpts = elsewhere === 0 ? '' : excerptsFor(around, elsewhere);
  return {
    context: contextText,
    prefix: excerpts + unifyBreaks(prefixText.replace(/^\uFEFF/, '')),
    suffix: unifyBreaks(suffixText),
    closers,
    reach,
  };
}

/** See {@link Windows.closers}. */
export function closersBehind(suffix: string): string {
  return CLOSERS.exec(suffix.slice(0, 256))?.[0] ?? '';
}

/** Start of the last `most` characters or fewer, rounded to a multiple of `block` and then to the next line's start. */
function windowStart(prefix: string, most: number, block: number): number {
  if (prefix.length <= most) return 0;
  const anchor = Math.ceil((prefix.length - most) / block) * block;
  const lineBreak = prefix.indexOf('\n', anchor - 1);
  if (lineBreak >= 0 && lineBreak < anchor + block && lineBreak + 1 < prefix.length) return lineBreak + 1;
  return atCharacter(prefix, anchor);
}

/** The first `most` characters or fewer, up to the end of a line if one lies in the second half. */
function cutAtLineEnd(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.lastIndexOf('\n', most - 1);
  return end > most / 2 ? text.slice(0, end + 1) : text.slice(0, atCharacter(text, Math.max(0, most)));
}

/** `offset`, or the next one if it would split a surrogate pair. */
function atCharacter(text: string, offset: number): number {
  const unit = text.charCodeAt(offset);
  return unit >= 0xdc00 && unit <= 0xdfff ? offset + 1 : offset;
}
