/** Values at one remove from their name: in its block, in the body of its function, in the other attribute, in the other half of an update. */
import type { Candidate } from './finding.ts';
import { lineUpTo } from './lines.ts';
import { firstLiteral, type Literals } from './literals.ts';

const reach = 240;
const reachBefore = 120;

/** What may stand between a name and the quote that opens its value. */
const ways: readonly RegExp[] = [
  // variable "password" { type = string  default = "…" }
  /^["']?\s*\{[^{}"'`]{0,160}\b(?:default|value)\s*=\s*$/,
  // string Password { get; set; } = "…"
  /^\s?\{\s?get;[^{}"'`=]{0,60}\}\s?=\s?$/,
  // <input name="password" value="…">, <add key="Password" value="…" />, { "name": "password", "value": "…" }
  /^["'],?\s{1,3}["']?(?:value|content|default)["']?\s{0,3}[=:]\s{0,3}$/i,
];

/** The parameters of a function whose name it is, and its body up to the first quote. */
const body = /^\([^()"'`]{0,80}\)[^"'`;]{0,24}(?:[{:=]|=>|->)[^"'`;]{0,120}$/;
/** What stands before the name of a function where it is written down. */
const defines =
  /(?:^|\s)(?:def|func|fn|fun|function|sub|void|char|string|str|auto|static|public|private)\b[^=("'`]*[\s*]$/i;
/** UPDATE settings SET value = '…' WHERE name = 'password' */
const updates = /\bSET\s+[\w."`]{1,40}\s*=\s*$/i;
const updated = /^\\?["']\s+WHERE\s+[\w."`]{1,40}\s*=\s*\\?["']$/i;

/** `add_argument('--password', help='…', default='…')` */
const options = /(?:argument|option|flag|param|parameter|arg|opt)\(\s?(?:["'`]-{1,2}\w{1,20}["'`],\s?)?["'`]-{0,2}$/i;
const byDefault = /^["'`](?:[^()"'`]|(["'`])[^"'`\n]{0,120}\1){0,80}?,\s{0,3}\bdefault(?:_value|Value)?\s?[=:]\s?$/;
/** <wsse:Password Type="PasswordText">…</wsse:Password> */
const element = /^(?:\s[\w:-]{1,30}=\\?["'][^"'<>\n]{0,120}\\?["']){1,4}\s?>([^<>\s]{4,100})<\//;

export function atOneRemove(text: string, from: number, to: number, literals: Literals): Candidate[] {
  return [
    behind(text, from, to, literals),
    before(text, from, literals),
    asDefault(text, from, to, literals),
    inElement(text, to),
  ].filter((candidate) => candidate !== null);
}

function asDefault(text: string, from: number, to: number, literals: Literals): Candidate | null {
  if (!options.test(lineUpTo(text, from, reachBefore))) return null;
  for (let i = firstLiteral(literals, to + 1); i < literals.starts.length; i++) {
    const start = literals.starts[i] as number;
    if (start - to > reach) return null;
    if (start > to && byDefault.test(text.slice(to, start - 1))) return direct(start, literals.ends[i] as number);
  }
  return null;
}

function inElement(text: string, to: number): Candidate | null {
  const match = element.exec(text.slice(to, to + reach));
  if (match === null) return null;
  const end = to + match[0].length - 2;
  return { start: end - (match[1] as string).length, end, quoted: false, relation: 'direct', assigned: true };
}

function behind(text: string, from: number, to: number, literals: Literals): Candidate | null {
  // What closes the name's own quotes is part of the way.
  for (let i = firstLiteral(literals, to); i < literals.starts.length; i++) {
    const start = literals.starts[i] as number;
    if (start - to > reach) return null;
    if (start <= to) continue;
    const way = text.slice(to, start - 1);
    const isWay =
      ways.some((pattern) => pattern.test(way)) || (body.test(way) && defines.test(lineUpTo(text, from, reachBefore)));
    if (isWay) return direct(start, literals.ends[i] as number);
    // Quotes around a part of the way: "name", "value":
    if (!/^["'],?\s{1,3}["']?$/.test(way)) return null;
  }
  return null;
}

function before(text: string, from: number, literals: Literals): Candidate | null {
  const i = firstLiteral(literals, from) - 1;
  const [start, end] = [literals.starts[i], literals.ends[i]];
  if (start === undefined || end === undefined || from - end > 80) return null;
  return updated.test(text.slice(end, from)) && updates.test(lineUpTo(text, start - 1, reachBefore))
    ? direct(start, end)
    : null;
}

function direct(start: number, end: number): Candidate {
  return { start, end, quoted: true, relation: 'direct', assigned: false };
}
