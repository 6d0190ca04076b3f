/** What generated lines are indented with, and what the file is: spaces or tabs. */
import type { Cursor } from './cursor.ts';

const INDENTED = /^[ \t]+(?=\S)/;
const OPENS = /[([{:]\s*(?:#.*|\/\/.*)?$/;
const CLOSES = /^\s*[)\]}]/;
/** Widths, in spaces, that a level of indentation has somewhere. */
const WIDTHS = { least: 2, most: 8 } as const;
/** Likeliest first; in Python hardly anything else is. */
const USUAL_WIDTHS = [4, 2, 8] as const;
/** With more lines of the other kind than one in so many, a text has both: SQL in Go. */
const STRAY = 10;

/** Generated `text` with its further lines indented as the file does: with tabs, or with as many spaces per level. */
export function indentedAsFile(text: string, cursor: Cursor): string {
  if (!text.includes('\n')) return text;
  const unit = unitAt(cursor);
  const written = unitOf(linesIn(text));
  // Only tabs and spaces are exchanged: a different number of spaces may be alignment, or is the model's own mistake.
  if (unit === null || written === null || (written === '\t') === (unit === '\t')) return text;
  const width = written === '\t' ? unit.length : (widthBy(text, cursor) ?? written.length);
  return text.replace(/(?<=\n)[ \t]+/g, (blanks) => indented(levels(blanks, width), unit, width));
}

/** Of a text still being written: without a line of which only blanks are there, since the next character decides about them. */
export function soFarIndentedAsFile(text: string, cursor: Cursor): string {
  return indentedAsFile(text.replace(/\n[ \t]*$/, ''), cursor);
}

/** Where in `text` the place is that `end` is in `shown`, the same text with other indentation. */
export function sameEnd(text: string, shown: string, end: number): number {
  const line = shown.slice(0, end).split('\n').length;
  const behind = shown.slice(end).split('\n', 1)[0]!.length;
  return text.split('\n').slice(0, line).join('\n').length - behind;
}

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

/**
 * The spaces of one level, by the first line after the cursor's: mostly its depth follows from that one, but it may also lie less deep. null
 * if they do not fit.
 */
function widthBy(text: string, { linePrefix, languageId }: Cursor): number | null {
  const [first = '', ...further] = text.split('\n');
  const next = further.find((line) => line.trim() !== '') ?? '';
  const deeper = Number(OPENS.test(linePrefix + first)) - Number(CLOSES.test(next));
  const depth = levels(/^\t*/.exec(linePrefix)![0], 1) + deeper;
  const blanks = INDENTED.exec(next)?.[0].length ?? 0;
  const width = blanks / depth;
  const usual = languageId === 'python' ? [USUAL_WIDTHS[0]] : USUAL_WIDTHS;
  if (usual.some((one) => one === width)) return width;
  const lessDeep = blanks === 0 ? undefined : USUAL_WIDTHS.find((one) => blanks % one === 0 && blanks / one < depth);
  if (lessDeep !== undefined) return lessDeep;
  return Number.isInteger(width) && width >= WIDTHS.least && width <= WIDTHS.most ? width : null;
}

const units = new WeakMap<Cursor, string | null>();

/** Looked for once, as a text that is being written asks again with every token. */
function unitAt(cursor: Cursor): string | null {
  const known = units.get(cursor);
  if (known !== undefined) return known;
  const unit = unitAround(cursor);
  units.set(cursor, unit);
  return unit;
}

/** What the cursor's own line is indented with, else what the lines around it are; null where those differ. */
function unitAround({ before, after, linePrefix }: Cursor): string | null {
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
