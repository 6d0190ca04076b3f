/** Building blocks of next-edit prompts in every layout. */
import type { LineChange } from '../edits/change.ts';
import { applied, reversed } from '../edits/change.ts';
import type { PromptPart } from '../engine/types.ts';
import { estimateTokens } from './budget.ts';

export interface EditBudget {
  readonly promptTokens: number;
  /** Reserved after the prompt for the updated region. */
  readonly regionTokens: number;
}

export interface EditPrompt {
  readonly parts: readonly PromptPart[];
  /** The region in the form of an answer: a draft for speculative decoding, as most of the answer repeats it. */
  readonly drafts: string;
}

/** UTF-16 units of a line around the region or in a change: longer ones are data, and slow to count. */
const LONGEST_LINE = 500;

export function file(name: string, text: string): PromptPart[] {
  return [{ special: 'fileSep' }, { text: `${name}\n${text}` }];
}

export function costOf(parts: readonly PromptPart[]): number {
  return parts.reduce((sum, part) => sum + ('text' in part ? estimateTokens(part.text) : 1), 0);
}

export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

export function withBreak(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

export function shortened(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.slice(0, LONGEST_LINE));
}

/**
 * The file before a change that `lines` still contains in its place; null if the file has changed in unreported ways, so that the
 * surrounding lines are no longer known.
 */
export function takenBack(lines: readonly string[], change: LineChange): readonly string[] | null {
  const holds = change.after.every((line, i) => lines[change.line + i] === line);
  return holds ? applied(lines, reversed(change)) : null;
}
