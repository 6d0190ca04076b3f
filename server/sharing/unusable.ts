/** What people are told of versions at the team's remote that cannot be used: one message, and of each only once in a clone. */
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../common/parseJson.ts';
import { isOfNewerRelease } from '../storage/newerRelease.ts';
import { readIfThere } from '../storage/readIfThere.ts';
import { writeAside } from '../storage/writeAside.ts';
import type { UnusableVersion } from './catalogue.ts';

const FILE = 'shared-unusable.json';
const schema = z.object({ format: z.literal(1), told: z.array(z.string().max(200)) });
const MOST_BYTES = 16 * 2 ** 20;
const MOST_TOLD = 50_000;
/** Whoever can push may have put thousands there. */
const MOST_NAMED = 3;

/**
 * Sentences to show with a list. Only whoever may push can remove what is damaged, and whoever can push may call anything the work of a newer
 * release: of each, people are told once.
 */
export async function tellOfUnusable(storeDir: string, unusable: readonly UnusableVersion[]): Promise<string[]> {
  const untried = unusable.filter(({ why }) => why === 'untried').length;
  const fresh = await notToldYet(
    storeDir,
    unusable.filter(({ why }) => why !== 'untried'),
  );
  const damaged = fresh.filter(({ why }) => why === 'damaged');
  const newer = fresh.filter(({ why }) => why === 'newer');
  return [
    ...(damaged.length === 0 ? [] : [damagedText(damaged)]),
    ...(newer.length === 0 ? [] : [newerText(newer)]),
    ...(untried === 0 ? [] : [untriedText(untried)]),
  ];
}

/** Names a few of them, with the reasons. */
export function namesAndProblems(unusable: readonly Pick<UnusableVersion, 'id' | 'problem'>[]): string {
  const named = unusable.slice(0, MOST_NAMED).map(({ id, problem }) => `${id} (${problem.replace(/\.$/, '')})`);
  const left = unusable.length - named.length;
  return [...named, ...(left > 0 ? [`${left} more`] : [])].join(', ');
}

function damagedText(damaged: readonly UnusableVersion[]): string {
  return (
    `At the remote there ${damaged.length === 1 ? 'is a version' : `are ${damaged.length} versions`} that cannot be used: ${namesAndProblems(damaged)}. ` +
    'Whoever may push there can remove them on the command line: repotune share prune --unusable'
  );
}

function newerText(newer: readonly UnusableVersion[]): string {
  const ids = newer.slice(0, MOST_NAMED).map(({ id }) => id);
  const left = newer.length - ids.length;
  const names = [...ids, ...(left > 0 ? [`${left} more`] : [])].join(', ');
  return `Published by a newer release of Repotune: ${names}. Update this one to use ${newer.length === 1 ? 'it' : 'them'}.`;
}

function untriedText(count: number): string {
  return `${count === 1 ? 'One version' : `${count} versions`} at the remote could not be fetched. List again to go on.`;
}

async function notToldYet(storeDir: string, unusable: readonly UnusableVersion[]): Promise<readonly UnusableVersion[]> {
  const path = join(storeDir, FILE);
  const text = (await readIfThere(path, MOST_BYTES).catch(() => null)) ?? '';
  const told = new Set(schema.safeParse(parseJson(text)).data?.told);
  const key = ({ set, id, manifestRef }: UnusableVersion): string => `${set}/${id} ${manifestRef.commit}`;
  const fresh = unusable.filter((one) => !told.has(key(one)));
  // Where it cannot be noted, they are told of again.
  if (fresh.length > 0 && !isOfNewerRelease(text))
    await writeAside(
      path,
      `${JSON.stringify({ format: 1, told: [...told, ...fresh.map(key)].slice(-MOST_TOLD) })}\n`,
    ).catch(() => {});
  return fresh;
}
