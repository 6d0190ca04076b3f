import { type Filter, type Filtered, type FilterInput, isDropped, type Suggestion } from '../suggestion.ts';
import { blank } from './blank.ts';
import { closeOpened } from './closeOpened.ts';
import { matchClosers } from './closers.ts';
import { indentation } from './indentation.ts';
import { insideWord } from './insideWord.ts';
import { openEnd } from './openEnd.ts';
import { repetition } from './repetition.ts';
import { restAgain } from './restAgain.ts';
import { secrets } from './secrets.ts';
import { stopAtShape } from './stopAtShape.ts';
import { strayEnd } from './strayEnd.ts';
import { suffixOverlap } from './suffixOverlap.ts';
import { tooShort } from './tooShort.ts';
import { unseen } from './unseen.ts';
import { worth } from './worth.ts';

/** In order: how much to keep, what of it the document has already, whether it is worth showing. */
const FILTERS: readonly Filter[] = [
  indentation,
  stopAtShape,
  repetition,
  openEnd,
  matchClosers,
  suffixOverlap,
  restAgain,
  insideWord,
  strayEnd,
  closeOpened,
  blank,
  secrets,
  unseen,
  tooShort,
  worth,
];

export function applyFilters(
  suggestion: Suggestion,
  input: FilterInput,
  filters: readonly Filter[] = FILTERS,
): Filtered {
  let current = suggestion;
  for (const filter of filters) {
    const result = filter(current, input);
    if (isDropped(result)) return result;
    current = result;
  }
  return current;
}
