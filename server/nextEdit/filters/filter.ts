/** What each filter of an edit sees and says. */
import type { LineChange } from '../../edits/change.ts';
import type { EditSituation } from '../../edits/situation.ts';
import type { SyntaxReader } from '../../languages/syntax.ts';

export interface FilterInput {
  readonly situation: EditSituation;
  /** The whole region as it was written. */
  readonly answer: readonly string[];
  /** null or absent where the language has no grammar. */
  readonly syntax?: SyntaxReader | null | undefined;
  /** Probability of the least likely token. */
  readonly sureness: number;
  readonly leastSureness: number;
}

/** A reason for the log; null where it says nothing against the edit. */
export type EditFilter = (change: LineChange, input: FilterInput) => string | null;
