import { ownFindings } from '../../mining/secrets/own.ts';
import type { Filter } from '../suggestion.ts';

/**
 * A key or password is not offered, wherever the model has it from: the open file, or what it was trained on. Looked at
 * together with the line it goes on, since the name before the cursor is what tells a password from a word.
 */
export const secrets: Filter = (suggestion, { cursor }) => {
  const from = cursor.linePrefix.length;
  const found = ownFindings(cursor.linePrefix + suggestion.text).some(({ end }) => end > from);
  return found ? { dropped: 'looks like a secret' } : suggestion;
};
