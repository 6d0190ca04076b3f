import { indentOf } from '../cursor.ts';
import type { Filter } from '../suggestion.ts';

const QUOTES: ReadonlySet<string> = new Set(['"', "'", '`']);
const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/**
 * Closing marks stand behind the cursor and the model wrote its own: those at the suggestion's end are dropped, those
 * in its middle take the place of the document's.
 */
export const matchClosers: Filter = (suggestion, { closers, cursor }) => {
  const marks = closers.trim();
  if (marks === '') return suggestion;
  const { text } = suggestion;
  const code = withoutLiterals(text, marks);
  for (let length = marks.length; length > 0; length--) {
    if (endsUnmatched(code, marks.slice(0, length))) return { ...suggestion, text: text.slice(0, -length) };
  }
  const firstLine = code.split('\n', 1)[0]!;
  if (holdsUnmatched(firstLine, marks)) return { text, replaceAfter: closers.trimEnd().length };
  // A body that does not close itself, put between two braces: the closing one gets its own line.
  if (marks.startsWith('}') && /\n.*\S$/.test(text))
    return { ...suggestion, text: `${text}\n${indentOf(cursor.linePrefix)}` };
  return suggestion;
};

const LITERAL = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|`(?:\\.|[^`\\])*`/g;

/** Brackets in strings close nothing; in a string that began before the cursor that cannot be told. */
function withoutLiterals(text: string, marks: string): string {
  return QUOTES.has(marks[0]!) ? text : text.replace(LITERAL, (literal) => ' '.repeat(literal.length));
}

/** Whether `text` ends with `marks`, none of which closes something that `text` itself opened. */
function endsUnmatched(text: string, marks: string): boolean {
  if (!text.endsWith(marks)) return false;
  for (let i = 0; i < marks.length; i++) {
    if (!isUnmatched(text, text.length - marks.length + i)) return false;
  }
  return true;
}

function holdsUnmatched(line: string, marks: string): boolean {
  let from = 0;
  for (const mark of marks) {
    while (from < line.length && !(line[from] === mark && isUnmatched(line, from))) from++;
    if (from++ >= line.length) return false;
  }
  return true;
}

/** Whether the closing mark at `index` has no partner before it in `text`. */
function isUnmatched(text: string, index: number): boolean {
  const mark = text[index]!;
  const opener = PAIRS[mark];
  if (opener === undefined) {
    return !QUOTES.has(mark) || text.slice(0, index).split(mark).length % 2 === 1;
  }
  let depth = 0;
  for (let i = 0; i < index; i++) {
    if (text[i] === opener) depth++;
    else if (text[i] === mark && depth > 0) depth--;
  }
  return depth === 0;
}
