import type { EditFilter } from './filter.ts';

/** Marks of prompts and of merges, and headers of a prompt's blocks. */
const MARKS = [/<\|/, /\|>/, /^(original|current|updated)\//, /^(original|updated):$/, /^(<{7}|={7}|>{7})( |$)/];

/** What belongs to prompts is not offered, unless the text that was replaced has it. */
export const marks: EditFilter = ({ before, after }) =>
  MARKS.some((mark) => after.some((line) => mark.test(line)) && !before.some((line) => mark.test(line)))
    ? 'it has marks of a prompt'
    : null;
