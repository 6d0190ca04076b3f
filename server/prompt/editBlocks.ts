/**
 * Our own layout of next edits: recent changes as original and updated text with a few lines around them, then the region as it is, whose
 * updated text the model writes: one more change of the same form. The region occurs once, since a base tuned for minutes only copies what
 * it sees twice, and needs more tokens (bench/results/next-edit.md). What stays the same while editing comes first, so that it is read
 * once.
 */
import type { LineChange } from '../edits/change.ts';
import type { EditSituation } from '../edits/situation.ts';
import type { PromptPart } from '../engine/types.ts';
import { estimateTokens } from './budget.ts';
import {
  costOf,
  type EditBudget,
  type EditPrompt,
  file,
  shortened,
  takenBack,
  textOf,
  withBreak,
} from './editPieces.ts';

/** Most changes in a prompt, and most lines of each. */
const MOST_CHANGES = 5;
const MOST_CHANGED_LINES = 8;
/** Lines shown around a change: in a region, what is to be changed also has lines around it. */
const AROUND = { above: 1, below: 2 } as const;
/**
 * Share for changes of what the region leaves, unless the newest alone takes more: if it is small, the surrounding file is informative,
 * too.
 */
const CHANGES_SHARE = 0.6;
/** Sizes of the surrounding file shown first, the largest that fits; it moves in steps, so that it is rarely read again. */
const CONTEXTS = [
  { lines: 60, step: 20 },
  { lines: 40, step: 20 },
  { lines: 20, step: 10 },
  { lines: 12, step: 4 },
] as const;

/** null if not even the region fits. */
export function buildBlocks(situation: EditSituation, budget: EditBudget): EditPrompt | null {
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

/** The newest changes, newest first. For changes of this file, the lines around are as they were at the time. */
function shownChanges({ path, lines, recent }: EditSituation): PromptPart[][] {
  let then: readonly string[] | null = lines;
  return recent
    .slice(-MOST_CHANGES)
    .toReversed()
    .map((change) => {
      if (change.path !== path || then === null) return shownChange(change, [], []);
      const now: readonly string[] = then;
      then = takenBack(now, change);
      if (then === null) return shownChange(change, [], []);
      const end = change.line + change.after.length;
      const above = now.slice(Math.max(0, change.line - AROUND.above), change.line);
      const below = now.slice(end, end + AROUND.below);
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

/**
 * The file around the region, as many of its lines as fit. The region itself comes after it: included here, it would be read twice, and
 * typing in it would change the beginning of the prompt.
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
