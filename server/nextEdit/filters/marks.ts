import type { EditFilter } from './filter.ts';

/** Markers of prompts and merge conflicts, and headers of a prompt's blocks. */
const MARKS = [/<\|/, /\|>/, /^(original|current|updated)\//, /^(original|updated):$/, /^(<{7}|={7}|>{7})( |$)/];

/** Rejects markers of prompts, unless the replaced text has them. */
export const marks: EditFilter = ({ before, after }) =>
  MARKS.some((mark) => after.some((line) => mark.test(line)) && !before.some((line) => mark.test(line)))
    ? 'it has marks of a prompt'
    : null;
