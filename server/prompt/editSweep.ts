/**
 * The layout on which Sweep's open weights for next edits were trained (PyPI sweep-autocomplete 0.1.1, `next_edit_autocomplete.py`:
 * `prompt`, `diff_format` and `format_recent_changes_and_prev_section`): the file before the recent changes, text from elsewhere, the
 * changes, then the region before them, the current region with the cursor, and the updated one, which the model writes. A region's last
 * line has no line break. The file around the region is cut to the budget; theirs is up to 800 lines.
 */
import type { LineChange } from '../edits/change.ts';
import { type EditSituation, REGION } from '../edits/situation.ts';
import type { PromptPart } from '../engine/types.ts';
import { estimateTokens } from './budget.ts';
import { costOf, type EditBudget, type EditPrompt, file, shortened, takenBack, withBreak } from './editPieces.ts';

const MOST_CHANGES = 6;
/** Lines around a change. */
const AROUND = 1;
const MOST_CHANGED_LINES = 20;
/** Plain text, not a token. The model may write it, too. */
export const SWEEP_CURSOR = '<|cursor|>';
/** Lines of the file, as many as fit; they move in steps, so that they are rarely read again. */
const CONTEXTS = [800, 300, 150, 80, 40, 20] as const;

/** null if not even the region fits. */
export function buildSweep(situation: EditSituation, budget: EditBudget): EditPrompt | null {
  const { path, lines, region, related } = situation;
  const now = lines.slice(region.from, region.to);
  const drafts = now.join('\n');
  const cursor = cursorIn(situation);
  const line = cursor.line - region.from;
  // Counted as by the makers: from the cursor's line within the region, not from the file's first.
  const range = `${path}:${line + 1}:${line + now.length + 1}`;
  const marked = now.map((text, i) =>
    i === line ? text.slice(0, cursor.column) + SWEEP_CURSOR + text.slice(cursor.column) : text,
  );
  const { before, file: then } = untouched(situation);
  const last = [
    ...file(`original/${range}`, `${before.join('\n')}\n`),
    ...file(`current/${range}`, `${marked.join('\n')}\n`),
    ...file(`updated/${range}`, ''),
  ];
  let left = budget.promptTokens - costOf(last) - costOf(file(path, '\n\n'));
  if (left < 0 || estimateTokens(drafts) > budget.regionTokens) return null;
  const changes: PromptPart[][] = [];
  for (const shown of shownChanges(situation)) {
    const cost = costOf(shown);
    if (cost > left) break;
    changes.unshift(shown);
    left -= cost;
  }
  const around = contextOf(then, region.from, left);
  left -= estimateTokens(around);
  const elsewhere: PromptPart[][] = [];
  for (const { path: where, text } of related) {
    const shown = file(where, `${withBreak(text)}\n`);
    if (costOf(shown) > left) continue;
    elsewhere.push(shown);
    left -= costOf(shown);
  }
  // The makers leave a blank line after the file and after each text from elsewhere, and one if there are no changes.
  const none = changes.length === 0 ? '\n' : '';
  const head = file(path, `${around}\n${elsewhere.length === 0 ? none : ''}`);
  return { parts: [...head, ...elsewhere.flat(), ...changes.flat(), ...last], drafts };
}

/** End of the newest change if it is in the region; otherwise the end of the line that the region was cut around. */
function cursorIn({ path, lines, region, recent }: EditSituation): { readonly line: number; readonly column: number } {
  const newest = recent.at(-1);
  if (newest !== undefined && newest.path === path) {
    const line = newest.line + Math.max(0, newest.after.length - 1);
    if (line >= region.from && line < region.to) return { line, column: endOf(newest) };
  }
  const line = Math.max(region.from, Math.min(region.from + REGION.above, region.to - 1));
  return { line, column: lines[line]?.length ?? 0 };
}

/** Column in the last line that a change wrote, after the changed part. */
function endOf({ before, after }: LineChange): number {
  const [old, written] = [before.at(-1) ?? '', after.at(-1) ?? ''];
  let same = 0;
  while (same < Math.min(old.length, written.length) && old.at(-1 - same) === written.at(-1 - same)) same++;
  return written.length - same;
}

/** The region before the newest changes within it, and the whole file before all changes that can be reverted. */
function untouched({ path, lines, region, recent }: EditSituation): {
  readonly before: readonly string[];
  readonly file: readonly string[];
} {
  const { from } = region;
  let { to } = region;
  let then = lines;
  let before = lines.slice(from, to);
  let within = true;
  for (const change of recent.toReversed()) {
    if (change.path !== path) {
      within = false;
      continue;
    }
    const older = takenBack(then, change);
    if (older === null) break;
    within &&= change.line >= from && change.line + change.after.length <= to;
    if (within) {
      to += change.before.length - change.after.length;
      before = older.slice(from, to);
    }
    then = older;
  }
  return { before, file: then };
}

/** The newest changes, newest first, each with a line of the file around it and its position. */
function shownChanges({ path, lines, recent }: EditSituation): PromptPart[][] {
  let then: readonly string[] | null = lines;
  return recent
    .toReversed()
    .map((change) => {
      const now: readonly string[] | null = change.path === path ? then : null;
      if (now !== null) then = takenBack(now, change);
      return { change, now: then === null ? null : now };
    })
    .filter(({ change: { before, after } }) => before.join('\n').trim() !== after.join('\n').trim())
    .slice(0, MOST_CHANGES)
    .map(({ change, now }) => shownChange(change, now));
}

function shownChange({ path, line, before, after }: LineChange, now: readonly string[] | null): PromptPart[] {
  const end = line + after.length;
  const above = now === null ? [] : now.slice(Math.max(0, line - AROUND), line);
  const below = now === null ? [] : now.slice(end, end + AROUND);
  const around = (changed: readonly string[]): string =>
    trimmed(shortened([...above, ...changed.slice(0, MOST_CHANGED_LINES), ...below]).join('\n'));
  const first = line - above.length + 1;
  // Counted as by the makers: the hunk's first line is left out.
  const shown = above.length + after.length + below.length - (above.length > 0 || before.length === 0 ? 1 : 0);
  const last = first + shown - 1;
  return file(`${path}:${first}:${last}`, `original:\n${around(before)}\nupdated:\n${around(after)}\n`);
}

function trimmed(text: string): string {
  return text.replace(/^\n+|\n+$/g, '');
}

/** As much of the file as fits, around a line. If whole, it ends in a line break. */
function contextOf(lines: readonly string[], line: number, tokens: number): string {
  for (const most of CONTEXTS) {
    const step = most / 2;
    const from = lines.length <= most ? 0 : Math.max(0, Math.round((line - step) / step) * step);
    const end = lines.length <= most && lines.at(-1) !== '' ? '\n' : '';
    const shown = shortened(lines.slice(from, from + most)).join('\n') + end;
    if (estimateTokens(shown) <= tokens) return shown;
  }
  return '';
}
