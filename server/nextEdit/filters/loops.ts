import { loopAtEnd } from '../../completion/lineLoop.ts';
import type { EditFilter } from './filter.ts';

/** Lines added that say what those before them said. */
export const loops: EditFilter = ({ line, before, after }, { answer, situation: { lines, region } }) => {
  if (after.length <= before.length) return null;
  const end = line - region.from + after.length;
  const was = lines.slice(region.from, line + before.length);
  return loopAtEnd(answer.slice(0, end)) > 0 && loopAtEnd(was) === 0 ? 'it repeats itself' : null;
};
