import type { EditFilter } from './filter.ts';

/** Of a region with so many lines of text, the last one that would be left out is an answer gone wrong. */
const LEAST_LINES = 3;

export const deletesAll: EditFilter = (_, { answer, situation: { lines, region } }) => {
  const was = lines.slice(region.from, region.to).filter((line) => line.trim() !== '');
  const is = answer.filter((line) => line.trim() !== '');
  return is.length === 0 && was.length >= LEAST_LINES ? 'it deletes the whole region' : null;
};
