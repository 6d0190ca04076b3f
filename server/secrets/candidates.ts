/** What could be the value of a name: the texts that follow it in its statement, and how they stand to it. */
import { firstLiteral, isWord, type Literals } from './literals.ts';

export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /** `direct`: only an operator, a type or a wrapping call between; `argument`: in the call's brackets; `near`: some words between. */
  readonly relation: 'direct' | 'argument' | 'near';
  /** Not quoted, and where nothing would be: `NAME=value`, `--password value`, in a string or a line of configuration. */
  readonly assigned: boolean;
}

const mostCandidates = 6;
const reach = 240;
const callReach = 500;

/** Words that may stand between a name and its value. */
const links = new Set(
  'is was to be are by as for equals eq new const let var string str char final static with set in from the my our default'.split(
    ' ',
  ),
);

export function candidatesAfter(text: string, from: number, to: number, literals: Literals): Candidate[] {
  const found: Candidate[] = [];
  let at = skipClosers(text, to);
  const call = text[at] === '(' || (text[at] === ' ' && text[at + 1] === '(');
  const limit = Math.min(text.length, at + (call ? callReach : reach));
  let depth = 0;
  let operators = '';
  let words = 0;
  let typeOpen = false;
  let lines = 0;
  while (at < limit && found.length < mostCandidates) {
    const code = text.charCodeAt(at);
    const index = firstLiteral(literals, at + 1);
    const literalStart = literals.starts[index];
    if (literalStart !== undefined && (literalStart === at + 1 || literalStart === at)) {
      const end = literals.ends[index] as number;
      const direct = found.length === 0 && (words === 0 || (typeOpen && operators.endsWith('=')));
      const listed = depth > 0 || operators.includes(',');
      const relation = direct && !operators.includes(',') ? 'direct' : listed ? 'argument' : 'near';
      found.push({ start: literalStart, end, quoted: true, relation, assigned: false });
      at = end + 1;
      continue;
    }
    if (code === 10) {
      // A statement goes on behind an operator, an open bracket or a backslash, and below a name that has nothing beside it.
      if (depth === 0 && !/[=:(,[{\\+>|&-]/.test(operators.at(-1) ?? '') && operators !== '') break;
      if (++lines > (depth > 0 ? 6 : 2) || (found.length > 0 && depth === 0)) break;
      at++;
      continue;
    }
    const body = operators.endsWith('=') || operators === '' ? hereDocument(text, at, limit) : -1;
    if (body !== -1) {
      const end = bareEnd(text, body, Math.min(text.length, body + 200));
      if (end - body >= 4) found.push({ start: body, end, quoted: true, relation: 'direct', assigned: true });
      break;
    }
    if (code === 32 || code === 9 || code === 13) {
      at++;
      continue;
    }
    // `char pass[] =`: an array's brackets hold nothing.
    if (code === 91 && text.charCodeAt(at + 1) === 93) {
      at += 2;
      continue;
    }
    const inside = operators.endsWith('=') || operators.endsWith('>') ? percentLiteral(text, at, limit) : null;
    if (inside !== null) {
      found.push({ ...inside, quoted: true, relation: 'direct', assigned: false });
      at = inside.end + 1;
      continue;
    }
    if (code === 40 || code === 91) depth++;
    if ((code === 41 || code === 93) && --depth <= 0) break;
    if (code === 59 || (code === 125 && found.length > 0)) break;
    if (isWord(code) || code === 36) {
      const plain = wordEnd(text, at, limit);
      const word = text.slice(at, plain).toLowerCase();
      const next = text[plain] ?? '';
      // b"…", Perl's q{…}, Ruby's %q(…): letters that only say how it is quoted.
      const prefix =
        plain - at <= 2 &&
        (/["'`]/.test(next) ||
          (/^(?:q[qwx]?|w)$/i.test(word) && /[{([<|!/]/.test(next)) ||
          (/^[bc]?r$/.test(word) && /^#{1,3}"/.test(text.slice(plain, plain + 4))));
      if (prefix) {
        at = plain;
        continue;
      }
      if (next === '(' || (next === '!' && text[plain + 1] === '(')) {
        // A call that wraps the value, and no more than its name.
        if (plain - at > 40) break;
        at = plain;
        continue;
      }
      if (links.has(word)) {
        at = plain;
        operators += ' ';
        continue;
      }
      if (found.length === 0 && words === 0) {
        const candidate = bare(text, from, at, bareEnd(text, at, limit), operators, lines);
        if (candidate) found.push(candidate);
      }
      words++;
      if (operators.includes(':') && !operators.includes('=')) typeOpen = true;
      if (words > 6) break;
      at = Math.max(plain, at + 1);
      continue;
    }
    if (signs.includes(text[at] as string)) {
      // Where one value begins with a sign: `!Secret7`, `#x9Kq`.
      if (
        found.length === 0 &&
        words === 0 &&
        operators !== '' &&
        /[!#@$%^&*~]/.test(text[at] as string) &&
        isWord(text.charCodeAt(at + 1))
      ) {
        const end = bareEnd(text, at, limit);
        // `: &str = …` is a type: the value is still to come.
        if (/^\s{0,3}=(?![=>])/.test(text.slice(end, end + 5))) {
          at = end;
          continue;
        }
        const candidate = bare(text, from, at, end, operators, lines);
        if (candidate) found.push(candidate);
        words++;
        at = Math.max(end, at + 1);
        continue;
      }
      if (operators.length < 12) operators += text[at];
    }
    at++;
  }
  return found;
}

const signs = '=:,([{<>|?!+-~&*\\@#$%^.';
const stopsBare = /[\s"'`,;)\]}<>|]/;

/** `<<~EOS`: where the first line of what it holds begins; -1 when none opens here. */
function hereDocument(text: string, at: number, limit: number): number {
  if (text.charCodeAt(at) !== 60 || text.charCodeAt(at + 1) !== 60) return -1;
  if (!/^<<[~-]?["']?[A-Z_]{2,20}["']?\s{0,3}\n/.test(text.slice(at, at + 40))) return -1;
  let body = text.indexOf('\n', at) + 1;
  while (body < limit && /[ \t]/.test(text[body] as string)) body++;
  return body;
}

const closers: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']', '<': '>' };

/** What Ruby's `%q{…}` holds; null where none stands. */
function percentLiteral(text: string, at: number, limit: number): { start: number; end: number } | null {
  const match = /^%[qQ]?([{([<|!])/.exec(text.slice(at, at + 3));
  if (!match) return null;
  const start = at + match[0].length;
  const opener = match[1] as string;
  const held = text.slice(start, limit).indexOf(closers[opener] ?? opener);
  return held === -1 || text.slice(start, start + held).includes('\n') ? null : { start, end: start + held };
}

function bareEnd(text: string, from: number, limit: number): number {
  let end = from;
  while (end < limit && !endsBare(text, end)) end++;
  return end;
}

/** In a string `\n` ends a value as a line's end does. */
function endsBare(text: string, at: number): boolean {
  return stopsBare.test(text[at] as string) || (text[at] === '\\' && /[nrt\\"']/.test(text[at + 1] ?? ''));
}

function skipClosers(text: string, to: number): number {
  let at = to;
  while (at < to + 6 && at < text.length && /["'`\])}?!\\]/.test(text[at] as string)) at++;
  return at;
}

function wordEnd(text: string, from: number, limit: number): number {
  let end = from;
  while (
    end < limit &&
    (isWord(text.charCodeAt(end)) ||
      text[end] === '$' ||
      (text[end] === '.' && isWord(text.charCodeAt(end + 1))) ||
      (text[end] === ':' && text[end + 1] === ':'))
  )
    end += text[end] === ':' ? 2 : 1;
  return end;
}

/** A value that nothing quotes: up to a blank, a comma or a bracket. */
function bare(
  text: string,
  from: number,
  start: number,
  end: number,
  operators: string,
  lines: number,
): Candidate | null {
  if (end - start < 4 || end - start > 200) return null;
  const sign = operators.trim();
  if (!/^(?:|[=:]>?\s?%?[{([<|]|=|:|:=|=>|->|==|===|<<<|<-|\?=|\+=|-|=\\|:\\|>|:>-?|:\|-?|:-|:\\\\?|:\?)$/.test(sign))
    return null;
  const tight =
    sign !== '' && start - from < 90 && !/\s/.test(text.slice(start - sign.length - 1, start)) && lines === 0;
  const after = text[end] ?? '\n';
  const name = text.slice(from, start);
  const flag = text[from - 1] === '-' || text[from - 1] === '/';
  const upper = /^[A-Z0-9_$-]+["']?[=:\s]/.test(name);
  const endsWell = /[\s"'`;,\\})]/.test(after) && !/[.([]$/.test(text.slice(start, end));
  const shell =
    upper ||
    flag ||
    isInString(text, from) ||
    /^\s*(?:export|set|setx|ENV|ARG|env|local|declare|typeset)\s[^=]*$/.test(lineUpTo(text, from));
  // <password>letmein</password>
  const element = sign === '>' && after === '<';
  return { start, end, quoted: false, relation: 'direct', assigned: element || (endsWell && (tight ? shell : flag)) };
}

function lineUpTo(text: string, at: number): string {
  const piece = text.slice(Math.max(0, at - 80), at);
  return piece.slice(piece.lastIndexOf('\n') + 1);
}

/** Whether a quote is open on the line, as far as counting tells. */
function isInString(text: string, at: number): boolean {
  const line = lineUpTo(text, at);
  const double = line.split('"').length % 2 === 0;
  const single = line.split("'").length % 2 === 0 && !/\w'\w/.test(line);
  return double || single || line.split('`').length % 2 === 0;
}
