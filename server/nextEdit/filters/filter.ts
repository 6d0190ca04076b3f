/** Input and output of the filters of an edit. */
import type { LineChange } from '../../edits/change.ts';
import type { EditSituation } from '../../edits/situation.ts';
import type { SyntaxReader } from '../../languages/syntax.ts';
import type { MembersRenamed } from '../declaredMember.ts';

export interface FilterInput {
  readonly situation: EditSituation;
  /** The whole region as the model wrote it. */
  readonly answer: readonly string[];
  /** null or absent if the language has no grammar. */
  readonly syntax?: SyntaxReader | null | undefined;
  /** In any file. Absent: unknown. */
  readonly membersRenamed?: MembersRenamed | undefined;
  /** Probability of the least likely token. */
  readonly sureness: number;
  readonly leastSureness: number;
}

/** The reason against the edit, for the log; null for none. */
export type EditFilter = (change: LineChange, input: FilterInput) => string | null;
