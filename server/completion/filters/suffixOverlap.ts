import type { Filter } from '../suggestion.ts';

/** Less than this repeats by chance: a bracket, a short keyword. Whole lines always count. */
const SHORTEST = 3;

/** Cuts the suggestion where it begins to repeat what stands behind the cursor. */
export const suffixOverlap: Filter = (suggestion, { cursor }) => {
  const { text } = suggestion;
  if (text.includes('\n')) return { ...suggestion, text: cutAtRepeatedLines(text, linesBehind(cursor.after)) };
  const rest = cursor.lineRest.trimEnd();
  for (let length = Math.min(text.length, rest.length); length > 0; length--) {
    if (text.endsWith(rest.slice(0, length)) && (length >= SHORTEST || length === rest.length)) {
      return { ...suggestion, text: text.slice(0, -length) };
    }
  }
  return suggestion;
};

function linesBehind(after: string): string[] {
  return after
    .slice(after.indexOf('\n') + 1)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 4);
}

/** Drops the lines at the end that are the next lines of the document. */
function cutAtRepeatedLines(text: string, behind: readonly string[]): string {
  const lines = text.split('\n');
  for (let i = 1; i < lines.length; i++) {
    const rest = lines.slice(i).filter((line) => line.trim() !== '');
    if (
      rest.length > 0 &&
      rest.length <= behind.length &&
      rest.every((line, k) => line.trimEnd() === behind[k]!.trimEnd())
    ) {
      return lines.slice(0, i).join('\n');
    }
  }
  return text;
}
