/** Every way of writing a secret, and which of them a kind gets. */
import type { Random } from '../../server/common/random.ts';
import type { Kind, Made } from './kind.ts';
import { leastPiece, type Writing } from './writing.ts';
import { blocks } from './writings/blocks.ts';
import { commandLines } from './writings/commandLines.ts';
import { formats } from './writings/formats.ts';
import { pieces } from './writings/pieces.ts';
import { places } from './writings/places.ts';
import { values } from './writings/values.ts';

export const allWritings: readonly Writing[] = [
  ...values,
  ...pieces,
  ...formats,
  ...blocks,
  ...commandLines,
  ...places,
];

/** Whether a value of this kind can be written this way. */
function fits(writing: Writing, kind: Kind, made: Made): boolean {
  if (!writing.shapes.includes(kind.shape)) return false;
  return !writing.splits || (made.tells.length === 1 && (made.tells[0]?.length ?? 0) >= 2 * leastPiece + 4);
}

/** At most this many of a kind's writings are in one language. */
const mostOfHost = 2;

/** Writings in different languages; if the secret is long enough, one splits it into pieces. */
export function drawWritings(
  from: readonly Writing[],
  kind: Kind,
  made: Made,
  count: number,
  random: Random,
): Writing[] {
  const open = random.shuffle(from.filter((writing) => fits(writing, kind, made)));
  const split = open.find(({ splits }) => splits);
  const drawn = split ? [split] : [];
  for (const most of [mostOfHost, Number.POSITIVE_INFINITY])
    for (const writing of open) {
      if (drawn.length >= count) return drawn;
      if (drawn.includes(writing) || drawn.filter(({ host }) => host === writing.host).length >= most) continue;
      drawn.push(writing);
    }
  return drawn;
}
