/** Character helpers shared by the steps that search texts. */

/** White space as in `trim`, so that trimming a middle later changes nothing. */
export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || (code > 127 && /\s/.test(String.fromCharCode(code)));
}

export function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code > 127
  );
}

/**
 * Opened minus closed brackets at the end of a text, and the minimum on the way: [0, 0] for balanced text. Brackets in strings count too:
 * losing a pair now and then is harmless.
 */
export function bracketProfile(text: string): readonly [open: number, lowest: number] {
  let open = 0;
  let lowest = 0;
  for (const character of text) {
    if ('([{'.includes(character)) open++;
    else if (')]}'.includes(character)) lowest = Math.min(lowest, --open);
  }
  return [open, lowest];
}

export function isBalanced(text: string): boolean {
  const [open, lowest] = bracketProfile(text);
  return open === 0 && lowest === 0;
}

/** [lines] where each line starts, UTF-16 units. */
export function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
