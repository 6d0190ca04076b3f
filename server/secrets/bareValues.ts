/** Unquoted values, and where they end. */
import type { Candidate } from './finding.ts';
import { lineUpTo } from './lines.ts';
import { isWord } from './literals.ts';
import { isMadeOfWords } from './madeOfWords.ts';
import { isSettingLine, occursAround } from './settingLines.ts';

/** Position of such a value, the start of its name, and what is in between. */
interface Place {
  readonly from: number;
  readonly start: number;
  readonly end: number;
  readonly operators: string;
  readonly lines: number;
}

const reachBefore = 80;
const stopsBare = /[\s"'`,;)\]}<>|]/;

export function bareEnd(text: string, from: number, limit: number): number {
  let end = from;
  while (end < limit && !endsBare(text, end)) end++;
  return end;
}

/** In a string, `\n` ends a value like a line break. */
function endsBare(text: string, at: number): boolean {
  return stopsBare.test(text[at] as string) || (text[at] === '\\' && /[nrt\\"']/.test(text[at + 1] ?? ''));
}

/** An unquoted value: up to a blank, a comma or a bracket. */
export function bareCandidate(text: string, { from, start, end, operators, lines }: Place): Candidate | null {
  if (end - start < 4 || end - start > 200) return null;
  const sign = operators.trim();
  if (!/^(?:|[=:]>?\s?%?[{([<|]|=|:|:=|=>|->|==|===|<<<|<-|\?=|\+=|-|=\\|:\\|>|:>-?|:\|-?|:-|:\\\\?|:\?)$/.test(sign))
    return null;
  const tight =
    sign !== '' && start - from < 90 && !/\s/.test(text.slice(start - sign.length - 1, start)) && lines === 0;
  const after = text[end] ?? '\n';
  const name = text.slice(from, start);
  // -DdbPassword=letmein, -Ddb.password=letmein, --set auth.password=letmein, -var db_password=letmein
  const flag =
    text[from - 1] === '-' ||
    // `/password letmein`, but not `a login/password form`.
    (text[from - 1] === '/' && !isWord(text.charCodeAt(from - 2))) ||
    (tight &&
      /(?:^|[\s"'`])--?[A-Za-z][\w.-]*(?:(?:\s|=)["']?(?:[\w-]+\.)*|\.)$/.test(lineUpTo(text, from, reachBefore)));
  const upper = /^[A-Z0-9_$-]+["']?[=:\s]/.test(name);
  const endsWell = /[\s"'`;,\\})]/.test(after) && !/[.([]$/.test(text.slice(start, end));
  const shell =
    upper ||
    flag ||
    isInString(text, from) ||
    /^\s*(?:export|set|setx|ENV|ARG|env|local|declare|typeset|readonly)\s[^=]*$/.test(
      lineUpTo(text, from, reachBefore),
    );
  // ENV DB_PW letmein
  const set =
    sign === '' && /^\s*(?:ENV|setx|setenv|set -x|set -Ux)\s+[\w-]+\s$/.test(lineUpTo(text, start, reachBefore));
  // ALTER USER svc IDENTIFIED BY letmein
  const identified =
    sign === '' && /^identified\s{1,3}by\s{1,3}$/i.test(name) && identifies.test(lineUpTo(text, from, 80));
  // mount -o user=svc,password=letmein; put user=svc pw=letmein
  const listed = tight && /(?:^|[\s,])[\w.-]{2,30}=[^\s,()"'`]{1,60}[\s,]$/.test(lineUpTo(text, from, reachBefore));
  // password: >-, and the text on the next line
  const block = lines === 1 && /^:[>|]-?$/.test(sign);
  // password:, and the value alone on the next line
  const below =
    lines === 1 &&
    /^:?$/.test(sign) &&
    /^(?:\n|\\n|$)/.test(text.slice(end, end + 2)) &&
    isMadeOfWords(text.slice(start, end));
  // <password>letmein</password>
  const element = sign === '>' && after === '<';
  return {
    start,
    end,
    quoted: false,
    relation: 'direct',
    ...(tight && shell && endsWell && { isOfShell: true }),
    assigned:
      element ||
      (endsWell &&
        (set ||
          block ||
          below ||
          listed ||
          identified ||
          (tight ? shell || isAlone(text, from, start, end) : flag || isSettingLine(text, from, start, end)))),
  };
}

/**
 * `password=letmein` alone on its line, as in shells and settings, also `spring.datasource.password=letmein`: in code the value would be a
 * name that occurs elsewhere.
 */
function isAlone(text: string, from: number, start: number, end: number): boolean {
  if (text[start - 1] !== '=' || !/^\n?$/.test(text[end] ?? '') || !opensLine.test(lineUpTo(text, from, reachBefore)))
    return false;
  const before = text.slice(Math.max(0, from - reachBefore), from).trimEnd();
  // The last argument of a call.
  if (/[,([{\\]$/.test(before)) return false;
  const value = text.slice(start, end);
  if (!/^[\w!#%*+^~-]+$/.test(value)) return false;
  return !occursAround(text, start, end);
}

const identifies = /\b(?:create|alter)\s+(?:user|role)\s|\bconnect\s+to\s|\bgrant\s/i;

/** Nothing, or the first words of a setting's name; an object in code has one word, or begins with `this` or the like. */
const opensLine = /^\s*(?:(?!(?:this|self|cls|me)\.)(?:[a-z][\w-]*\.){2,})?$/;

/** Whether a quote is open on the line, as far as counting tells. */
function isInString(text: string, at: number): boolean {
  const line = lineUpTo(text, at, reachBefore);
  const double = line.split('"').length % 2 === 0;
  const single = line.split("'").length % 2 === 0 && !/\w'\w/.test(line);
  return double || single || line.split('`').length % 2 === 0;
}
