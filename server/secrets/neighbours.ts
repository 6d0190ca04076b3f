/** Secrets that the line beside tells: a table's column, a `name:` above its `value:`, the answer to a question, the other part of one. */
import type { SecretRange } from './finding.ts';
import { hints, type Telling, tellingOf } from './names.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { atLeast, isPassPhrase, likenessOf } from './values.ts';

interface Line {
  readonly start: number;
  readonly text: string;
}

/** Longer lines are data. */
const longest = 400;
/** Rows below a header that are looked at. */
const mostRows = 12;

export function byNeighbours(text: string): SecretRange[] {
  const lines = linesOf(text);
  const more: SecretRange[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.text.length > longest) continue;
    if (line.text.search(hints) !== -1) more.push(...inColumn(lines, i), ...asValue(lines, i), ...answered(lines, i));
  }
  return more;
}

/** In a string `\n` ends a line too. */
function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const end of text.matchAll(/\n|\\n/g)) {
    lines.push({ start, text: text.slice(start, end.index) });
    start = end.index + end[0].length;
  }
  lines.push({ start, text: text.slice(start) });
  return lines;
}

const isTold = (telling: Telling): boolean => telling === 'password' || telling === 'phrase';

/** `| user | password |` above `| admin | hunter2x |`, and the same with commas. */
function inColumn(lines: readonly Line[], header: number): SecretRange[] {
  const { text } = lines[header] as Line;
  const separator = text.includes('|') ? '|' : ',';
  const all = text.split(separator).map((cell) => cell.replace(/^[^\w]+|[^\w]+$/g, ''));
  // What stands around a table's bars is the syntax of a string, or a command.
  const names = separator === '|' ? all.map((name, i) => (i === 0 || i === all.length - 1 ? '' : name)) : all;
  if (names.length < 3 || names.some((name) => name.length > 24 || !/^[\w -]*$/.test(name))) return [];
  const column = names.findIndex((name) => name !== '' && isTold(tellingOf(name)));
  if (column === -1) return [];
  const found: SecretRange[] = [];
  for (const row of lines.slice(header + 1, header + 1 + mostRows)) {
    const cells = row.text.split(separator);
    // A line that is only the rest of a string's syntax ends no table.
    if (cells.length !== names.length) break;
    const cell = cells[column] as string;
    const value = cell.trim().replace(/^["'`]|["'`]$/g, '');
    const telling = tellingOf(names[column] as string);
    if (!atLeast(likenessOf(value), 'mixed') && !(telling === 'phrase' && isPassPhrase(value, false))) continue;
    const before = cells.slice(0, column).join(separator).length + (column > 0 ? 1 : 0);
    found.push({ start: row.start + before, end: row.start + before + cell.length, rule: 'column' });
  }
  return found;
}

const namesOne = /(?:^|[{\s"'-])["']?(?:name|key|id)["']?\s{0,3}[:=]\s{0,3}["']?([\w.-]{3,60})["']?,?\s*$/i;
const hasValue = /["']?value["']?\s{0,3}[:=]\s{0,3}["']?([^"']{4,200}?)["']?,?\s*$/i;

/** Kubernetes' `- name: DB_PASSWORD` above `value: hunter2x`. */
function asValue(lines: readonly Line[], at: number): SecretRange[] {
  const name = namesOne.exec((lines[at] as Line).text)?.[1];
  const next = lines[at + 1];
  if (name === undefined || next === undefined || next.text.length > longest) return [];
  const telling = tellingOf(name);
  const value = hasValue.exec(next.text)?.[1];
  if (
    value === undefined ||
    telling === 'none' ||
    telling === 'place' ||
    isPlaceholder(value) ||
    (/^[\w./-]+$/.test(value) && isNaming(value))
  )
    return [];
  const parts = value.split(/[\s=:;,]+/);
  const isOne =
    telling === 'password'
      ? !/\s/.test(value) || isPassPhrase(value, true) || parts.some(isStrong)
      : telling === 'phrase'
        ? isPassPhrase(value, false)
        : telling === 'pin'
          ? /^[0-9]{4,20}$/.test(value)
          : parts.some(isStrong);
  const start = next.start + next.text.lastIndexOf(value);
  return isOne ? [{ start, end: start + value.length, rule: 'value' }] : [];
}

function isStrong(word: string): boolean {
  return word.length >= 10 && likenessOf(word) === 'strong';
}

/** An answer is what a line ends in. */
const mostAnswer = 80;

/** `what is the password?` above `hunter2x`, or a pass phrase of words. */
function answered(lines: readonly Line[], at: number): SecretRange[] {
  if (!/(?:pass(?:word|wd|phrase|code)|pwd|wifi key)\b[^?]{0,30}\?\W{0,4}$/i.test((lines[at] as Line).text)) return [];
  for (const { start, text } of lines.slice(at + 1, at + 3)) {
    const tail = text.slice(-mostAnswer);
    const match = /([\w!@#$%^&*.~-]{6,60})\W{0,6}$/.exec(tail);
    if (!match) continue;
    const value = match[1] as string;
    const from = start + text.length - tail.length + match.index;
    const isWords = /^[a-z]{3,}(?:[-_.][a-z]{3,}){2,}$/i.test(value);
    if (isWords || atLeast(likenessOf(value), 'mixed'))
      return [{ start: from, end: from + value.length, rule: 'answer' }];
    return [];
  }
  return [];
}

const assigns = /([A-Za-z_]\w{1,60})\s{0,3}(?::[^=]{1,40})?[:=]{1,2}\s{0,3}["'`]/;

const partMark =
  /_?(?:[A-D]|[0-9]|[Oo]ne|[Tt]wo|[Tt]hree|[Pp]art[0-9A-Da-d]|ONE|TWO|THREE|PART[0-9A-D])$|^(?:first|second|third|head|tail)(?=_|[A-Z])|^(?:FIRST|SECOND|THIRD|HEAD|TAIL)_/;

/** What is left of a name without the mark of its part: `KEY_A`, `KEY_B`; `firstKey`, `secondKey`. */
function stemOf({ text }: Line): { stem: string; name: string } | null {
  if (text.length > longest) return null;
  const name = assigns.exec(text)?.[1];
  if (name === undefined) return null;
  const stem = name.replace(partMark, '');
  return stem === name || stem.length < 3 ? null : { stem: stem.toLowerCase(), name };
}

/** Lines beside each other that assign parts of one: where one is known, the others are no less. */
export function otherParts(text: string, found: readonly SecretRange[]): SecretRange[] {
  if (found.length === 0) return [];
  const lines = linesOf(text);
  const isFound = coverage(found);
  const more: SecretRange[] = [];
  for (let i = 1; i < lines.length; i++) {
    const [before, line] = [lines[i - 1] as Line, lines[i] as Line];
    const [one, other] = [stemOf(before), stemOf(line)];
    if (one === null || other === null || one.stem !== other.stem || one.name === other.name) continue;
    const known = [isFound(before), isFound(line)];
    if (known[0] === known[1]) continue;
    const missing = known[0] ? line : before;
    more.push({ start: missing.start, end: missing.start + missing.text.length, rule: 'another part' });
  }
  return more;
}

/** Whether any of the ranges reaches into a line. */
function coverage(found: readonly SecretRange[]): (line: Line) => boolean {
  const ranges = found.toSorted((a, b) => a.start - b.start);
  // Up to each of them, how far the furthest reaches.
  const ends: number[] = [];
  for (const { end } of ranges) ends.push(Math.max(end, ends.at(-1) ?? 0));
  return ({ start, text }) => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle] as SecretRange).start < start + text.length) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (ends[low - 1] as number) > start;
  };
}
