/** What the language server has mined in a process of its own, `server/miner.ts`. */
import type { EditToRecord, Recordable } from '../mining/recording.ts';
import type { Pair } from '../mining/types.ts';
import type { UseOnDisk, UsesToFind } from '../nextEdit/usesOnDisk.ts';
import type { TunePreview } from '../protocol/index.ts';
import type { IndexEntry } from '../retrieval/index.ts';
import type { HeldOutPairs, HeldOutRequest } from '../tuning/splits.ts';

/** Parts arrive before the answer. */
export interface MinerTasks {
  preview: { task: { readonly folder: string }; part: never; answer: Omit<TunePreview, 'presets'> };
  /** In parts, as pairs hold whole files. */
  heldOut: {
    task: HeldOutRequest;
    part: { readonly set: 'byFile' | 'byTime' | 'learned'; readonly pairs: readonly Pair[] };
    answer: Pick<HeldOutPairs, 'repository' | 'root' | 'firstCommit'> & { readonly hasTime: boolean };
  };
  /** The answer: path of the folder from its repository's root. */
  index: { task: { readonly folder: string }; part: readonly IndexEntry[]; answer: string };
  document: {
    task: { readonly folder: string; readonly path: string; readonly text: string };
    part: never;
    answer: IndexEntry | null;
  };
  /** Whether an edit may be recorded. */
  edit: { task: EditToRecord; part: never; answer: Recordable };
  /** In files that are not open. */
  uses: { task: UsesToFind; part: never; answer: readonly UseOnDisk[] };
}

export type MinerTask = {
  [Kind in keyof MinerTasks]: { readonly kind: Kind } & MinerTasks[Kind]['task'];
}[keyof MinerTasks];
export type MinerAnswer = MinerTasks[keyof MinerTasks]['answer'];
