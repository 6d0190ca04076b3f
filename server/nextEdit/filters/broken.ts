import { applied } from '../../edits/change.ts';
import type { EditFilter } from './filter.ts';

/** UTF-16 units: a larger file takes longer to parse than the edit is worth. */
const LONGEST_FILE = 200_000;

/** Rejects edits that break a file without syntax errors. */
export const broken: EditFilter = (change, { situation: { lines }, syntax }) => {
  if (syntax === null || syntax === undefined) return null;
  const text = lines.join('\n');
  if (text.length > LONGEST_FILE || syntax.hasError(text)) return null;
  return syntax.hasError(applied(lines, change).join('\n')) ? 'it would break the syntax' : null;
};
