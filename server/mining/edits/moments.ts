/** The files of a commit after some of its steps, and what led there. Pure. */
import { applied, type LineChange } from '../../edits/change.ts';
import type { Sequence, Step } from './steps.ts';

export interface Moment {
  /** Lines of a file as they are now. */
  lines(path: string): readonly string[];
  /** What was done, oldest first; each with its line in the file as it was before it. */
  readonly recent: readonly LineChange[];
  /** What is left to do, in order; each with its line in the file as it is now. */
  readonly left: readonly LineChange[];
}

/** After the first `count` steps. `partly`: of the next one, what is done of it, and what is left behind that. */
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

/** A step that is half done: its first lines are changed already. */
export interface Partly {
  readonly done: Pick<LineChange, 'before' | 'after'>;
  /** What is left, `at` so many lines behind the step's first. */
  readonly at: number;
  readonly rest: Pick<LineChange, 'before' | 'after'>;
}
