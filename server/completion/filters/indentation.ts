import type { Filter } from '../suggestion.ts';

/** Indents further lines as the file does: with tabs, or with as many spaces per level. */
export const indentation: Filter = (suggestion, { cursor }) => {
  if (!suggestion.text.includes('\n')) return suggestion;
  const unit = unitOf(cursor.before) ?? unitOf(cursor.after);
  if (unit === null) return suggestion;
  const written = unitOf(suggestion.text, cursor.linePrefix);
  if (written === null || written === unit) return suggestion;
  // Only tabs and spaces are exchanged: a different number of spaces may be alignment, or is the model's own mistake.
  if ((written === '\t') === (unit === '\t')) return suggestion;
  const text = suggestion.text.replace(/(?<=\n)[ \t]+/g, (blanks) =>
    unit.repeat(Math.round(levels(blanks, written === '\t' ? unit.length : written.length))),
  );
  return { ...suggestion, text };
};

/** Depth in levels of `width` columns; tabs count one level. */
function levels(blanks: string, width: number): number {
  const tabs = blanks.split('\t').length - 1;
  return tabs + (blanks.length - tabs) / width;
}

/** One level of indentation: a tab, or the smallest step of spaces; null where nothing is indented. */
function unitOf(text: string, linePrefix = ''): string | null {
  let [tabs, spaces] = [0, 0];
  let narrowest = Number.POSITIVE_INFINITY;
  for (const [index, line] of (linePrefix + text).split('\n').entries()) {
    if (index === 0 && linePrefix === '') continue;
    const blanks = /^[ \t]+(?=\S)/.exec(line)?.[0];
    if (blanks === undefined) continue;
    if (blanks.startsWith('\t')) tabs++;
    else if (blanks.length > 1) {
      spaces++;
      narrowest = Math.min(narrowest, blanks.length);
    }
  }
  if (tabs === 0 && spaces === 0) return null;
  return tabs >= spaces ? '\t' : ' '.repeat(Math.min(8, narrowest));
}
