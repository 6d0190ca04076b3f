import type { Filter } from '../suggestion.ts';

/** Fewer letters, digits or marks than this are typed faster than read. */
const SHORTEST = 2;

export const tooShort: Filter = (suggestion, { invoked }) =>
  !invoked && suggestion.text.replace(/\s/g, '').length < SHORTEST ? { dropped: 'too short' } : suggestion;
