/**
 * The one place where prompts are laid out. Completion gets parts to tokenize and a text to heal; training gets the same parts followed by
 * the middle and the end-of-text token.
 *
 * suffix-first (SPM of Bavarian et al. 2022, contiguous): `[context] <fim_prefix><fim_suffix> S <fim_middle> P M`
 * suffix-first-line (SPM, the marker a line earlier):     `[context] <fim_suffix> S <fim_prefix> P <fim_middle> L M`
 * prefix-first, the order most published bases know:      `[context] <fim_prefix> P <fim_suffix> S <fim_middle> M`
 *
 * L is the line above the cursor's and the part of the cursor's line before it. In the contiguous order a small model cannot tell where the
 * middle began, hence not that it should end with this line; a marker at the cursor would move with every letter, and what directly follows
 * a marker is learned badly (first word of a line right at 33 % of places with the marker at the line's own start, 47 % without one). A
 * line earlier, neither happens: typing still only appends.
 */
import type { AdapterRef, ModelInfo, PromptPart, SpecialToken } from '../engine/types.ts';
import type { PromptFormat, PromptOrder } from '../protocol/promptFormat.ts';
import { estimateTokens, type PromptBudget, shrink } from './budget.ts';
import { healStart, preTokenAt } from './preTokens.ts';
import { markedPrompt } from './promptMark.ts';
import { cutWindows, type Windows } from './windows.ts';

export interface PromptInput {
  readonly repoName: string;
  /** Cross-file context, '' for none. */
  readonly context: string;
  /** A line that names the file, never cut, but left out where it would take most of a prompt; absent or '' for none. */
  readonly name?: string;
  /** All text before the cursor; the builder cuts the window. */
  readonly prefix: string;
  /** All text after the cursor. */
  readonly suffix: string;
}

export interface CompletionPrompt {
  readonly parts: readonly PromptPart[];
  /** What the generated text must begin with; it is in the document already. */
  readonly heal: string;
  /** Closing marks after the cursor that the model does not see and will write itself. */
  readonly closers: string;
  /** See {@link Windows.reach}. */
  readonly reach: Windows['reach'];
}

/** Most of a prompt that a file's name may take from what is written. */
const NAME_SHARE = 0.5;

export function buildCompletionPrompt(
  input: PromptInput,
  format: PromptFormat,
  budget: PromptBudget,
): CompletionPrompt {
  const { name: known = '' } = input;
  const room = budget.promptTokens - estimateTokens(known);
  // What is written tells more than a name that leaves no room for it.
  const isTooLong = room < (1 - NAME_SHARE) * budget.promptTokens && room < estimateTokens(input.prefix);
  const name = isTooLong ? '' : known;
  const left = name === '' ? budget : { ...budget, promptTokens: room };
  const { prefix, suffix, context, closers, reach } = cutWindows(input.context, input.prefix, input.suffix, left);
  const line = markedLine(format, prefix);
  const border = line + healStart(prefix.slice(line));
  return {
    parts: layout(format, { ...input, context: context + name, suffix, prefix: prefix.slice(0, border) }, line),
    heal: prefix.slice(border),
    closers,
    reach,
  };
}

export interface TrainingText extends PromptInput {
  readonly middle: string;
}

/** Training's counterpart of a completion prompt: `head` is what the model sees, `tail` what it learns. */
export interface TrainingLayout {
  readonly head: readonly PromptPart[];
  /** Starts with the pre-token that contains the middle's first character. */
  readonly tail: string;
}

export function layoutTraining(text: TrainingText, format: PromptFormat, budget: PromptBudget): TrainingLayout {
  const { prefix, suffix, context, closers } = cutWindows(text.context, text.prefix, text.suffix, budget);
  const middle = text.middle.replaceAll('\r\n', '\n') + closers.trimEnd();
  const joined = prefix + middle;
  const line = markedLine(format, prefix);
  // Prefix-first has a marker between the two, so there the middle starts where completion heals from.
  const contiguous = format.order !== 'prefix-first';
  const border = contiguous ? line + preTokenAt(joined.slice(line), prefix.length - line) : healStart(prefix);
  return {
    head: layout(format, { ...text, context, suffix, prefix: joined.slice(0, border) }, line),
    tail: joined.slice(border),
  };
}

export interface TrainingSequence {
  readonly tokens: number[];
  /** Index of the first token that carries loss. */
  readonly lossFrom: number;
  /** Its text, without special tokens; a middle that was cut is included in full. */
  readonly text: string;
}

export interface Tokenizer {
  tokenize(texts: readonly string[]): number[][];
  readonly special: Readonly<Partial<Record<SpecialToken, number>>>;
}

/**
 * Tokens of one training example. The end-of-text token carries loss, since it teaches the model where to stop; a middle too long for the
 * budget is cut and ends without one. Text that takes more tokens than estimated gets smaller windows, as in completion.
 */
export function buildTrainingSequence(
  text: TrainingText,
  format: PromptFormat,
  budget: PromptBudget,
  tokenizer: Tokenizer,
): TrainingSequence {
  for (let share = budget; ; share = shrink(share, 0.8)) {
    const sequence = sequenceOf(layoutTraining(text, format, share), budget, share, tokenizer);
    if (sequence !== null) return sequence;
  }
}

/** null: the prompt does not fit, try a smaller `share`. Tokenizes the head's texts in order, then the tail. */
export function sequenceOf(
  { head, tail }: TrainingLayout,
  budget: PromptBudget,
  share: PromptBudget,
  tokenizer: Tokenizer,
): TrainingSequence | null {
  const seen = tokensOf(head, tokenizer);
  const learned = tokenizer.tokenize([tail])[0]!;
  if (seen.length > budget.promptTokens && share.promptTokens > 16) return null;
  const end = specialId('eot', tokenizer.special);
  const whole = learned.length < budget.middleTokens;
  const tokens = [...seen, ...(whole ? [...learned, end] : learned.slice(0, budget.middleTokens))];
  const text = head.reduce((said, part) => ('text' in part ? said + part.text : said), '') + tail;
  return { tokens, lossFrom: seen.length, text };
}

/** Token ids of prompt parts, in order. */
export function tokensOf(parts: readonly PromptPart[], tokenizer: Tokenizer): number[] {
  const texts = parts.flatMap((part) => ('text' in part ? [part.text] : []));
  const ids = tokenizer.tokenize(texts);
  let next = 0;
  return parts.flatMap((part) => ('text' in part ? ids[next++]! : [specialId(part.special, tokenizer.special)]));
}

function specialId(name: SpecialToken, special: Tokenizer['special']): number {
  const id = special[name];
  if (id === undefined)
    throw new Error(`The model has no ${name} token, so it cannot fill in the middle. Choose a code model that can.`);
  return id;
}

/**
 * Where the marker goes in the prefix; nothing is healed or joined across it: the start of the last non-blank line above the cursor's. 0 in
 * the other orders, which have none in the prefix.
 */
function markedLine({ order }: PromptFormat, prefix: string): number {
  if (order !== 'suffix-first-line') return 0;
  const above = prefix.slice(0, prefix.lastIndexOf('\n') + 1).trimEnd();
  return above.lastIndexOf('\n') + 1;
}

/** A prompt's parts from texts as they are: nothing is cut or healed here. `line` is the marker's place from {@link markedLine}. */
export function layout(
  format: PromptFormat,
  input: PromptInput,
  line: number = markedLine(format, input.prefix),
): PromptPart[] {
  const parts: PromptPart[] = [];
  if (format.repoTokens && input.repoName !== '') parts.push({ special: 'repoName' }, { text: `${input.repoName}\n` });
  if (input.context !== '') {
    if (format.repoTokens) parts.push({ special: 'fileSep' });
    parts.push({ text: input.context });
  }
  if (format.order === 'suffix-first')
    parts.push(
      { special: 'fimPrefix' },
      { special: 'fimSuffix' },
      { text: input.suffix },
      { special: 'fimMiddle' },
      { text: input.prefix },
    );
  else if (format.order === 'suffix-first-line')
    parts.push(
      { special: 'fimSuffix' },
      { text: input.suffix },
      { special: 'fimPrefix' },
      { text: input.prefix.slice(0, line) },
      { special: 'fimMiddle' },
      { text: input.prefix.slice(line) },
    );
  else
    parts.push(
      { special: 'fimPrefix' },
      { text: input.prefix },
      { special: 'fimSuffix' },
      { text: input.suffix },
      { special: 'fimMiddle' },
    );
  return parts.filter((part) => !('text' in part) || part.text !== '');
}

type Asked = Pick<ModelInfo, 'architecture' | 'promptOrder' | 'promptMark' | 'special'>;

/**
 * How to prompt a base: with the layout that a merged adapter left in the GGUF; in the order that its maker wrote into the GGUF (the bundled base and models trained for it); Qwen's coders
 * suffix-first, with which they suggest far better than with the prefix-first prompts of their training
 * (bench/results/usefulness.md, "Suffix-first prompts"); others in the published prefix-first order.
 */
export function formatOf(model: Asked): PromptFormat {
  return { ...publishedFormatOf(model), order: orderOf(model) };
}

/** The order alone, which a file's header is enough to know. */
export function orderOf({ architecture, promptOrder, promptMark }: Omit<Asked, 'special'>): PromptOrder {
  const stated = markedPrompt(promptMark)?.order ?? promptOrder;
  return stated ?? (architecture.startsWith('qwen') ? 'suffix-first' : 'prefix-first');
}

/** How a base's maker prompts it, and so whoever trains it with other programs; a merged model, as its adapter was trained. */
export function publishedFormatOf({ special, promptOrder, promptMark }: Omit<Asked, 'architecture'>): PromptFormat {
  const hasTokens = special.repoName !== undefined && special.fileSep !== undefined;
  const marked = markedPrompt(promptMark);
  if (marked !== null) return { order: marked.order, repoTokens: marked.repoTokens && hasTokens };
  // A maker who names an order trained without repository tokens; other models that have both were trained with them.
  return { order: promptOrder ?? 'prefix-first', repoTokens: promptOrder === null && hasTokens };
}

/** How to prompt the base with an adapter on it, null for none. */
export function formatFor(
  model: Parameters<typeof formatOf>[0],
  adapter: Pick<AdapterRef, 'prompt'> | null,
): PromptFormat {
  return adapter?.prompt ?? formatOf(model);
}
