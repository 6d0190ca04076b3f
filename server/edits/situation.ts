/** The situation a next edit is requested for: a file, a region of it, and recent changes. */
import type { LineChange, LineSpan } from './change.ts';

export interface EditSituation {
  /** Path of the file relative to the repository, with `/`. */
  readonly path: string;
  /** The current file, without line breaks. */
  readonly lines: readonly string[];
  /** The lines that the model rewrites. */
  readonly region: LineSpan;
  /** Recent changes in any file, oldest first; those of this file led to `lines`. */
  readonly recent: readonly LineChange[];
  /** Text from elsewhere relevant to the region, e.g. definitions; each with its path. */
  readonly related: readonly { readonly path: string; readonly text: string }[];
}

/** Lines above and below the cursor's in a region: fixed windows did better than ones cut by syntax (Sweep's benchmark; Zed's 10 and 10). */
export const REGION = { above: 2, below: 5 } as const;

export function regionAround(line: number, lineCount: number): LineSpan {
  return { from: Math.max(0, line - REGION.above), to: Math.min(lineCount, line + REGION.below + 1) };
}
