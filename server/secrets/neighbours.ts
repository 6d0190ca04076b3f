/** Secrets that the line beside tells: a table's column, a `name:` above its `value:`, the answer to a question, the other part of one. */
import type { SecretRange } from './finding.ts';
import type { Hints } from './hints.ts';
import { type Telling, tellingOf } from './names.ts';
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

export function byNeighbours(text: string, hints: Hints): SecretRange[] {
  if (hints.ends.length === 0) return [];
  const lines = new Lines(text);
  const more: SecretRange[] = [];
  let hint = 0;
  for (let i = 0; i < lines.length && hint < hints.ends.length; i++) {
    const end = lines.endOf(i);
    if ((hints.ends[hint] as number) > end) continue;
    while (hint < hints.ends.length && (hints.ends[hint] as number) <= end) hint++;
    if (end - lines.startOf(i) <= longest)
      more.push(...inColumn(lines, i), ...asValue(lines, i), ...answered(lines, i));
  }
  return more;
}

/** Lines of a text, each cut out where it is looked at. In a string `\n` ends a line too. */
class Lines {
  readonly #text: string;
  readonly #starts = [0];
  readonly #ends: number[] = [];

  constructor(text: string) {
    this.#text = text;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      const mark = code === 10 ? 1 : code === 92 && text.charCodeAt(i + 1) === 110 ? 2 : 0;
      if (mark === 0) continue;
      this.#ends.push(i);
      this.#starts.push(i + mark);
      i += mark - 1;
    }
    this.#ends.push(text.length);
  }

  get length(): number {
    return this.#ends.length;
  }

  startOf(index: number): number {
    return this.#starts[index] as number;
  }

  endOf(index: number): number {
    return this.#ends[index] as number;
  }

  at(index: number): Line | undefined {
    if (index >= this.length) return undefined;
    return { start: this.startOf(index), text: this.#text.slice(this.startOf(index), this.endOf(index)) };
  }

  /** The lines behind one, at most so many. */
  *behind(index: number, most: number): Generator<Line> {
    for (let i = index + 1; i <= index + most && i < this.length; i++) yield this.at(i) as Line;
  }
}

const isTold = (telling: Telling): boolean => telling === 'password' || telling === 'phrase';

/** `| user | password |` above `| admin | hunter2x |`, and the same with commas. */
function inColumn(lines: Lines, header: number): SecretRange[] {
  const { text } = lines.at(header) as Line;
  const separator = text.includes('|') ? '|' : ',';
  const all = text.split(separator).map((cell) => cell.replace(/^[^\w]+|[^\w]+$/g, ''));
  // What stands around a table's bars is the syntax of a string, or a command.
  const names = separator === '|' ? all.map((name, i) => (i === 0 || i === all.length - 1 ? '' : name)) : all;
  if (names.length < 3 || names.some((name) => name.length > 24 || !/^[\w -]*$/.test(name))) return [];
  const column = names.findIndex((name) => name !== '' && isTold(tellingOf(name)));
  if (column === -1) return [];
  const found: SecretRange[] = [];
  for (const row of lines.behind(header, mostRows)) {
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
function asValue(lines: Lines, at: number): SecretRange[] {
  const name = namesOne.exec((lines.at(at) as Line).text)?.[1];
  const next = lines.at(at + 1);
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
function answered(lines: Lines, at: number): SecretRange[] {
  if (!/(?:pass(?:word|wd|phrase|code)|pwd|wifi key)\b[^?]{0,30}\?\W{0,4}$/i.test((lines.at(at) as Line).text))
    return [];
  for (const { start, text } of lines.behind(at, 2)) {
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

/** Whether any of the ranges reaches between two places. */
function coverage(found: readonly SecretRange[]): (from: number, to: number) => boolean {
  const ranges = found.toSorted((a, b) => a.start - b.start);
  // Up to each of them, how far the furthest reaches.
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
