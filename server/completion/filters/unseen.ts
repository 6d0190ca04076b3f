import { unseenIn } from '../../common/controls.ts';
import type { Filter } from '../suggestion.ts';

/**
 * Drops suggestions with invisible characters or ones that reverse the order of a line: nobody notices them before accepting. Those that
 * the document has are let through.
 */
export const unseen: Filter = (suggestion, { cursor: { before, after } }) =>
  // Together with the character before the cursor, which may be two units: it decides whether a joiner joins.
  unseenIn(before.slice(-2) + suggestion.text).some(
    (character) => !before.includes(character) && !after.includes(character),
  )
    ? { dropped: 'characters that nobody sees' }
    : suggestion;
