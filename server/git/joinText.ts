/** One file out of two of the same name in two stores. Pure. */
import * as z from 'zod';
import { parseJson } from '../common/parseJson.ts';

const learning = z.looseObject({ format: z.literal(1), paused: z.boolean(), forgotten: z.array(z.string()) });
const state = z.looseObject({ format: z.literal(1), names: z.record(z.string(), z.string()) });

/** null if only one of them can be kept. `former` is the older. */
export function joinText(name: string, former: string | null, present: string | null): string | null {
  if (former === null || present === null) return null;
  // Joined before, by a process that was killed then.
  if (name.endsWith('.jsonl') && present.startsWith(former)) return present;
  if (name.endsWith('.jsonl')) return `${former}${former.endsWith('\n') || former === '' ? '' : '\n'}${present}`;
  const both = [parseJson(former), parseJson(present)];
  if (name === 'learning.json') return joinLearning(both);
  return name === 'state.json' ? joinState(both) : null;
}

/** A list of forgotten files as the repository names them, in which their folder lies. null if it is not one. */
export function prefixed(text: string, within: string): string | null {
  const found = learning.safeParse(parseJson(text)).data;
  if (!found) return null;
  // Only that folder was paused.
  return written({ ...found, paused: false, forgotten: found.forgotten.map((path) => `${within}/${path}`) });
}

/** What was kept out of either is kept out. */
function joinLearning(both: readonly unknown[]): string | null {
  const [a, b] = both.map((one) => learning.safeParse(one).data);
  if (!a || !b) return null;
  return written({
    ...b,
    paused: a.paused || b.paused,
    forgotten: [...new Set([...a.forgotten, ...b.forgotten])].sort(),
  });
}

/** What serves is the later choice; the names that a user gave stay. */
function joinState(both: readonly unknown[]): string | null {
  const [a, b] = both.map((one) => state.safeParse(one).data);
  return a && b ? written({ ...b, names: { ...a.names, ...b.names } }) : null;
}

function written(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
