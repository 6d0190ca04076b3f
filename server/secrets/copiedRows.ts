/** Passwords in what is written for a program below its command: rows for SQL's COPY, a login in a session of FTP. */
import type { SecretRange } from './finding.ts';
import { tellingOf } from './names.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { atLeast, likenessOf } from './values.ts';

const copies = /\bCOPY\s{1,4}[\w."]{1,80}\s{0,4}\(([^()]{1,400})\)\s{1,4}FROM\s{1,4}stdin\b[^\n]{0,120}\n/gi;
const mostRows = 200;
const longestRow = 400;

/** The rows below `COPY users (login, password) FROM stdin;`, with tabs between their values. */
export function byCopy(text: string): SecretRange[] {
  if (!/from\s{1,4}stdin/i.test(text)) return [];
  return [...text.matchAll(copies)].flatMap(({ 0: head, 1: columns = '', index }) => {
    const told = columns.split(',').flatMap((name, i) => {
      const telling = tellingOf(name.trim().replace(/^"|"$/g, ''));
      return telling === 'password' || telling === 'phrase' ? [i] : [];
    });
    return told.length === 0 ? [] : inRows(text, index + head.length, told);
  });
}

function inRows(text: string, from: number, told: readonly number[]): SecretRange[] {
  const found: SecretRange[] = [];
  let start = from;
  for (let row = 0; row < mostRows && start < text.length; row++) {
    const newLine = text.indexOf('\n', start);
    const end = newLine === -1 ? text.length : newLine;
    if (end - start > longestRow || text.startsWith('\\.', start)) break;
    const cells = text.slice(start, end).split('\t');
    if (cells.length < 2) break;
    let at = start;
    for (const [i, cell] of cells.entries()) {
      if (told.includes(i) && isSecret(cell)) found.push({ start: at, end: at + cell.length, rule: 'row of SQL' });
      at += cell.length + 1;
    }
    start = end + 1;
  }
  return found;
}

const opensSession = /\b(?:l|nc|s)?ftp\b[^\n]{0,120}<<[~-]?\s?["']?\w/;
const logsIn = /^[ \t]*(?:quote[ \t])?user[ \t]{1,4}\S{1,60}[ \t]{1,4}(\S{4,60})[ \t]*$/gim;
/** From the command to the login. */
const reach = 400;

/** `user depot …` below `ftp -n files <<END`. */
export function bySession(text: string): SecretRange[] {
  if (!text.includes('<<') || !text.includes('ftp')) return [];
  return [...text.matchAll(logsIn)].flatMap(({ 0: line, 1: value = '', index }) => {
    if (!opensSession.test(text.slice(Math.max(0, index - reach), index)) || !isSecret(value)) return [];
    const start = index + line.lastIndexOf(value);
    return [{ start, end: start + value.length, rule: 'session' }];
  });
}

function isSecret(value: string): boolean {
  if (value.startsWith('$') || isPlaceholder(value) || isNaming(value)) return false;
  return atLeast(likenessOf(value), 'word');
}
