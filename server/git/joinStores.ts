/** Moves what one store holds into another, which keeps its own where both have something: the rest is set aside, and nothing is lost. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock } from '../storage/lock.ts';
import { moveEntry } from '../storage/moveEntry.ts';
import { removeAll } from '../storage/patient.ts';
import { readBounded } from '../storage/readBounded.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';
import { joinText } from './joinText.ts';

/** A version counts as made here only with its seal, and may be named only once it is there. */
const FIRST = ['learning.json', 'judgements', 'lessons', 'versions'];
const LAST = ['state.json'];
/** Moved entry by entry. */
const FOLDERS: ReadonlySet<string> = new Set(['judgements', 'lessons', 'versions', 'runs']);
/** What can be fetched again, or was being made when a process ended. */
const SCRATCH = /^(?:share\.git|share\.outdated|pulling|\.publishing-.*|\.incoming-.*|\.deleted-.*|.*\.lock|.*\.tmp)$/;

const LOCKS = ['tune', 'share', 'versions', 'state', 'learning', 'recorded-edits'];
const MOST_BYTES = 4 * 2 ** 20;

/** Nothing happens while somebody works in one of them. */
export async function joinStores(from: string, to: string): Promise<void> {
  // Another process has moved it meanwhile.
  if ((await stat(from).catch(() => null)) === null) return;
  await makeStoreFolder(to);
  const locks = [
    ...LOCKS.map((name) => join(from, `${name}.lock`)),
    ...LOCKS.slice(2).map((name) => join(to, `${name}.lock`)),
  ];
  await whileNobodyWorks(locks, async () => {
    const names = (await readdir(from)).filter((name) => !SCRATCH.test(name));
    for (const name of inOrder(names)) {
      if (FOLDERS.has(name)) await moveFolder(join(from, name), join(to, name));
      else await moveOne(from, to, name);
    }
  });
  if (await isEmpty(from)) await removeAll(from);
  // What both have: kept, and out of the way of the next look-up.
  else await rename(from, `${from}-before-git-${randomUUID().slice(0, 8)}`);
}

function inOrder(names: readonly string[]): string[] {
  const rank = (name: string): number => {
    const first = FIRST.indexOf(name);
    return first >= 0 ? first : LAST.includes(name) ? FIRST.length + 1 : FIRST.length;
  };
  return names.toSorted((a, b) => rank(a) - rank(b));
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

async function moveFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of (await readdir(from)).filter((one) => !SCRATCH.test(one))) await moveOne(from, to, name);
  if (await isEmpty(from)) await removeAll(from);
}

async function moveOne(fromDir: string, toDir: string, name: string): Promise<void> {
  const from = join(fromDir, name);
  const to = join(toDir, name);
  if ((await stat(to).catch(() => null)) === null) return await moveEntry(from, to);
  if (await isSame(from, to)) return await removeAll(from);
  const joined = joinText(name, await textOf(from), await textOf(to));
  if (joined === null || Buffer.byteLength(joined) > MOST_BYTES) return;
  await writeAside(to, joined, (await stat(to)).mode & 0o777);
  await removeAll(from);
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
