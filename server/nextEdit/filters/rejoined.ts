import type { EditSituation } from '../../edits/situation.ts';

/**
 * Untuned models write on past the region: a copy of the lines after it is no part of the edit. Only for answers longer than the region.
 */
export function withoutWhatFollows(answer: readonly string[], { lines, region }: EditSituation): readonly string[] {
  const more = answer.length - (region.to - region.from);
  for (let length = Math.min(more, lines.length - region.to); length > 0; length--) {
    const follows = lines.slice(region.to, region.to + length);
    const start = answer.length - length;
    // Brackets and empty lines end an edit as well.
    if (follows.some(tells) && follows.every((line, i) => line === answer[start + i])) return answer.slice(0, start);
  }
  return answer;
}

function tells(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line);
}
