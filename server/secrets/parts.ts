/** Secrets in parts: adjacent lines that assign to numbered names such as `KEY_A` and `KEY_B`. */
import type { SecretRange } from './finding.ts';
import type { JoinedView } from './joined.ts';
import { type Line, Lines, longest } from './lines.ts';

const assigns = /([A-Za-z_]\w{1,60})\s{0,3}(?::[^=]{1,40})?[:=]{1,2}\s{0,3}["'`]/;

const partMark =
  /_?(?:[A-D]|[0-9]|[Oo]ne|[Tt]wo|[Tt]hree|[Pp]art[0-9A-Da-d]|ONE|TWO|THREE|PART[0-9A-D])$|^(?:first|second|third|head|tail)(?=_|[A-Z])|^(?:FIRST|SECOND|THIRD|HEAD|TAIL)_/;

/** A name without its part marker: `KEY_A`, `KEY_B`; `firstKey`, `secondKey`. */
function stemOf({ text }: Line): { stem: string; name: string } | null {
  if (text.length > longest) return null;
  const name = assigns.exec(text)?.[1];
  if (name === undefined) return null;
  const stem = name.replace(partMark, '');
  return stem === name || stem.length < 2 ? null : { stem: stem.toLowerCase(), name };
}

/** Each pair of such lines, as one that assigns the whole: `KEY = "…"`. */
export function partViews(text: string): JoinedView[] {
  if (!hasParts.test(text)) return [];
  const lines = new Lines(text);
  const views: JoinedView[] = [];
  for (let i = 1; i < lines.length; i++) {
    // Most lines are not parts: check their ends first.
    if (!endsPart(text, lines.endOf(i - 1)) || !endsPart(text, lines.endOf(i))) continue;
    const [one, other] = [partOf(lines.at(i - 1) as Line), partOf(lines.at(i) as Line)];
    if (one === null || other === null || one.stem !== other.stem || one.name === other.name) continue;
    const head = `${one.stem} = "`;
    views.push({
      text: `${head}${one.value}${other.value}"\n`,
      map: [
        { joined: 0, original: one.start - head.length },
        { joined: head.length + one.value.length, original: other.start },
      ],
    });
  }
  return views;
}

/** A text without a name with a first part's marker has no parts. */
const hasParts =
  /(?:A|1|[Oo]ne|ONE|FIRST_\w{1,60}|first[A-Z_]\w{0,60}|HEAD_\w{1,60}|head[A-Z_]\w{0,60})\s{0,3}(?::[^=\n]{1,40})?[:=]{1,2}\s{0,3}["'`]/;

function endsPart(text: string, end: number): boolean {
  return /["'`][;,]?\s?$/.test(text.slice(Math.max(0, end - 3), end));
}

const value = /["'`]([^"'`\s]{4,200})["'`][;,]?\s?$/;

function partOf(line: Line): { stem: string; name: string; value: string; start: number } | null {
  const own = stemOf(line);
  const match = own && value.exec(line.text);
  if (!match) return null;
  return { ...own, value: match[1] as string, start: line.start + match.index + 1 };
}

/** Adjacent lines that assign parts of one secret: if one is found, so are the others. */
export function otherParts(text: string, found: readonly SecretRange[]): SecretRange[] {
  if (found.length === 0) return [];
  const lines = new Lines(text);
  const isFound = coverage(found);
  const more: SecretRange[] = [];
  let knownBefore = isFound(lines.startOf(0), lines.endOf(0));
  for (let i = 1; i < lines.length; i++) {
    const known = isFound(lines.startOf(i), lines.endOf(i));
    const differs = known !== knownBefore;
    knownBefore = known;
    if (!differs) continue;
    const [before, line] = [lines.at(i - 1) as Line, lines.at(i) as Line];
    const [one, other] = [stemOf(before), stemOf(line)];
    if (one === null || other === null || one.stem !== other.stem || one.name === other.name) continue;
    const missing = known ? before : line;
    more.push({ start: missing.start, end: missing.start + missing.text.length, rule: 'another part' });
  }
  return more;
}

/** Whether any of the ranges overlaps the range between two places. */
function coverage(found: readonly SecretRange[]): (from: number, to: number) => boolean {
  const ranges = found.toSorted((a, b) => a.start - b.start);
  // For each range, the furthest end so far.
  const ends: number[] = [];
  for (const { end } of ranges) ends.push(Math.max(end, ends.at(-1) ?? 0));
  return (from, to) => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle] as SecretRange).start < to) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (ends[low - 1] as number) > from;
  };
}
