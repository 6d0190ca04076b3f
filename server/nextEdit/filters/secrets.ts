import { ownFindings } from '../../secrets/own.ts';
import type { EditFilter } from './filter.ts';

/** Rejects keys and passwords, wherever the model has them from, unless the region already contains them. */
export const secrets: EditFilter = ({ after }, { situation: { lines, region } }) => {
  const was = lines.slice(region.from, region.to);
  const isNew = (value: string): boolean => !was.some((line) => line.includes(value));
  const found = after.some(
    (line) => !was.includes(line) && ownFindings(line).some(({ start, end }) => isNew(line.slice(start, end))),
  );
  return found ? 'looks like a secret' : null;
};
