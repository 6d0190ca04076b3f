/** Quoted texts without the usual quotes: here documents, Ruby's `%q{…}`, Lua's `[[…]]`, letters before a quote. */

/** `<<~EOS`, PHP's `<<<'EOS'`: start of the first line of its contents; -1 if none opens here. */
export function hereDocument(text: string, at: number, limit: number): number {
  if (text.charCodeAt(at) !== 60 || text.charCodeAt(at + 1) !== 60) return -1;
  if (!/^<<[<~-]?["']?[A-Z_]{2,20}["']?\s{0,3}\n/.test(text.slice(at, at + 40))) return -1;
  let body = text.indexOf('\n', at) + 1;
  while (body < limit && /[ \t]/.test(text[body] as string)) body++;
  return body;
}

const closers: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']', '<': '>' };

/** Contents of Ruby's `%q{…}`, Perl's `qq/…/` or Lua's `[=[…]=]`; null if there is none. */
export function markedLiteral(text: string, at: number, limit: number): { start: number; end: number } | null {
  // Nested brackets with quotes, commas or blanks are a list of lists.
  const long = /^\[(={0,4})\[([^\s"'`,[\](){}]{4,100})\]\1\]/.exec(text.slice(at, at + 112));
  if (long)
    return { start: at + 2 + (long[1] as string).length, end: at + long[0].length - 2 - (long[1] as string).length };
  const match = /^(?:%[qQ]?([{([<|!])|qq?([{[|!/])|qq(\())/.exec(text.slice(at, at + 3));
  if (!match) return null;
  const start = at + match[0].length;
  const opener = (match[1] ?? match[2] ?? match[3]) as string;
  const held = text.slice(start, limit).indexOf(closers[opener] ?? opener);
  return held === -1 || text.slice(start, start + held).includes('\n') ? null : { start, end: start + held };
}

/** `"""` and a line with a single word: where that word begins; -1 for more words, or none. */
export function wordInTripleQuotes(text: string, at: number): number {
  const match = /^(?:"{3}|'{3})[ \t]{0,8}\n[ \t]{0,80}(?=[^\s"']{4,100}\s{0,80}(?:"{3}|'{3}))/.exec(
    text.slice(at, at + 280),
  );
  return match === null ? -1 : at + match[0].length;
}

/** Contents of C++'s `R"(…)"`, given the text between its quotes. */
export function insideRaw(text: string, start: number, end: number): { start: number; end: number } | null {
  const isRaw = text[start - 2] === 'R' && text[start] === '(' && text[end - 1] === ')';
  return isRaw ? { start: start + 1, end: end - 1 } : null;
}

/** b"…", Perl's q{…}, Ruby's %q(…), Rust's r#"…": a word that is only the prefix of a quoted text. */
export function isQuotePrefix(text: string, word: string, end: number): boolean {
  if (word === 'raw' && text[end] === '"') return true;
  if (word.length > 2) return false;
  const next = text[end] ?? '';
  return (
    /["'`]/.test(next) ||
    (/^(?:q[qwx]?|w)$/.test(word) && /[{([<|!/]/.test(next)) ||
    (/^[bc]?r$/.test(word) && /^#{1,3}"/.test(text.slice(end, end + 4)))
  );
}
