/** What prompts of next edits are made of, in every layout. */
import type { LineChange } from '../edits/change.ts';
import { applied, reversed } from '../edits/change.ts';
import type { PromptPart } from '../engine/types.ts';
import { estimateTokens } from './budget.ts';

export interface EditBudget {
  readonly promptTokens: number;
  /** Kept free behind it for the region as it should be. */
  readonly regionTokens: number;
}

export interface EditPrompt {
  readonly parts: readonly PromptPart[];
  /** The region as it is, as an answer writes it: most of the answer repeats it. */
  readonly drafts: string;
}

/** UTF-16 units of a line around the region or of a change: what is longer is data, and takes long to count. */
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
 * The file as it was before a change that `lines` still holds where it says; null where the file went on otherwise than was told, so that what
 * stood around is not known any more.
 */
export function takenBack(lines: readonly string[], change: LineChange): readonly string[] | null {
  const holds = change.after.every((line, i) => lines[change.line + i] === line);
  return holds ? applied(lines, reversed(change)) : null;
}
