/** Why an edit that a model wrote is not proposed. */
import type { LineChange } from '../../edits/change.ts';
import type { EditSituation } from '../../edits/situation.ts';
import type { SyntaxReader } from '../../languages/syntax.ts';
import { broken } from './broken.ts';
import { deletesAll } from './deletesAll.ts';
import { indentation } from './indentation.ts';
import { loops } from './loops.ts';
import { marks } from './marks.ts';
import { reversal } from './reversal.ts';
import { unsure } from './unsure.ts';
import { whiteSpace } from './whiteSpace.ts';

export interface FilterInput {
  readonly situation: EditSituation;
  /** The whole region as it was written. */
  readonly answer: readonly string[];
  /** null or absent where the language has no grammar. */
  readonly syntax?: SyntaxReader | null | undefined;
  /** Probability of the least likely token. */
  readonly sureness: number;
  readonly leastSureness?: number | undefined;
}

/** A reason for the log; null where it says nothing against the edit. */
export type EditFilter = (change: LineChange, input: FilterInput) => string | null;

/** First what no edit is, then what nobody wants, then what is probably wrong; parsing takes longest. */
const FILTERS: readonly EditFilter[] = [marks, whiteSpace, deletesAll, loops, indentation, reversal, unsure, broken];

export function reasonAgainst(change: LineChange, input: FilterInput): string | null {
  for (const filter of FILTERS) {
    const reason = filter(change, input);
    if (reason !== null) return reason;
  }
  return null;
}
