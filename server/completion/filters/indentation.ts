import type { Cursor } from '../cursor.ts';
import type { Filter } from '../suggestion.ts';

const INDENTED = /^[ \t]+(?=\S)/;
const OPENS = /[([{:]\s*(?:#.*|\/\/.*)?$/;
const CLOSES = /^\s*[)\]}]/;
/** Widths, in spaces, that a level of indentation has somewhere. */
const WIDTHS = { least: 2, most: 8 } as const;
/** With more lines of the other kind than one in so many, a text has both: SQL in Go. */
const STRAY = 10;

/** Indents further lines as the file does: with tabs, or with as many spaces per level. */
export const indentation: Filter = (suggestion, { cursor }) => {
  if (!suggestion.text.includes('\n')) return suggestion;
  const unit = unitAt(cursor);
  const written = unitOf(linesIn(suggestion.text));
  // Only tabs and spaces are exchanged: a different number of spaces may be alignment, or is the model's own mistake.
  if (unit === null || written === null || (written === '\t') === (unit === '\t')) return suggestion;
  const width = written === '\t' ? unit.length : (widthBy(suggestion.text, cursor) ?? written.length);
  const text = suggestion.text.replace(/(?<=\n)[ \t]+/g, (blanks) => indented(levels(blanks, width), unit, width));
  return { ...suggestion, text };
};

/** A single space too many aligns the stars of a comment. */
function indented(depth: number, unit: string, width: number): string {
  const whole = Math.floor(depth);
  return Math.round((depth - whole) * width) === 1 ? `${unit.repeat(whole)} ` : unit.repeat(Math.round(depth));
}

/** Depth in levels of `width` columns; tabs count one level. */
function levels(blanks: string, width: number): number {
  const tabs = blanks.split('\t').length - 1;
  return tabs + (blanks.length - tabs) / width;
}

/** The spaces of one level, by the first line after the cursor's, whose depth follows from it; null if they do not fit. */
function widthBy(text: string, { linePrefix }: Pick<Cursor, 'linePrefix'>): number | null {
  const [first = '', ...further] = text.split('\n');
  const next = further.find((line) => line.trim() !== '') ?? '';
  const deeper = Number(OPENS.test(linePrefix + first)) - Number(CLOSES.test(next));
  const depth = levels(/^\t*/.exec(linePrefix)![0], 1) + deeper;
  const width = (INDENTED.exec(next)?.[0].length ?? 0) / depth;
  return Number.isInteger(width) && width >= WIDTHS.least && width <= WIDTHS.most ? width : null;
}

/** What the cursor's own line is indented with, else what the lines around it are; null where those differ. */
function unitAt({ before, after, linePrefix }: Cursor): string | null {
  const own = /^(?:\t| {2,})/.exec(linePrefix)?.[0];
  if (own?.startsWith('\t')) return '\t';
  const [above, below] = [linesIn(before), linesIn(after)];
  const [tabs, spaces] = [above.tabs + below.tabs, above.spaces + below.spaces];
  const narrowest = Math.min(above.spaces > 0 ? above.narrowest : below.narrowest, own?.length ?? WIDTHS.most);
  if (own !== undefined) return ' '.repeat(narrowest);
  return Math.min(tabs, spaces) * STRAY > tabs + spaces ? null : unitOf({ tabs, spaces, narrowest });
}

interface Lines {
  /** Lines indented with tabs, and with spaces. */
  readonly tabs: number;
  readonly spaces: number;
  /** Smallest number of those spaces. */
  readonly narrowest: number;
}

/** Without the first line, which may be incomplete. */
function linesIn(text: string): Lines {
  let [tabs, spaces] = [0, 0];
  let narrowest = Number.POSITIVE_INFINITY;
  for (const line of text.split('\n').slice(1)) {
    const blanks = INDENTED.exec(line)?.[0];
    if (blanks === undefined) continue;
    if (blanks.startsWith('\t')) tabs++;
    else if (blanks.length > 1) {
      spaces++;
      narrowest = Math.min(narrowest, blanks.length);
    }
  }
  return { tabs, spaces, narrowest };
}

/** One level of indentation: a tab, or the smallest step of spaces; null where nothing is indented. */
function unitOf({ tabs, spaces, narrowest }: Lines): string | null {
  if (tabs === 0 && spaces === 0) return null;
  return tabs >= spaces ? '\t' : ' '.repeat(Math.min(WIDTHS.most, narrowest));
}
