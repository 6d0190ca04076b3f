/**
 * Values not directly after their name: in its block, in the body of its function, in another attribute, in the other half of an UPDATE.
 */
import { argumentsFrom, quotedIn } from './callArguments.ts';
import type { Candidate } from './finding.ts';
import { lineUpTo } from './lines.ts';
import { firstLiteral, type Literals } from './literals.ts';

const reach = 240;
const reachBefore = 120;

/** password = isLocal ? "…" : "…" */
const choice = /^["']?\]?\s?(?::\s?\w{1,20}\s?)?[:=]\s{0,3}[\w.!&|()= ]{1,80}\?\s{0,3}$/;
const otherwise = /^["'`]\s{0,3}:\s{0,3}["'`]$/;

/** Text allowed between a name and the quote that opens its value. */
const ways: readonly RegExp[] = [
  // variable "password" { type = string  default = "…" }
  /^["']?\s*\{[^{}"'`]{0,160}\b(?:default|value)\s*=\s*$/,
  // string Password { get; set; } = "…"
  /^\s?\{\s?get;[^{}"'`=]{0,60}\}\s?=\s?$/,
  // <input name="password" value="…">, <add key="Password" value="…" />, { "name": "password", "value": "…" }
  // and as ""Password"" value="" in C#, or with escaped quotes, of which a blank is left
  /^\s?["']{1,2},?\s{1,3}["']?(?:value|content|default)["']?\s{0,3}[=:]\s{0,3}["']?$/i,
  // password: z.string().min(8).default("…")
  /^["']?\s?[:=]\s?[\w.()]{1,80}\.default\($/,
  // password = given if given else "…"
  /^["']?\]?\s?[:=]\s?[\w.()[\]]{1,60}\sif\s[\w.()[\] ]{1,60}\selse\s[bru]?$/,
  choice,
];

/** The parameters of a function with that name, and its body up to the first quote. */
const body = /^\([^()"'`]{0,80}\)[^"'`;]{0,24}(?:[{:=]|=>|->)[^"'`;]{0,120}$/;
/** What precedes a function's name in its definition. */
const defines =
  /(?:^|\s)(?:def|func|fn|fun|function|get|sub|void|char|string|str|auto|static|public|private)\b[^=("'`]*[\s*]$/i;
/** UPDATE settings SET value = '…' WHERE name = 'password' */
const updates = /\bSET\s+[\w."`]{1,40}\s*=\s*$/i;
const updated = /^\\?["']\s+WHERE\s+[\w."`]{1,40}\s*=\s*\\?["']$/i;

/** `add_argument('--password', help='…', default='…')` */
const options =
  /(?:argument|option|flag|param|parameter|arg|opt)\(\s?(?:["'`]-{1,2}\w{1,20}["'`],\s?)?["'`](?:-\w,\s)?-{0,2}$/i;
/** .option('-p, --password <word>', 'of the stock', '…') */
const third = /^[^"'`\n]{0,24}["'`],\s{0,3}(["'`])[^"'`\n]{0,120}\1,\s{0,3}["'`]$/;
const byDefault = /^["'`](?:[^()"'`]|(["'`])[^"'`\n]{0,120}\1){0,80}?,\s{0,3}\bdefault(?:_value|Value)?\s?[=:]\s?$/;
/** <wsse:Password Type="PasswordText">…</wsse:Password> */
const element = /^(?:\s[\w:-]{1,30}=\\?["'][^"'<>\n]{0,120}\\?["']){1,4}\s?>([^<>\s]{4,100})<\//;

/** <setting name="Password"><value>…</value>, <Password><Value>…</Value>, <key>password</key><string>…</string> */
const elementBelow = /^(?:\\?["']{0,2}\s?>|<\/key>)\s{0,40}<(?:value|string)>([^<>\s]{4,100})<\//i;

export function atOneRemove(text: string, from: number, to: number, literals: Literals): Candidate[] {
  return [
    behind(text, from, to, literals),
    before(text, from, literals),
    otherChoice(text, to, literals),
    asDefault(text, from, to, literals),
    inElement(text, to),
    inParallel(text, from, to),
    whereUnset(text, from, to, literals),
    inWords(text, to),
  ].filter((candidate) => candidate !== null);
}

function asDefault(text: string, from: number, to: number, literals: Literals): Candidate | null {
  if (!options.test(lineUpTo(text, from, reachBefore))) return null;
  for (let i = firstLiteral(literals, to + 1); i < literals.starts.length; i++) {
    const start = literals.starts[i] as number;
    if (start - to > reach) return null;
    const isDefault = start > to && (byDefault.test(text.slice(to, start - 1)) || third.test(text.slice(to, start)));
    if (isDefault) return direct(start, literals.ends[i] as number);
  }
  return null;
}

function inElement(text: string, to: number): Candidate | null {
  const behindName = text.slice(to, to + reach);
  const match = element.exec(behindName) ?? elementBelow.exec(behindName);
  if (match === null) return null;
  const end = to + match[0].length - 2;
  return { start: end - (match[1] as string).length, end, quoted: false, relation: 'direct', assigned: true };
}

function behind(text: string, from: number, to: number, literals: Literals): Candidate | null {
  // A quote that closes the name's own is part of the text in between.
  for (let i = firstLiteral(literals, to); i < literals.starts.length; i++) {
    const start = literals.starts[i] as number;
    if (start - to > reach) return null;
    if (start <= to) continue;
    const way = text.slice(to, start - 1);
    const isWay =
      ways.some((pattern) => pattern.test(way)) || (body.test(way) && defines.test(lineUpTo(text, from, reachBefore)));
    if (isWay) return direct(start, literals.ends[i] as number);
    // Quotes around the text in between: "name", "value":
    if (!/^["']{1,2}(?:,?\s{1,3}["']?)?$/.test(way)) return null;
  }
  return null;
}

/** The second of `password = isLocal ? "…" : "…"`. */
function otherChoice(text: string, to: number, literals: Literals): Candidate | null {
  let i = firstLiteral(literals, to);
  while (i < literals.starts.length && (literals.starts[i] as number) <= to) i++;
  const [first, end, start] = [literals.starts[i], literals.ends[i], literals.starts[i + 1]];
  if (first === undefined || end === undefined || start === undefined || first - to > reach || start - end > 8)
    return null;
  return choice.test(text.slice(to, first - 1)) && otherwise.test(text.slice(end, start))
    ? direct(start, literals.ends[i + 1] as number)
    : null;
}

/** user, password = "svc", "…" */
function inParallel(text: string, from: number, to: number): Candidate | null {
  const names = /^\s*(?:(?:const|var|let|my|local)\s\(?)?((?:[$@]?[\w.]{1,40}\s?,\s?){0,6})[$@]?$/.exec(
    lineUpTo(text, from, reachBefore),
  )?.[1];
  if (names === undefined) return null;
  const line = text.slice(to, to + reach).split('\n', 1)[0] as string;
  const signs = /^((?:\s?,\s?[$@]?[\w.]{1,40}){0,6})\)?\s?:?=\s?(?![=>~])/.exec(line);
  if (signs === null || (names === '' && signs[1] === '')) return null;
  const given = argumentsFrom(`${line};`, signs[0].length)[names.split(',').length - 1];
  const value = given && quotedIn(line, given);
  return value ? direct(to + value.start, to + value.end) : null;
}

/** LOGIN = %w[svc hunter2x], USER, PASS = %w[svc hunter2x], CREDS=(svc hunter2x) */
const twoWords =
  /^\s?=\s?(?:%[wWiI][([{<|!]|\()\s?[\w.@-]{2,40}\s{1,3}((?!\$)[^\s"'`()[\]{}<>|,]{4,60})\s?[)\]}>|!]\s*$/;

function inWords(text: string, to: number): Candidate | null {
  const line = text.slice(to, to + 160).split('\n', 1)[0] as string;
  const match = twoWords.exec(line);
  if (match === null) return null;
  const start = to + line.lastIndexOf(match[1] as string);
  return { start, end: start + (match[1] as string).length, quoted: true, relation: 'argument', assigned: true };
}

/** key := os.Getenv("JWT_SECRET"), and on a line below, if it is empty: key = "…" */
const asksEnvironment =
  /^\s*(?:(?:const|let|var|val|my|local|auto)\s)?([$\w]{1,40})\s?(?::\s?\w{1,20}\s?)?:?=\s?[\w.:>-]{0,40}(?:get_?env|env(?:iron)?(?:\.get)?|environmentvariable|var)[([]["']$/i;

function whereUnset(text: string, from: number, to: number, literals: Literals): Candidate | null {
  const name = asksEnvironment.exec(lineUpTo(text, from, reachBefore))?.[1];
  if (name === undefined) return null;
  const below = text.slice(to, to + reach);
  for (let i = firstLiteral(literals, to + 1); i < literals.starts.length; i++) {
    const start = literals.starts[i] as number;
    if (start - to > reach) return null;
    const way = below.slice(0, Math.max(0, start - to - 1));
    const line = way.slice(way.lastIndexOf('\n') + 1);
    if (way.includes('\n') && line.trimStart().startsWith(name) && /^\s*[$\w]{1,40}\s?=\s?$/.test(line))
      return direct(start, literals.ends[i] as number);
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
