/** Moves what one store holds into another, which keeps its own where both have something: the rest is set aside, and nothing is lost. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../common/parseJson.ts';
import { takeLock } from '../storage/lock.ts';
import { copyEntry, moveEntry } from '../storage/moveEntry.ts';
import { removeAll } from '../storage/patient.ts';
import { readBounded } from '../storage/readBounded.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';
import { joinText } from './joinText.ts';
import { setAside } from './setAside.ts';

/**
 * In both until all versions have moved, which Windows refuses for one that is in use: a version counts as made here only with its seal, and
 * what was forgotten is forgotten wherever is looked.
 */
const IN_BOTH = ['learning.json', 'judgements', 'lessons'];
/** May name versions only once they are there. */
const LAST = 'state.json';
/** Moved entry by entry. */
const FOLDERS: ReadonlySet<string> = new Set(['judgements', 'lessons', 'versions', 'runs']);
/** What can be fetched again, or was being made when a process ended. */
const SCRATCH = /^(?:share\.git|share\.outdated|pulling|\.publishing-.*|\.incoming-.*|\.deleted-.*|.*\.lock|.*\.tmp)$/;

const serving = z.object({ active: z.string().nullable() });

const LOCKS = ['tune', 'share', 'versions', 'state', 'learning', 'recorded-edits'];
const MOST_BYTES = 4 * 2 ** 20;

/** Nothing happens while somebody works in one of them. `which`: entries to move; the others are set aside. */
export async function joinStores(
  from: string,
  to: string,
  which: (name: string) => boolean = () => true,
): Promise<void> {
  // Another process has moved it meanwhile.
  if (!(await isThere(from))) return;
  await makeStoreFolder(to);
  const locks = [
    ...LOCKS.map((name) => join(from, `${name}.lock`)),
    ...LOCKS.slice(2).map((name) => join(to, `${name}.lock`)),
  ];
  await whileNobodyWorks(locks, async () => {
    for (const name of IN_BOTH.filter(which)) await copyInto(from, to, name);
    const others = (await readdir(from)).filter((name) => name !== 'versions' && name !== LAST && !SCRATCH.test(name));
    for (const name of ['versions', ...others, LAST].filter(which)) await moveInto(from, to, name);
  });
  if (await isEmpty(from)) await removeAll(from);
  else await setAside(from);
}

async function whileNobodyWorks(paths: readonly string[], work: () => Promise<void>): Promise<void> {
  const held: (() => Promise<void>)[] = [];
  try {
    for (const path of paths) {
      const answer = await takeLock(path, 'moving adapters into the repository');
      if (answer.kind === 'busy') throw new Error(`Another Repotune is ${answer.holder.purpose}.`);
      held.push(answer.release);
    }
    await work();
  } finally {
    for (const release of held) await release();
  }
}

async function copyInto(fromDir: string, toDir: string, name: string): Promise<void> {
  const [from, to] = [join(fromDir, name), join(toDir, name)];
  if (FOLDERS.has(name)) return await eachIn(from, to, (one) => copyInto(from, to, one));
  if (!(await isThere(from))) return;
  if (!(await isThere(to))) return await copyEntry(from, to);
  const joined = await joinedOf(from, to, name);
  if (joined !== null) await writeAside(to, joined);
}

async function moveInto(fromDir: string, toDir: string, name: string): Promise<void> {
  const [from, to] = [join(fromDir, name), join(toDir, name)];
  if (FOLDERS.has(name)) {
    await eachIn(from, to, (one) => moveInto(from, to, one));
    if ((await isThere(from)) && (await isEmpty(from))) await removeAll(from);
    return;
  }
  if (!(await isThere(from))) return;
  if (!(await isThere(to))) return await moveEntry(from, to);
  if (await isSame(from, to)) return await removeAll(from);
  const joined = await joinedOf(from, to, name);
  if (joined === null) return;
  await writeAside(to, joined, (await stat(to)).mode & 0o777);
  await removeAll(from);
}

async function eachIn(from: string, to: string, work: (name: string) => Promise<void>): Promise<void> {
  if (!(await isThere(from))) return;
  await mkdir(to, { recursive: true });
  for (const name of await inOrder(from)) await work(name);
}

/** What serves is most likely in use: while it cannot be moved, nothing is. */
async function inOrder(dir: string): Promise<string[]> {
  const state = parseJson((await textOf(join(dir, '..', 'state.json'))) ?? '');
  const { active } = serving.safeParse(state).data ?? { active: null };
  const names = (await readdir(dir)).filter((name) => !SCRATCH.test(name));
  return names.toSorted((a, b) => Number(b === active) - Number(a === active));
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** null if only one of them can be kept. */
async function joinedOf(from: string, to: string, name: string): Promise<string | null> {
  const joined = joinText(name, await textOf(from), await textOf(to));
  return joined === null || Buffer.byteLength(joined) > MOST_BYTES ? null : joined;
}

/** Moved before, by a process that was killed when it had copied. */
async function isSame(from: string, to: string): Promise<boolean> {
  const isFolder = (await stat(from)).isDirectory();
  const [a, b] = isFolder ? [join(from, 'manifest.json'), join(to, 'manifest.json')] : [from, to];
  const text = await textOf(a);
  return text !== null && text === (await textOf(b));
}

/** null for what is not a file, or too large. */
async function textOf(path: string): Promise<string | null> {
  return await readBounded(path, MOST_BYTES).catch(() => null);
}

/** But for what need not be kept. */
async function isEmpty(dir: string): Promise<boolean> {
  return (await readdir(dir)).every((name) => SCRATCH.test(name));
}
