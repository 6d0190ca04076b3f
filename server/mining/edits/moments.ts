/** The files of a commit after some of its steps, and the changes that led there. Pure. */
import { applied, type LineChange } from '../../edits/change.ts';
import type { Sequence, Step } from './steps.ts';

export interface Moment {
  /** Current lines of a file. */
  lines(path: string): readonly string[];
  /** Changes done, oldest first; each with its line in the file before it. */
  readonly recent: readonly LineChange[];
  /** Changes left, in order; each with its line in the current file. */
  readonly left: readonly LineChange[];
}

/** After the first `count` steps. `partly`: the next step, half done. */
export function momentAfter({ found, steps }: Sequence, count: number, partly?: Partly): Moment {
  const files = new Map(found);
  const recent: LineChange[] = [];
  const doneSteps: { readonly step: Step; readonly grown: number }[] = [];
  const lineNow = ({ path, line }: Step): number =>
    doneSteps.reduce((at, { step, grown }) => (step.path === path && step.line < line ? at + grown : at), line);
  const make = (step: Step, change: LineChange): void => {
    files.set(step.path, applied(files.get(step.path)!, change));
    recent.push(change);
    doneSteps.push({ step, grown: change.after.length - change.before.length });
  };
  for (const step of steps.slice(0, count)) make(step, { ...step, line: lineNow(step) });
  let rest: LineChange | null = null;
  const current = steps[count];
  if (partly !== undefined && current !== undefined) {
    const line = lineNow(current);
    make(current, { path: current.path, line, ...partly.done });
    rest = { path: current.path, line: line + partly.at, ...partly.rest };
  }
  const left = steps.slice(partly === undefined ? count : count + 1).map((step) => ({ ...step, line: lineNow(step) }));
  return { lines: (path) => files.get(path)!, recent, left: rest === null ? left : [rest, ...left] };
}

/** A half-done step: its first lines are changed already. */
export interface Partly {
  readonly done: Pick<LineChange, 'before' | 'after'>;
  /** What is left starts `at` lines after the step's first. */
  readonly at: number;
  readonly rest: Pick<LineChange, 'before' | 'after'>;
}
