import { unseenIn } from '../../common/controls.ts';
import type { EditFilter } from './filter.ts';

/** Rejects invisible characters, unless the region already contains them. */
export const unseen: EditFilter = ({ after }, { situation: { lines, region } }) => {
  const was = lines.slice(region.from, region.to).join('\n');
  return unseenIn(after.join('\n')).some((character) => !was.includes(character))
    ? 'characters that nobody sees'
    : null;
};
