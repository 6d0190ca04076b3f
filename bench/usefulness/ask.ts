/** Runs one arm at every place of a run, resuming where it was stopped. */
import type { UsefulPlace } from './places.ts';
import type { Found, openWork } from './work.ts';

const SAY_EVERY = 10;

export async function askEverywhere(
  work: ReturnType<typeof openWork>,
  arm: string,
  places: readonly UsefulPlace[],
  ask: (place: UsefulPlace) => Promise<Found>,
  say: (text: string) => void,
): Promise<Found[]> {
  const found = work.found(arm).slice(0, places.length);
  for (const [i, place] of places.entries()) {
    if (i < found.length) continue;
    const one = await ask(place);
    found.push(one);
    work.add(arm, one);
    if ((i + 1) % SAY_EVERY === 0) say(`arm ${arm}: ${i + 1} of ${places.length} places`);
  }
  return found;
}
