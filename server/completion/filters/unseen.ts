import { unseenIn } from '../../common/controls.ts';
import type { Filter } from '../suggestion.ts';

/** Before it is taken, nobody sees in a suggestion what has no shape and what turns the order of a line around; what the document has is its own. */
export const unseen: Filter = (suggestion, { cursor: { before, after } }) =>
  // Behind the cursor's own character, which may be of two units: whether a joiner joins is seen by that.
  unseenIn(before.slice(-2) + suggestion.text).some(
    (character) => !before.includes(character) && !after.includes(character),
  )
    ? { dropped: 'characters that nobody sees' }
    : suggestion;
