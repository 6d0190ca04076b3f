/** Places of quoted texts in a source of any language: contents without the quotes, each on one line. UTF-16 units. */
export interface Literals {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const newLine = 10;
const backslash = 92;

/**
 * All languages quote with ', " or `, so none needs to be known. An apostrophe in a word opens nothing, and a quote not closed on its line
 * is none. One pass: for a quote without a partner, the line is not searched again.
 */
export function literalsOf(text: string): Literals {
  const starts: number[] = [];
  const ends: number[] = [];
  // Per kind of quote: no closing one before here.
  const openUntil = { 34: 0, 39: 0, 96: 0 };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === backslash) {
      i++;
      continue;
    }
    if (code !== 34 && code !== 39 && code !== 96) continue;
    if (openUntil[code] > i || (code === 39 && isApostrophe(text, i))) continue;
    let end = i + 1;
    while (end < text.length) {
      const inside = text.charCodeAt(end);
      if (inside === code || inside === newLine) break;
      end += inside === backslash && text.charCodeAt(end + 1) !== newLine ? 2 : 1;
    }
    if (end < text.length && text.charCodeAt(end) === code) {
      starts.push(i + 1);
      ends.push(end);
      i = end;
    } else {
      openUntil[code] = end;
    }
  }
  return { starts, ends };
}

function isApostrophe(text: string, at: number): boolean {
  if (!isWord(text.charCodeAt(at - 1)) || !isWord(text.charCodeAt(at + 1))) return false;
  // A string prefix, b'…', is a single letter.
  return isWord(text.charCodeAt(at - 2));
}

export function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    ((code | 32) >= 97 && (code | 32) <= 122) ||
    code === 95 ||
    (code > 127 && !isSignBeyondAscii(code))
  );
}

/** No-break spaces, typographic quotes and dashes, and Chinese and Japanese punctuation: `：`, `「`. */
function isSignBeyondAscii(code: number): boolean {
  return (
    code === 0xa0 ||
    code === 0xab ||
    code === 0xbb ||
    (code >= 0x2000 && code <= 0x206f) ||
    (code >= 0x3000 && code <= 0x3002) ||
    (code >= 0x3008 && code <= 0x301f) ||
    (code >= 0xff01 && code <= 0xff0f) ||
    (code >= 0xff1a && code <= 0xff20)
  );
}

/** Index of the first literal that ends at or after `at`. */
export function firstLiteral({ ends }: Literals, at: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
