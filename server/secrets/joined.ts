/** Texts as at run time: strings joined from pieces, with a map back to the places of the pieces. */
import type { SecretRange } from './finding.ts';

/** Lines of a text, with their strings joined. */
export interface JoinedView {
  readonly text: string;
  /** Places of the pieces: `joined` in the view is `original` in the text. */
  readonly map: readonly { readonly joined: number; readonly original: number }[];
}

/** A place where a string ends and the next one continues it. */
interface Joint {
  readonly start: number;
  readonly end: number;
}

/** Units between two pieces: an operator, some blanks and line breaks, a variable's name and a call that appends. */
const mostBetween = 160;
/** What is joined from more than this is no line of code. */
const mostUnits = 12_000;
const mostBefore = 1_000;

export function joinedViews(text: string): JoinedView[] {
  const joints = jointsOf(text);
  const views: JoinedView[] = [];
  const lineEnd = lineEnds(text);
  for (let first = 0; first < joints.length; ) {
    const { start, end } = joints[first] as Joint;
    const from = statementStart(text, start);
    let last = first;
    let to = lineEnd(end);
    while (last + 1 < joints.length && (joints[last + 1] as Joint).start <= to) {
      const next = joints[last + 1] as Joint;
      if (next.end - from > mostUnits) break;
      last++;
      to = Math.max(to, lineEnd(next.end));
    }
    to = Math.min(to, Math.max((joints[last] as Joint).end, from + mostUnits));
    views.push(viewOf(text, from, to, joints.slice(first, last + 1)));
    first = last + 1;
  }
  return views;
}

/** Start of the line, or of the line before with its `name =` if the string has a line of its own. Long lines are read in parts. */
function statementStart(text: string, at: number): number {
  const looked = Math.max(0, at - mostBefore);
  const newLine = text.slice(looked, at + 1).lastIndexOf('\n');
  if (newLine === -1) return looked;
  const line = looked + newLine + 1;
  if (!/^\s{0,40}(?:return\b|[bfru@$]?["'`])/.test(text.slice(line, Math.min(at, line + 48)))) return line;
  return looked + text.slice(looked, line - 1).lastIndexOf('\n') + 1;
}

/** Maps a finding in a view to the text. */
export function toOriginal({ map }: JoinedView, { start, end, rule }: SecretRange): SecretRange {
  return { start: place(map, start), end: place(map, Math.max(start, end - 1)) + 1, rule };
}

function place(map: JoinedView['map'], at: number): number {
  let low = 0;
  let high = map.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((map[middle]?.joined ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const piece = map[low];
  return piece ? piece.original + at - piece.joined : at;
}

function viewOf(text: string, from: number, to: number, joints: readonly Joint[]): JoinedView {
  const map = [{ joined: 0, original: from }];
  let joined = '';
  let at = from;
  for (const { start, end } of joints) {
    joined += text.slice(at, start);
    map.push({ joined: joined.length, original: end });
    at = end;
  }
  return { text: joined + text.slice(at, to), map };
}

/** For ascending places it reads the text only once: a line may be as long as its file. */
function lineEnds(text: string): (at: number) => number {
  let known = -1;
  return (at) => {
    if (at > known) {
      const newLine = text.indexOf('\n', at);
      known = newLine === -1 ? text.length : newLine;
    }
    return known;
  };
}

function jointsOf(text: string): Joint[] {
  const joints: Joint[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92 && text.charCodeAt(i + 1) === 10) {
      const end = skipBlanks(text, i + 2, i + 80);
      if (isToken(text.charCodeAt(i - 1)) && isToken(text.charCodeAt(end))) joints.push({ start: i, end });
      continue;
    }
    if (code !== 34 && code !== 39 && code !== 96) continue;
    const end = nextPiece(text, i + 1);
    if (end === -1) continue;
    joints.push({ start: i, end });
    i = end - 1;
  }
  return joints;
}

/** Start of the next piece if only a joining operator is in between; -1 if this is no joint. */
function nextPiece(text: string, from: number): number {
  const limit = Math.min(text.length, from + mostBetween);
  let at = from;
  let joins = false;
  let lines = 0;
  let isList = false;
  while (at < limit) {
    const code = text.charCodeAt(at);
    if (code === 34 || code === 39 || code === 96) {
      // `""` alone is an empty string, or part of triple quotes.
      if (!joins && lines === 0 && at === from) return adjacent(text, from) ? at + 1 : -1;
      return joins || lines > 0 || at > from ? at + 1 : -1;
    }
    if (code === 32 || code === 9 || code === 13) at++;
    else if (code === 10) {
      if (++lines > 3) return -1;
      at++;
    } else if (joiners.includes(text[at] as string)) {
      joins = true;
      at++;
    } else if (code === 124 && text.charCodeAt(at + 1) === 124) {
      // SQL's `||`; a single bar separates the types of a union.
      joins = true;
      at += 2;
    } else if (code === 47 && text.charCodeAt(at + 1) === 47) {
      const newLine = text.slice(at, limit).indexOf('\n');
      if (newLine === -1) return -1;
      at += newLine;
    } else if (code === 44) {
      isList ||= listJoins(text, from);
      if (!isList) return -1;
      joins = true;
      at++;
    } else {
      const skipped = appends(text, at, limit) ?? prefix(text, at);
      if (skipped === null) return -1;
      joins = true;
      at = skipped;
    }
  }
  return -1;
}

/** `'a'"b"` in a shell is one word; `""` is empty, and `"""` opens a text. */
function adjacent(text: string, at: number): boolean {
  return isToken(text.charCodeAt(at - 2)) && isToken(text.charCodeAt(at + 1)) && text[at] !== text[at - 2];
}

const joiners = '+.&\\<>~^)(_';

/** `b"…"`, `f'…'`, `@"…"`: a string prefix, not a name. */
function prefix(text: string, at: number): number | null {
  let end = at;
  while (end < at + 2 && /[bBfFrRuULN@$]/.test(text[end] ?? '')) end++;
  return end > at && /["'`]/.test(text[end] ?? '') ? end : null;
}

/** `; key += "…"`, `.append("…")`, `).concat('…')`. */
function appends(text: string, from: number, limit: number): number | null {
  const piece = text.slice(from, limit);
  const match =
    /^[;)]{0,3}\s{0,40}[$\w.>-]{1,40}\s?(?:\+|\.|\.\.|<|<>|\|)?(?:=|<)\s?(?=[bfru@$]?["'`])/.exec(piece) ??
    /^[;)]{0,3}\s{0,40}(?:[$\w]{1,40})?\.?(?:append|concat|push|write|add|insert|Append|Concat|WriteString|push_str|puts|strcat|extend)\w{0,8}\((?:\w{1,30},\s?)?(?=[bfru@$]?["'`])/.exec(
      piece,
    );
  // Only operators that append: `= "…"` alone starts another text.
  if (!match || /[\w\s)]=\s?$/.test(match[0])) return null;
  return from + match[0].length;
}

const callsThatJoin = /join|concat|format|sprintf|paste|implode|strcat|append|print|cat\(|fold|reduce|\.sum/i;

/** Whether the list around a comma is joined, by a call before it on its line or after its end. */
function listJoins(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 200), at);
  const line = before.slice(before.lastIndexOf('\n', before.length - 2) + 1);
  if (callsThatJoin.test(line) || callsThatJoin.test(before.slice(before.lastIndexOf('(') - 24))) return true;
  const close = text.slice(at, at + 400);
  const end = close.search(/[\])}]/);
  return end !== -1 && callsThatJoin.test(close.slice(end, end + 30));
}

function skipBlanks(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && (text[at] === ' ' || text[at] === '\t')) at++;
  return at;
}

function isToken(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    ((code | 32) >= 97 && (code | 32) <= 122) ||
    code === 95 ||
    code === 45 ||
    code === 43 ||
    code === 47 ||
    code === 61
  );
}
