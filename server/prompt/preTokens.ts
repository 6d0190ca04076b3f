/**
 * Pre-tokens, the pieces within which byte-level BPE works: merges never cross a pre-token's border, so text cut at a border tokenizes to
 * the same ids in two parts as in one. The scheme is the one GGUF files call `qwen2`: contractions, words with one leading mark, single
 * digits, runs of marks with the line breaks after them, and white space.
 */
const SPACE = '\\p{White_Space}';
const PRE_TOKEN = new RegExp(
  [
    `'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])`,
    `[^\\r\\n\\p{L}\\p{N}]?\\p{L}+`,
    `\\p{N}`,
    ` ?[^${SPACE}\\p{L}\\p{N}]+[\\r\\n]*`,
    `${SPACE}*[\\r\\n]+`,
    `${SPACE}+(?!\\P{White_Space})`,
    `${SPACE}+`,
  ].join('|'),
  'gu',
);

/** Longer runs are data (base64, rulers), not words: nothing is taken back there. */
const LONGEST_HEAL = 128;

/** How far before the cursor pre-tokenization starts; the start is moved to a certain border. */
const LOOK_BACK = 512;

const NEWLINE_THEN_INK = /[\r\n](?=\P{White_Space})/gu;
const ONLY_SPACE = /^\p{White_Space}+$/u;
const DIGIT = /^\p{N}$/u;

/** Start offsets of the pre-tokens of `text`, ascending, the first 0 (none for ''). */
export function preTokenStarts(text: string): number[] {
  return Array.from(text.matchAll(PRE_TOKEN), (match) => match.index);
}

/**
 * Offset in `prefix` from which text must be generated again, because what is typed next may merge it into other tokens. Everything before
 * it tokenizes the same whatever follows. White space is taken back as a whole run: after `\n    `, another line
 * break turns the run into one pre-token.
 */
export function healStart(prefix: string): number {
  const from = certainBorder(prefix);
  const tail = prefix.slice(from);
  const starts = preTokenStarts(tail);
  const last = starts.at(-1);
  if (last === undefined || DIGIT.test(tail.slice(last))) return prefix.length;
  let start = last;
  for (let i = starts.length - 1; i >= 0 && ONLY_SPACE.test(tail.slice(starts[i], starts[i + 1] ?? tail.length)); i--) {
    start = starts[i]!;
  }
  return tail.length - start > LONGEST_HEAL ? prefix.length : from + start;
}

/** Offset of the pre-token of `text` that contains the character at `offset` (`text.length` at the end). */
export function preTokenAt(text: string, offset: number): number {
  if (offset >= text.length) return text.length;
  const from = certainBorder(text.slice(0, offset));
  let start = from;
  // White space's look-ahead needs the text after `offset`; one more long line is enough.
  for (const match of text.slice(from).matchAll(PRE_TOKEN)) {
    if (from + match.index > offset) break;
    start = from + match.index;
  }
  return start;
}

/** A line break followed by a non-blank character ends a pre-token in every scheme of this family. */
function certainBorder(text: string): number {
  for (let reach = LOOK_BACK; reach < text.length; reach *= 4) {
    const from = text.length - reach;
    const borders = text.slice(from).matchAll(NEWLINE_THEN_INK);
    for (const border of borders) return from + border.index + 1;
  }
  return 0;
}
