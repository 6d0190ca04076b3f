/** Prints places with what each arm offers there, for reading. */
import { armWriter } from './arms.ts';
import { asShown } from './figures.ts';
import { openWork } from './work.ts';

export function shown(
  folder: string,
  arms: readonly string[],
  model: { readonly parameters: number },
  most: number,
): string {
  const work = openWork(folder);
  const places = (work.places() ?? []).slice(0, most);
  const found = arms.map((arm) => ({ arm, found: work.found(arm) }));
  return places
    .map(({ path, placeKind, set, prefix, middle, suffix }, i) => {
      const above = prefix.split('\n').slice(-4).join('\n');
      const offers = found.flatMap(({ arm, found }) => {
        const one = found[i];
        if (one === undefined) return [];
        const held =
          asShown(one, armWriter(arm, model)).text === '' && one.text !== ''
            ? ` (held back, ${one.confidence?.toFixed(2)})`
            : '';
        return [`  ${arm}: ${one.text === '' ? `nothing, ${one.silent}` : `⟦${one.text}⟧`}${held}`];
      });
      return [
        `--- ${path}, ${placeKind}, ${set}`,
        `${above}║${suffix.split('\n', 1)[0]}`,
        `  written: ⟦${middle}⟧`,
        ...offers,
      ].join('\n');
    })
    .join('\n');
}
