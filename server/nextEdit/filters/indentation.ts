import type { EditFilter } from './filter.ts';

/** Rejects tabs among lines with spaces, and the other way round. */
export const indentation: EditFilter = ({ after, before }, { situation: { lines, region } }) => {
  const around = indents(lines.slice(Math.max(0, region.from - AROUND), region.to + AROUND));
  const fresh = indents(after.filter((line) => !before.includes(line)));
  const odd =
    (around.tabs === 0 && around.spaces > 0 && fresh.tabs > 0) ||
    (around.spaces === 0 && around.tabs > 0 && fresh.spaces > 0);
  return odd ? "its indentation is not the file's" : null;
};

/** Lines on either side of the region. */
const AROUND = 50;

/** A single space may only align a comment's stars. */
function indents(lines: readonly string[]): { readonly tabs: number; readonly spaces: number } {
  return {
    tabs: lines.filter((line) => line.startsWith('\t')).length,
    spaces: lines.filter((line) => line.startsWith('  ')).length,
  };
}
