import { loopAtEnd } from '../lineLoop.ts';
import type { Filter } from '../suggestion.ts';

/** At least five in a row, or three of a long passage: a list of four equal numbers is still code. */
const LOOP = /(.{2,12}?)\1{4,}|(?<long>.{13,60}?)\k<long>{2,}/gu;

/** People draw rules of dashes or dots; other repeated marks are a loop. */
const RULE = /^[-=*#/_.~+─═ ]+$/;

/** Cuts lines that come twice in a row or repeat the line above: small models fall into such loops. */
export const repetition: Filter = (suggestion, { cursor }) => {
  const lines = suggestion.text.split('\n');
  const above =
    cursor.before
      .slice(0, -cursor.linePrefix.length || undefined)
      .trimEnd()
      .split('\n')
      .at(-1)
      ?.trim() ?? '';
  const first = (cursor.linePrefix + lines[0]!).trim();
  if (lines.length === 1 && first !== '' && first === above && first.length > 3)
    return { dropped: 'repeats the line above' };
  const whole = [cursor.linePrefix + lines[0]!, ...lines.slice(1)];
  for (let count = 2; count <= lines.length; count++) {
    const period = loopAtEnd(whole.slice(0, count));
    if (period > 0) return { ...suggestion, text: lines.slice(0, count - period).join('\n') };
  }
  // Many lines begin with indentation, which is no loop.
  const loops = suggestion.text.match(LOOP) ?? [];
  return loops.some((loop) => !RULE.test(loop)) ? { dropped: 'repeats itself' } : suggestion;
};
