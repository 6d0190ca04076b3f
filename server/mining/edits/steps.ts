/** A commit's hunks in an order in which a person might have made them. Pure. */
import type { Hunk } from '../hunks.ts';
import { definesName, isImport, isTest, namesIn } from './names.ts';

/** A file that a commit changed; its texts as lines without line breaks. */
export interface ChangedFile {
  readonly path: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly hunks: readonly Hunk[];
}

/** One hunk as an edit. */
export interface Step {
  readonly path: string;
  /** First line concerned, from 0, in the file before the commit. */
  readonly line: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface Sequence {
  /** [files] before the commit, by path. White-space changes are already applied: nobody should guess them. */
  readonly found: ReadonlyMap<string, readonly string[]>;
  readonly steps: readonly Step[];
}

/**
 * Names are defined before they are used; one file after the other, tests after what they test; from the top of a file to its end, imports
 * last.
 */
export function sequenceOf(files: readonly ChangedFile[]): Sequence {
  const found = new Map<string, readonly string[]>();
  const steps: Step[] = [];
  for (const file of files) {
    const { lines, own } = stepsOf(file);
    found.set(file.path, lines);
    steps.push(...own);
  }
  return { found, steps: inOrder(steps, namesOf(files)) };
}

function stepsOf({ path, before, after, hunks }: ChangedFile): { lines: readonly string[]; own: Step[] } {
  const lines: string[] = [];
  const own: Step[] = [];
  let at = 0;
  for (const { oldStart, oldCount, newStart, newCount } of hunks) {
    // If nothing was removed, the hunk names the line before the added ones.
    const from = oldCount === 0 ? oldStart : oldStart - 1;
    const start = newCount === 0 ? newStart : newStart - 1;
    const [removed, added] = [before.slice(from, from + oldCount), after.slice(start, start + newCount)];
    lines.push(...before.slice(at, from));
    at = from + oldCount;
    if (withoutSpace(removed) === withoutSpace(added)) {
      lines.push(...added);
    } else {
      own.push({ path, line: lines.length, before: removed, after: added });
      lines.push(...removed);
    }
  }
  lines.push(...before.slice(at));
  return { lines, own };
}

function withoutSpace(lines: readonly string[]): string {
  return lines.join('').replace(/\s+/g, '');
}

/** Names in these files before the commit. */
function namesOf(files: readonly ChangedFile[]): ReadonlySet<string> {
  return new Set(files.flatMap(({ before }) => namesIn(before)));
}

function inOrder(steps: readonly Step[], known: ReadonlySet<string>): Step[] {
  const needs = needsOf(steps, known);
  // Files whose names are used by others come first, tests after what they test.
  const lends = new Map<string, number>();
  for (const [step, needed] of needs)
    for (const other of needed) if (other.path !== step.path) lends.set(other.path, (lends.get(other.path) ?? 0) + 1);
  const rank = (step: Step): [number, number, string, number, number] => [
    Number(isTest(step.path)),
    -(lends.get(step.path) ?? 0),
    step.path,
    Number(isImport(step.after.length > 0 ? step.after : step.before)),
    step.line,
  ];
  const ranks = new Map(steps.map((step) => [step, rank(step)]));
  const left = [...steps].sort((a, b) => compare(ranks.get(a)!, ranks.get(b)!));
  const done = new Set<Step>();
  const ordered: Step[] = [];
  while (left.length > 0) {
    const ready = (step: Step): boolean => [...(needs.get(step) ?? [])].every((needed) => done.has(needed));
    const here = ordered.at(-1)?.path;
    // Preferably in the current file; for circular uses, from the top.
    const next = left.find((step) => step.path === here && ready(step)) ?? left.find(ready) ?? left[0]!;
    left.splice(left.indexOf(next), 1);
    ordered.push(next);
    done.add(next);
  }
  return ordered;
}

/** [steps] the steps that define the names that a step uses. */
function needsOf(steps: readonly Step[], known: ReadonlySet<string>): Map<Step, Set<Step>> {
  const users = new Map<string, Step[]>();
  for (const step of steps) {
    for (const name of new Set(namesIn(step.after))) {
      if (known.has(name)) continue;
      const list = users.get(name);
      if (list) list.push(step);
      else users.set(name, [step]);
    }
  }
  const needs = new Map<Step, Set<Step>>();
  for (const [name, using] of users) {
    const weights: number[] = using.map((step) => (isImport(step.after) ? -1 : definesName(step.after, name)));
    const giver = using[weights.indexOf(Math.max(...weights))]!;
    for (const step of using) {
      if (step === giver) continue;
      const needed = needs.get(step) ?? new Set();
      needs.set(step, needed.add(giver));
    }
  }
  return needs;
}

function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [i, one] of a.entries()) {
    const other = b[i]!;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
