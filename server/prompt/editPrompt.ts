/**
 * The one place where prompts of next edits are laid out, for training and serving alike: pretrained special tokens, no instructions,
 * what was changed lately as original and updated text, then the region as it was and as it is; the model writes it as it should be.
 * This is the layout of Sweep's open weights (PyPI sweep-autocomplete 0.1.1, `llm_local.py`), who found it best for small models; theirs
 * can be served as they are. What stays the same while one edits stands first, so that it is read once.
 */
import { before, type LineChange } from '../edits/change.ts';
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

/** Some 400 real tokens, which two cores read in two seconds with a base of 0.5 B (bench/results/next-edit.md). */
export const DEFAULT_EDIT_BUDGET: EditBudget = { promptTokens: 512, regionTokens: 256 };

/** Changes that a prompt shows, and lines of each. */
const MOST_CHANGES = 6;
const MOST_CHANGED_LINES = 12;
/** UTF-16 units of a line around the region or of a change: what is longer is data, and takes long to count. */
const LONGEST_LINE = 500;
/** Of the room beside the region, for changes before the newest: where it is small, the file around says more. */
const OLDER_CHANGES_SHARE = 0.4;
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
  const { path, lines, region, recent } = situation;
  const span = `${path}:${region.from + 1}:${region.to}`;
  const now = textOf(lines.slice(region.from, region.to));
  const ours = recent.filter((change) => change.path === path);
  const then = textOf(before(lines, region, ours.slice(-1)));
  const last: PromptPart[] = [
    ...file(`original/${span}`, then),
    ...file(`current/${span}`, now),
    ...file(`updated/${span}`, ''),
  ];
  let left = budget.promptTokens - costOf(last);
  if (left < 0 || estimateTokens(now) > budget.regionTokens) return null;
  const changes: PromptPart[][] = [];
  const least = left * (1 - OLDER_CHANGES_SHARE);
  for (const change of recent.slice(-MOST_CHANGES).toReversed()) {
    const shown = shownChange(change);
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

/**
 * Learned of one situation, from the first line that changes on: to repeat those above is easy, and a model that learns it most grows timid.
 * `updated`: the region's lines as they should be. null where the prompt, or the answer, does not fit.
 */
export async function buildEditTraining(
  situation: EditSituation,
  updated: readonly string[],
  budget: EditBudget,
  tokenizer: AsyncTokenizer,
): Promise<TrainingSequence | null> {
  const prompt = buildEditPrompt(situation, budget);
  if (prompt === null) return null;
  const layout = { head: prompt.parts, tail: textOf(updated) };
  const known = await tokenizer.tokenize([
    ...textsOf(layout),
    textOf(updated.slice(0, unchangedLines(situation, updated))),
  ]);
  const [answer, unchanged] = known.slice(-2) as [number[], number[]];
  if (answer.length > budget.regionTokens) return null;
  // One more for the token that ends it.
  const room = { promptTokens: budget.promptTokens, middleTokens: budget.regionTokens + 1 };
  const sizes = { ...room, contextShare: 0, suffixShare: 0 };
  let next = 0;
  const tokenize = (texts: readonly string[]): number[][] => texts.map(() => known[next++]!);
  const sequence = sequenceOf(layout, sizes, sizes, { special: tokenizer.special, tokenize });
  return sequence && { ...sequence, lossFrom: sequence.lossFrom + unchanged.length };
}

/** Lines at the region's start that stay; 0 where all of them do. */
function unchangedLines({ lines, region }: EditSituation, updated: readonly string[]): number {
  const first = updated.findIndex((line, i) => region.from + i >= region.to || line !== lines[region.from + i]);
  if (first >= 0) return first;
  return updated.length === region.to - region.from ? 0 : updated.length;
}

/** The region's lines from what a model wrote. */
export function linesOfAnswer(text: string): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

function shownChange({ path, line, before: from, after: to }: LineChange): PromptPart[] {
  const header = `${path}:${line + 1}:${line + Math.max(1, to.length)}`;
  return file(header, `original:\n${textOf(cut(from))}updated:\n${textOf(cut(to))}`);
}

function cut(lines: readonly string[]): readonly string[] {
  return shortened(lines.slice(0, MOST_CHANGED_LINES));
}

function shortened(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.slice(0, LONGEST_LINE));
}

/** The file around the region, as many of its lines as there is room for. */
function contextOf({ path, lines, region }: EditSituation, tokens: number): PromptPart[] {
  for (const { lines: most, step } of CONTEXTS) {
    const middle = Math.floor((region.from + region.to) / 2 / step) * step;
    const from = Math.max(0, middle - most / 2);
    const shown = file(path, textOf(shortened(lines.slice(from, Math.min(lines.length, from + most + step)))));
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
