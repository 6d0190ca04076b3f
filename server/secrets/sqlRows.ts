/** Passwords in SQL INSERT rows: the columns say which value is one. */
import { argumentsAt, quotedIn } from './callArguments.ts';
import type { SecretRange } from './finding.ts';
import { tellingOf } from './names.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { atLeast, likenessOf } from './values.ts';

export const insertWords: readonly string[] = ['insert into', 'replace into'];

const reach = 1_500;
const mostRows = 40;
const mostColumns = 40;
const head = /^\s{1,4}[\w."`[\]]{1,80}\s{0,4}\(/;
const headless = /^\s{1,4}[\w."`[\]]{1,80}\s{1,4}VALUES\s{0,4}(?=\()/i;

export function insertVisitor(text: string, found: SecretRange[]): (end: number) => void {
  return (end) => {
    const columns = head.exec(text.slice(end, end + 100));
    if (columns) return void found.push(...inColumns(text, end + columns[0].length - 1));
    const rows = headless.exec(text.slice(end, end + 120));
    const isOfAccounts = rows !== null && ofAccounts.test(rows[0]);
    if (rows) found.push(...rowsFrom(text, end + rows[0].length).flatMap(besideAddress));
    return undefined;

    /** Without columns the password is the value after the mail address; in a table of accounts, also before it. */
    function besideAddress(values: readonly { start: number; end: number }[]): SecretRange[] {
      return values.flatMap((value, i) => {
        const beside = [values[i - 1], isOfAccounts ? values[i + 1] : undefined];
        const isBeside = beside.some((other) => other && address.test(text.slice(other.start, other.end)));
        if (!isBeside || value.end <= value.start) return [];
        const likeness = likenessOf(text.slice(value.start, value.end));
        return atLeast(likeness, 'mixed') ? [{ ...value, rule: 'row of SQL' }] : [];
      });
    }
  };
}

const ofAccounts = /(?:user|account|login|member|admin)s?["`\]]?\s+VALUES/i;
const address = /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/;

function inColumns(text: string, open: number): SecretRange[] {
  const columns = argumentsAt(text, open, mostColumns);
  const last = columns.at(-1);
  if (last === undefined) return [];
  const told = columns.flatMap(({ start, end }, i) => {
    const telling = tellingOf(
      text
        .slice(start, end)
        .trim()
        .replace(/^["'`[]|["'`\]]$/g, ''),
    );
    return telling === 'password' || telling === 'phrase' || telling === 'pin' || telling === 'key'
      ? [{ i, telling }]
      : [];
  });
  if (told.length === 0) return [];
  const values = /^\)\s{0,4}VALUES\s{0,8}(?=\()/i.exec(text.slice(last.end, last.end + 40));
  if (!values) return [];
  return rowsFrom(text, last.end + values[0].length).flatMap((row) =>
    told.flatMap(({ i, telling }) => {
      const value = row[i];
      if (!value || value.end - value.start < 4) return [];
      const content = text.slice(value.start, value.end);
      if (isPlaceholder(content) || isNaming(content)) return [];
      return atLeast(likenessOf(content), telling === 'key' ? 'mixed' : 'word')
        ? [{ ...value, rule: 'row of SQL' }]
        : [];
    }),
  );
}

/** The quoted values of each row; empty ranges for unquoted ones. */
function rowsFrom(text: string, from: number): { start: number; end: number }[][] {
  const rows: { start: number; end: number }[][] = [];
  for (let at = from; rows.length < mostRows && at < from + reach; ) {
    const values = argumentsAt(text, at, mostColumns);
    const last = values.at(-1);
    if (last === undefined) break;
    rows.push(values.map((value) => quotedIn(text, value) ?? { start: value.start, end: value.start }));
    const next = /^\)\s{0,4},\s{0,40}(?=\()/.exec(text.slice(last.end, last.end + 60));
    if (!next) break;
    at = last.end + next[0].length;
  }
  return rows;
}
