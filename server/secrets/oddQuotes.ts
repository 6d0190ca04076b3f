/** Quoted texts that the usual quotes do not part: here documents, Ruby's `%q{…}`, letters before a quote. */

/** `<<~EOS`: where the first line of what it holds begins; -1 when none opens here. */
export function hereDocument(text: string, at: number, limit: number): number {
  if (text.charCodeAt(at) !== 60 || text.charCodeAt(at + 1) !== 60) return -1;
  if (!/^<<[~-]?["']?[A-Z_]{2,20}["']?\s{0,3}\n/.test(text.slice(at, at + 40))) return -1;
  let body = text.indexOf('\n', at) + 1;
  while (body < limit && /[ \t]/.test(text[body] as string)) body++;
  return body;
}

const closers: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']', '<': '>' };

/** What Ruby's `%q{…}` holds; null where none stands. */
export function percentLiteral(text: string, at: number, limit: number): { start: number; end: number } | null {
  const match = /^%[qQ]?([{([<|!])/.exec(text.slice(at, at + 3));
  if (!match) return null;
  const start = at + match[0].length;
  const opener = match[1] as string;
  const held = text.slice(start, limit).indexOf(closers[opener] ?? opener);
  return held === -1 || text.slice(start, start + held).includes('\n') ? null : { start, end: start + held };
}

/** b"…", Perl's q{…}, Ruby's %q(…), Rust's r#"…": a word that only says how the next text is quoted. */
export function isQuotePrefix(text: string, word: string, end: number): boolean {
  if (word.length > 2) return false;
  const next = text[end] ?? '';
  return (
    /["'`]/.test(next) ||
    (/^(?:q[qwx]?|w)$/.test(word) && /[{([<|!/]/.test(next)) ||
    (/^[bc]?r$/.test(word) && /^#{1,3}"/.test(text.slice(end, end + 4)))
  );
}
