/** What editors write behind the cursor by themselves: the marks that close what was typed. Without a grammar. */
import { leftOpen, OPENERS, QUOTES } from './filters/brackets.ts';

const STRING = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/g;
const QUOTE = /["'`]/;

/** The marks that close what `typed` leaves open, innermost first. */
export function closersOf(typed: string): string {
  const code = typed.replace(STRING, '');
  const at = code.search(QUOTE);
  return at < 0 ? leftOpen(code).join('') : code[at]! + leftOpen(code.slice(0, at)).join('');
}

/** `text` up to where it closes what `mark` closes, which was opened before it; all of it if it does not. */
export function upToClosing(text: string, mark: string): string {
  const inString = QUOTES.has(mark);
  let [quote, depth] = [inString ? mark : '', 0];
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote && inString) return text.slice(0, at);
      else if (char === quote) quote = '';
    } else if (QUOTES.has(char)) quote = char;
    else if (char in OPENERS && depth === 0) return text.slice(0, at);
    else if (char in OPENERS) depth--;
    else if (Object.values(OPENERS).includes(char)) depth++;
  }
  return text;
}
