/**
 * Secrets indicated by an adjacent line: a table's header, a `name:` above its `value:`, a question before its answer, a prompt before what
 * is sent.
 */
import type { SecretRange } from './finding.ts';
import { isGivenAway } from './givenAway.ts';
import type { Hints } from './hints.ts';
import { type Line, Lines, longest } from './lines.ts';
import { type Telling, tellingOf } from './names.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { atLeast, isPassPhrase, likenessOf } from './values.ts';

/** Rows read below a header. */
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
      more.push(
        ...inColumn(lines, i),
        ...inRow(lines, i),
        ...asValue(lines, i),
        ...answered(lines, i),
        ...listedBelow(lines, i),
        ...sentNext(lines, i),
      );
  }
  return more;
}

const isTold = (telling: Telling): boolean => telling === 'password' || telling === 'phrase' || telling === 'pin';

/** `| user | password |` above `| admin | hunter2x |`, and the same with commas. */
function inColumn(lines: Lines, header: number): SecretRange[] {
  const { text } = lines.at(header) as Line;
  const separator = text.includes('|') ? '|' : ',';
  const all = text.split(separator).map((cell) => cell.replace(/^[^\w]+|[^\w]+$/g, ''));
  // Text outside a table's outer bars is string syntax, or a command.
  const names = separator === '|' ? all.map((name, i) => (i === 0 || i === all.length - 1 ? '' : name)) : all;
  if (names.length < 3 || names.some((name) => name.length > 24 || !/^[\w -]*$/.test(name))) return [];
  const column = names.findIndex((name) => name !== '' && isTold(tellingOf(nameOf(name))));
  if (column === -1) return [];
  const found: SecretRange[] = [];
  for (const row of lines.behind(header, mostRows)) {
    const cells = cellsOf(row.text, separator, names.length);
    if (cells === null) break;
    const cell = cells[column] as string;
    const value = cell.trim().replace(/^["'`]|["'`]$/g, '');
    const telling = tellingOf(nameOf(names[column] as string));
    if (!atLeast(likenessOf(value), 'mixed') && (!/[^a-z]/i.test(value) || !isGivenAway(value, cellBeside, telling)))
      continue;
    const before = cells.slice(0, column).join(separator).length + (column > 0 ? 1 : 0);
    found.push({ start: row.start + before, end: row.start + before + cell.length, rule: 'column' });
  }
  return found;
}

/** null if there are not so many. Between double quotes, a comma is one of the text: `"Doe, Jane",jane,hunter2x`. */
function cellsOf(row: string, separator: '|' | ',', count: number): string[] | null {
  const plain = row.split(separator);
  if (plain.length === count) return plain;
  const hidden = row.replace(/"[^"]*"/g, (quoted) => quoted.replaceAll(separator, '_')).split(separator);
  if (hidden.length !== count) return null;
  let at = 0;
  return hidden.map(({ length }) => {
    const cell = row.slice(at, at + length);
    at += length + 1;
    return cell;
  });
}

const namesOne = /(?:^|[{\s"'-])["']?(?:name|key|id)["']?\s{0,3}[:=]\s{0,3}["']?([\w.-]{3,60})["']?,?\s*$/i;
const hasValue = /["']?value["']?\s{0,3}[:=]\s{0,3}["']?([^"']{4,200}?)["']?,?\s*$/i;

/** `keypad code` as code has it. */
function nameOf(cell: string): string {
  return cell.trim().replace(/\s+/g, '_');
}

/** A cell is as close to its name as an assigned value. */
const cellBeside = { start: 0, end: 0, quoted: true, relation: 'direct', assigned: false } as const;

/** `| keypad code | 24331235077813 |`, in a table of settings. */
function inRow(lines: Lines, at: number): SecretRange[] {
  const { start, text } = lines.at(at) as Line;
  const cells = text.split('|');
  if (cells.length < 4) return [];
  const name = cells.findIndex((cell, i) => i > 0 && isTold(tellingOf(nameOf(cell))));
  const cell = cells[name + 1];
  if (name === -1 || cell === undefined) return [];
  const value = cell.trim().replace(/^["'`]|["'`]$/g, '');
  const telling = tellingOf(nameOf(cells[name] as string));
  if (isNaming(value) || !(isGivenAway(value, cellBeside, telling) && (/[^a-z]/i.test(value) || telling === 'phrase')))
    return [];
  const before = cells.slice(0, name + 1).join('|').length + 1;
  return [{ start: start + before, end: start + before + cell.length, rule: 'row' }];
}

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
    /\w\(.*\),?$/.test(value) ||
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

/** A line without the end of its string, and without a redirection to a file. */
function spoken(line: string): string {
  return line.replace(/["']\s{0,3}>{1,2}\s{0,3}\S{1,80}\s{0,3}$|\)?[A-Z]{0,16}["'`]{1,3}[);,]{0,3}\s{0,3}$/, '');
}

/** Length of an answer, at the end of a line. */
const mostAnswer = 80;

/** `what is the password?` above `hunter2x`, or a pass phrase of words. */
function answered(lines: Lines, at: number): SecretRange[] {
  if (!/(?:pass(?:word|wd|phrase|code)|pwd|wifi key)\b[^?]{0,30}\?\W{0,4}$/i.test(spoken((lines.at(at) as Line).text)))
    return [];
  for (const { start, text } of lines.behind(at, 2)) {
    const said = spoken(text.slice(0, longest));
    const tail = said.slice(-mostAnswer);
    const match = /([\w!@#$%^&*.~-]{6,60})\W{0,6}$/.exec(tail);
    if (!match) continue;
    const value = match[1] as string;
    const from = start + said.length - tail.length + match.index;
    const isWords = /^[a-z]{3,}(?:[-_.][a-z]{3,}){2,}$/i.test(value);
    if (isWords || atLeast(likenessOf(value), 'mixed'))
      return [{ start: from, end: from + value.length, rule: 'answer' }];
    return [];
  }
  return [];
}

/** A heading in a comment, and below it an account and its password, one per line. */
function listedBelow(lines: Lines, at: number): SecretRange[] {
  const heading =
    /^\s*(#|\/\/|\*|--|;)\s?(?:[\w-]{1,20}\s)?(?:credentials|creds|login|account|zugang|zugangsdaten)\s?:?$/i;
  const mark = heading.exec((lines.at(at) as Line).text.trimEnd())?.[1];
  if (mark === undefined) return [];
  const found: SecretRange[] = [];
  for (const { start, text } of lines.behind(at, 3)) {
    const value = text.trim().startsWith(mark) ? text.trim().slice(mark.length).trim() : '';
    if (value === '' || /\s/.test(value)) break;
    const from = start + text.lastIndexOf(value);
    if (atLeast(likenessOf(value), 'mixed') && !isNaming(value))
      found.push({ start: from, end: from + value.length, rule: 'listed below' });
  }
  return found;
}

/** What is sent when a program prompts: `child.expect('assword')` above `child.sendline('hunter2x')`. */
function sentNext(lines: Lines, at: number): SecretRange[] {
  const next = lines.at(at + 1);
  if (next === undefined || next.text.length > longest) return [];
  if (!/\b(?:expect\w*|read_?until|wait_?for\w*)\b.{0,40}assword/i.test((lines.at(at) as Line).text)) return [];
  const match =
    /\b(?:send_?(?:line|text|keys)?|write(?:ln|_line)?|println)\s?\(\s?b?(["'])([^"'\s\\]{4,60})(?:\\[nr])*(?:\1|$)/i.exec(
      next.text,
    );
  const value = match?.[2] ?? '';
  if (!match || isPlaceholder(value) || isNaming(value)) return [];
  const start = next.start + match.index + match[0].lastIndexOf(value);
  return [{ start, end: start + value.length, rule: 'sent' }];
}
