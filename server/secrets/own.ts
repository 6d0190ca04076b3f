/** Our own rules, synchronous and light: fit to be asked with every suggestion. `scan.ts` adds secretlint's. */
import { byCommand } from './commands.ts';
import type { SecretRange } from './finding.ts';
import { byFormat } from './formats/index.ts';
import { joinedViews, toOriginal } from './joined.ts';
import { literalsOf } from './literals.ts';
import { withPieces } from './pieces.ts';
import { byRegion } from './regions.ts';
import { byRemark } from './remarks.ts';
import { byName } from './telling.ts';
import { byLikeness, byRandomness } from './tokens.ts';
import { byAddress } from './urls.ts';

/** As it is written, and as it is when its strings are put together. */
export function ownFindings(text: string): SecretRange[] {
  const found = findingsOf(text);
  for (const view of joinedViews(text))
    found.push(...findingsOf(view.text).map((finding) => toOriginal(view, finding)));
  return withPieces(text, found);
}

function findingsOf(text: string): SecretRange[] {
  const literals = literalsOf(text);
  return [
    ...byRegion(text),
    ...byFormat(text),
    ...byRandomness(text),
    ...byName(text, literals),
    ...byLikeness(text, literals),
    ...byAddress(text),
    ...byCommand(text),
    ...byRemark(text),
  ];
}
