/** The arguments of a call, from the text alone, in any language. */

export interface Argument {
  readonly start: number;
  readonly end: number;
}

/** In longer calls nobody writes a password. */
const reach = 700;
const most = 8;

/** Arguments between the bracket at `open` and the one that closes it, at most `mostArguments`. */
export function argumentsAt(text: string, open: number, mostArguments = most): Argument[] {
  return argumentsFrom(text, open + 1, mostArguments);
}

/** Arguments from after an opening bracket, or after the comma behind a known argument. */
export function argumentsFrom(text: string, from: number, mostArguments = most): Argument[] {
  const found: Argument[] = [];
  const limit = Math.min(text.length, from + reach);
  let depth = 0;
  let start = from;
  for (let at = from; at < limit && found.length < mostArguments; at++) {
    const code = text.charCodeAt(at);
    if (code === 34 || code === 39 || code === 96) {
      at = endOfQuoted(text, at, limit);
    } else if (code === 40 || code === 91 || code === 123) depth++;
    else if (code === 41 || code === 93 || code === 125) {
      if (--depth >= 0) continue;
      found.push({ start, end: at });
      return found;
    } else if (code === 44 && depth === 0) {
      found.push({ start, end: at });
      start = at + 1;
    } else if (code === 59 && depth === 0) {
      found.push({ start, end: at });
      return found;
    }
  }
  return found;
}

/** Where the quote closes; its own place if it does not. */
function endOfQuoted(text: string, at: number, limit: number): number {
  const quote = text[at];
  for (let end = at + 1; end < limit && text[end] !== '\n'; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === quote) return end;
  }
  return at;
}

/**
 * What may surround the quoted text of an argument: a conversion to bytes, or a fallback. String prefixes only once, at the end: repeated,
 * they could be split in many ways.
 */
const before =
  /^\s*(?:[^\n]{0,80}(?:\|\||\?\?|\?:|\bor\b)\s*)?(?:(?:new|await)\s+)?(?:&|\[\]byte\(|(?:[A-Za-z_]\w*(?:\.|::))*(?:bytes?|[Gg]et_?[Bb]ytes|from|encode|Some|String|parse|into|str|of|utf8|toBuffer|SecretKeySpec)\(\s*|TextEncoder\(\)\.encode\()*[bBuUfFrRN@$]{0,2}$/;

/** The contents of an argument that is a quoted text; null for any other. */
export function quotedIn(text: string, { start, end }: Argument): Argument | null {
  const piece = text.slice(start, Math.min(end, start + 400));
  const open = piece.search(/["'`]/);
  if (open === -1 || !before.test(piece.slice(0, open))) return null;
  const close = endOfQuoted(piece, open, piece.length);
  return close <= open + 1 ? null : { start: start + open + 1, end: start + close };
}
