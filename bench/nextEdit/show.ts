/** Prints places with each arm's results, for reading. */

import { indented } from '../../server/common/format.ts';
import { changeBetween, type LineChange } from '../../server/edits/change.ts';
import type { ArmName, Judged } from './figures.ts';

export function shown(judged: ReadonlyMap<ArmName, readonly Judged[]>, most: number): string {
  const first = [...judged.values()].reduce((most, of) => (of.length > most.length ? of : most), []);
  const every = Math.max(1, first.length / most);
  return Array.from({ length: Math.min(most, first.length) }, (_, n) => {
    const i = Math.floor(n * every);
    const { place } = first[i]!;
    const { lines, region, recent } = place.situation;
    const now = lines.slice(region.from, region.to);
    const change = (to: readonly string[]): string => told(changeBetween(place.path, region.from, now, to));
    return [
      `--- ${place.kind}, ${place.half}, ${place.commit.slice(0, 10)} ${place.path}:${region.from + 1}`,
      ...recent.slice(-3).map((one) => indented(`${one.path}:${one.line + 1}\n${told(one)}`, '    before  ')),
      indented(now.join('\n'), '  | '),
      indented(change(place.updated), '  wanted  '),
      ...[...judged].flatMap(([arm, of]) => {
        // Only the tuned arm is run on both halves.
        const there = of.find((one) => one.place === place);
        if (there === undefined) return [];
        const { answer, silent, sureness } = there.found;
        const text = answer === null ? 'no answer' : change(answer);
        return indented(`${text}${silent === '' ? '' : ` (${silent})`} ${sureness.toFixed(2)}`, `  ${arm}: `);
      }),
    ].join('\n');
  }).join('\n');
}

function told(change: LineChange | null): string {
  if (change === null) return 'nothing';
  return [...change.before.map((line) => `- ${line}`), ...change.after.slice(0, 12).map((line) => `+ ${line}`)].join(
    '\n',
  );
}
