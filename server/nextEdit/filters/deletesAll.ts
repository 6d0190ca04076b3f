import type { EditFilter } from './filter.ts';

/** If a region has so many lines of text, an answer that deletes them all has gone wrong. */
const LEAST_LINES = 3;

export const deletesAll: EditFilter = (_, { answer, situation: { lines, region } }) => {
  const was = lines.slice(region.from, region.to).filter((line) => line.trim() !== '');
  const is = answer.filter((line) => line.trim() !== '');
  return is.length === 0 && was.length >= LEAST_LINES ? 'it deletes the whole region' : null;
};
