/** Why an edit that a model wrote is not proposed. */
import type { LineChange } from '../../edits/change.ts';
import { broken } from './broken.ts';
import { deletesAll } from './deletesAll.ts';
import type { EditFilter, FilterInput } from './filter.ts';
import { indentation } from './indentation.ts';
import { loops } from './loops.ts';
import { marks } from './marks.ts';
import { otherCall } from './otherCall.ts';
import { otherMember } from './otherMember.ts';
import { otherOverload } from './otherOverload.ts';
import { otherOwner } from './otherOwner.ts';
import { otherText } from './otherText.ts';
import { otherThing } from './otherThing.ts';
import { outOfScope } from './outOfScope.ts';
import { reversal } from './reversal.ts';
import { secrets } from './secrets.ts';
import { unseen } from './unseen.ts';
import { unsure } from './unsure.ts';
import { whiteSpace } from './whiteSpace.ts';

/** First what is no edit, then what nobody wants, then what is probably wrong; parsing, the slowest, last. */
const FILTERS: readonly EditFilter[] = [
  marks,
  whiteSpace,
  deletesAll,
  loops,
  indentation,
  reversal,
  secrets,
  unseen,
  unsure,
  otherCall,
  otherOverload,
  otherOwner,
  otherThing,
  otherMember,
  otherText,
  outOfScope,
  broken,
];

export function reasonAgainst(change: LineChange, input: FilterInput): string | null {
  for (const filter of FILTERS) {
    const reason = filter(change, input);
    if (reason !== null) return reason;
  }
  return null;
}
