/**
 * The process in which the language server mines: it reads whatever is in a folder, for seconds, with native code. One for each preview,
 * comparison and index being built, which ends with it, and one for the documents that change.
 */
import { documentEntry, indexEntries, placeOf } from './mining/indexing.ts';
import { parserProcesses } from './mining/pool.ts';
import { recordable } from './mining/recording.ts';
import type { Pair } from './mining/types.ts';
import { usesOnDisk } from './nextEdit/usesOnDisk.ts';
import { previewOf } from './panel/preview.ts';
import type { IndexEntry } from './retrieval/index.ts';
import { answerTasks } from './system/answerTasks.ts';
import { type HeldOutPairs, mineHeldOut, mineSplits } from './tuning/splits.ts';
import type { MinerAnswer, MinerTask, MinerTasks } from './window/minerTasks.ts';

/** UTF-16 units of text in one part: what the server can process between two keystrokes. */
const PART_UNITS = 16_384;

/** For small jobs too: a grammar that crashes must only cost its file, not the preview. */
const processes = parserProcesses();
/** Cancelling kills the process. */
const signal = new AbortController().signal;

type Tell = (part: MinerTasks[keyof MinerTasks]['part']) => Promise<void>;

answerTasks(async (task: MinerTask, tell: Tell): Promise<MinerAnswer> => {
  switch (task.kind) {
    case 'preview': {
      const { dataset } = await mineSplits({ folder: task.folder, byTime: true, processes }, null, () => {}, signal);
      return previewOf(dataset, task.folder);
    }
    case 'heldOut':
      return await tellHeldOut(await mineHeldOut(task, () => {}, signal, processes), tell);
    case 'index': {
      for await (const part of inParts(indexEntries(task.folder, { processes }), unitsOfEntry)) await tell(part);
      return (await placeOf(task.folder)).within;
    }
    case 'document':
      return await documentEntry(task.folder, task.path, task.text);
    case 'edit':
      return await recordable(task);
    case 'uses':
      return await usesOnDisk(task);
  }
});

async function tellHeldOut(pairs: HeldOutPairs, tell: Tell): Promise<MinerTasks['heldOut']['answer']> {
  const { repository, root, firstCommit, byTime } = pairs;
  for (const set of ['byFile', 'byTime', 'learned'] as const)
    for await (const part of inParts(pairs[set] ?? [], unitsOfPair)) await tell({ set, pairs: part });
  return { repository, root, firstCommit, hasTime: byTime !== null };
}

async function* inParts<T>(items: AsyncIterable<T> | Iterable<T>, unitsOf: (item: T) => number): AsyncGenerator<T[]> {
  let part: T[] = [];
  let units = 0;
  for await (const item of items) {
    part.push(item);
    units += unitsOf(item);
    if (units < PART_UNITS) continue;
    yield part;
    part = [];
    units = 0;
  }
  if (part.length > 0) yield part;
}

function unitsOfEntry({ chunks }: IndexEntry): number {
  return chunks.reduce((sum, { text }) => sum + text.length, 0);
}

function unitsOfPair({ prefix, middle, suffix }: Pair): number {
  return prefix.length + middle.length + suffix.length;
}
