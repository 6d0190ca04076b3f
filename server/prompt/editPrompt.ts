/**
 * The one place where prompts of next edits are laid out, for training and serving alike: pretrained special tokens, no instructions, what
 * was changed lately as original and updated text with a few lines around it, then the region as it is, which the model writes as it should be:
 * one more of the same kind. Sweep's open weights (PyPI sweep-autocomplete 0.1.1, `llm_local.py`) also show the region before the newest
 * change; a base that is tuned for minutes only then copies what it sees twice, and needs more tokens (bench/results/next-edit.md). What stays the
 * same while one edits stands first, so that it is read once.
 */
import { applied, type LineChange, reversed } from '../edits/change.ts';
import type { EditSituation } from '../edits/situation.ts';
import type { PromptPart } from '../engine/types.ts';
import { type AsyncTokenizer, textsOf } from './batch.ts';
import { estimateTokens } from './budget.ts';
import { sequenceOf, type Tokenizer, type TrainingSequence } from './build.ts';

export { type EditSituation, REGION, regionAround } from '../edits/situation.ts';

export interface EditBudget {
  readonly promptTokens: number;
  /** Kept free behind it for the region as it should be. */
  readonly regionTokens: number;
}

export interface EditPrompt {
  readonly parts: readonly PromptPart[];
  /** The region as it is, with a line break behind each line: most of the answer repeats it. */
  readonly drafts: string;
}

/** Some 250 real tokens, which two cores read in 1.3 s with a base of 0.5 B (bench/results/next-edit.md). */
export const DEFAULT_EDIT_BUDGET: EditBudget = { promptTokens: 400, regionTokens: 256 };

/** Changes that a prompt shows, and lines of each. */
const MOST_CHANGES = 5;
const MOST_CHANGED_LINES = 8;
/** Lines shown around a change, as there are some around what is to be changed in a region. */
const AROUND = { above: 1, below: 2 } as const;
/** UTF-16 units of a line around the region or of a change: what is longer is data, and takes long to count. */
const LONGEST_LINE = 500;
/** Of the room beside the region, for changes, unless the newest alone takes more of it: where it is small, the file around says something, too. */
const CHANGES_SHARE = 0.6;
/** Lines of the file around the region that are shown first, as many as there is room for; they move in steps, so that they are read again seldom. */
const CONTEXTS = [
  { lines: 60, step: 20 },
  { lines: 40, step: 20 },
  { lines: 20, step: 10 },
  { lines: 12, step: 4 },
] as const;

/** A model is asked for next edits only if it has these. */
export function speaksOfFiles(special: Tokenizer['special']): boolean {
  return special.fileSep !== undefined && special.eot !== undefined;
}

/** null where not even region and newest change fit. */
export function buildEditPrompt(situation: EditSituation, budget: EditBudget): EditPrompt | null {
  const { path, lines, region } = situation;
  const now = textOf(lines.slice(region.from, region.to));
  const last = file(path, `original:\n${now}updated:\n`);
  let left = budget.promptTokens - costOf(last);
  if (left < 0 || estimateTokens(now) > budget.regionTokens) return null;
  const changes: PromptPart[][] = [];
  const least = left * (1 - CHANGES_SHARE);
  for (const shown of shownChanges(situation)) {
    const cost = costOf(shown);
    if (cost > left || (changes.length > 0 && left - cost < least)) break;
    changes.unshift(shown);
    left -= cost;
  }
  const around = contextOf(situation, left);
  left -= costOf(around);
  const related: PromptPart[][] = [];
  for (const { path: where, text } of situation.related) {
    const shown = file(where, withBreak(text));
    if (costOf(shown) > left) continue;
    related.push(shown);
    left -= costOf(shown);
  }
  return { parts: [...related.flat(), ...around, ...changes.flat(), ...last], drafts: now };
}

/** Learned of one situation. `updated`: the region's lines as they should be. null where the prompt, or the answer, does not fit. */
export async function buildEditTraining(
  situation: EditSituation,
  updated: readonly string[],
  budget: EditBudget,
  tokenizer: AsyncTokenizer,
): Promise<TrainingSequence | null> {
  const prompt = buildEditPrompt(situation, budget);
  if (prompt === null) return null;
  const layout = { head: prompt.parts, tail: textOf(updated) };
  const known = await tokenizer.tokenize(textsOf(layout));
  if (known.at(-1)!.length > budget.regionTokens) return null;
  // One more for the token that ends it.
  const room = { promptTokens: budget.promptTokens, middleTokens: budget.regionTokens + 1 };
  const sizes = { ...room, contextShare: 0, suffixShare: 0 };
  let next = 0;
  const tokenize = (texts: readonly string[]): number[][] => texts.map(() => known[next++]!);
  return sequenceOf(layout, sizes, sizes, { special: tokenizer.special, tokenize });
}

/** The region's lines from what a model wrote. */
export function linesOfAnswer(text: string): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** The newest changes, newest first. Lines around those of this file are shown as they were when it was made. */
function shownChanges({ path, lines, recent }: EditSituation): PromptPart[][] {
  let then: readonly string[] | null = lines;
  return recent
    .slice(-MOST_CHANGES)
    .toReversed()
    .map((change) => {
      if (change.path !== path || then === null) return shownChange(change, [], []);
      const end = change.line + change.after.length;
      // The file went on otherwise than was told: what stood around is not known any more.
      if (!change.after.every((line, i) => then![change.line + i] === line)) then = null;
      if (then === null) return shownChange(change, [], []);
      const above = then.slice(Math.max(0, change.line - AROUND.above), change.line);
      const below = then.slice(end, end + AROUND.below);
      then = applied(then, reversed(change));
      return shownChange(change, above, below);
    });
}

function shownChange(
  { path, before, after }: LineChange,
  above: readonly string[],
  below: readonly string[],
): PromptPart[] {
  const around = (lines: readonly string[]): string =>
    textOf([...shortened(above), ...cut(lines), ...shortened(below)]);
  return file(path, `original:\n${around(before)}updated:\n${around(after)}`);
}

function cut(lines: readonly string[]): readonly string[] {
  return shortened(lines.slice(0, MOST_CHANGED_LINES));
}

function shortened(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.slice(0, LONGEST_LINE));
}

/**
 * The file around the region, as many of its lines as there is room for. The region itself stands behind it: here it would be read twice, and
 * whoever types on in it would change what stands first.
 */
function contextOf({ path, lines, region }: EditSituation, tokens: number): PromptPart[] {
  for (const { lines: most, step } of CONTEXTS) {
    const middle = Math.floor((region.from + region.to) / 2 / step) * step;
    const from = Math.max(0, middle - most / 2);
    const around = [...lines.slice(from, region.from), ...lines.slice(region.to, from + most + step)];
    if (around.length === 0) return [];
    const shown = file(path, textOf(shortened(around)));
    if (costOf(shown) <= tokens) return shown;
  }
  return [];
}

function file(name: string, text: string): PromptPart[] {
  return [{ special: 'fileSep' }, { text: `${name}\n${text}` }];
}

function costOf(parts: readonly PromptPart[]): number {
  return parts.reduce((sum, part) => sum + ('text' in part ? estimateTokens(part.text) : 1), 0);
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function withBreak(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
