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

export function atOneRemove(text: string, from: number, to: number, literals: Literals): Candidate[] {
  return [behind(text, from, to, literals), before(text, from, literals)].filter((candidate) => candidate !== null);
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
