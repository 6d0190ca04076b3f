/** Brackets and strings, told without a grammar: in what is being written there are never as many of one kind as of the other. */

export const OPENERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
export const QUOTES: ReadonlySet<string> = new Set(['"', "'", '`']);

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const LITERAL = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|`(?:\\.|[^`\\])*`/g;
const ESCAPED = /\\./g;

/** Blanks in the place of strings: brackets in them close nothing. */
export function withoutLiterals(text: string): string {
  return text.replace(LITERAL, blanks);
}

export function withoutEscaped(text: string): string {
  return text.replace(ESCAPED, blanks);
}

function blanks(text: string): string {
  return ' '.repeat(text.length);
}

/** Whether `code` has opened what `mark` closes and not closed it again. */
export function isOpen(code: string, mark: string): boolean {
  if (QUOTES.has(mark)) return code.split(mark).length % 2 === 0;
  let depth = 0;
  for (const char of code) {
    if (char === OPENERS[mark]) depth++;
    else if (char === mark && depth > 0) depth--;
  }
  return depth > 0;
}

/** What closes the bracket that was opened last before the cursor and is still open; null where none is. */
export function awaited(before: string): string | null {
  const code = withoutLiterals(before);
  const closed: string[] = [];
  for (let at = code.length - 1; at >= 0; at--) {
    const char = code[at]!;
    if (char in OPENERS) closed.push(char);
    else if (char in CLOSERS && closed.pop() === undefined) return CLOSERS[char]!;
  }
  return null;
}
