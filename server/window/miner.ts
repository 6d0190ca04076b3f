/** Mining on behalf of the language server: never in its own process, where it would delay keystrokes and a native crash would end it. */
import { maxFileBytes } from '../mining/content.ts';
import type { EditToRecord, Recordable } from '../mining/recording.ts';
import type { Pair } from '../mining/types.ts';
import type { UseOnDisk, UsesToFind } from '../nextEdit/usesOnDisk.ts';
import type { FolderIndex } from '../retrieval/crossFileContext.ts';
import { type IndexEntry, RetrievalIndex } from '../retrieval/index.ts';
import { scriptPath } from '../storage/paths.ts';
import { runApart, TaskProcess } from '../system/taskProcess.ts';
import type { HeldOutPairs, HeldOutRequest } from '../tuning/splits.ts';
import type { MinerTask, MinerTasks } from './minerTasks.ts';

/** Room for the texts and pairs of a large repository. */
const heapMb = 4096;
/** Room for one document and the grammars. */
const documentHeapMb = 256;
/** It starts in half a second: not worth its memory while nobody edits. */
const IDLE_MS = 60_000;

/** Tasks of the long-lived process. */
type OfDocument = 'document' | 'edit' | 'uses';

export class Miner {
  readonly #documents = new TaskProcess<MinerTask, MinerTasks[OfDocument]['answer']>(processOf(documentHeapMb));
  readonly #idleMs: number;
  #idle: NodeJS.Timeout | undefined;

  constructor({ idleMs = IDLE_MS }: { readonly idleMs?: number } = {}) {
    this.#idleMs = idleMs;
  }

  /** What a tune of the folder would learn. */
  preview(folder: string, signal: AbortSignal): Promise<MinerTasks['preview']['answer']> {
    return apart('preview', { folder }, signal);
  }

  async heldOut(request: HeldOutRequest, signal: AbortSignal | undefined): Promise<HeldOutPairs> {
    const sets = { byFile: [] as Pair[], byTime: [] as Pair[], learned: [] as Pair[] };
    const { hasTime, ...answer } = await apart('heldOut', request, signal, ({ set, pairs }) => {
      sets[set].push(...pairs);
    });
    return { ...answer, ...sets, byTime: hasTime ? sets.byTime : null };
  }

  async index(folder: string, signal: AbortSignal): Promise<FolderIndex> {
    const index = new RetrievalIndex();
    const within = await apart('index', { folder }, signal, (entries) => {
      for (const entry of entries) index.set(entry);
    });
    return { index, within };
  }

  /** A document's index entry, from the long-lived process. `path` is relative to the folder. */
  async document(folder: string, path: string, text: string): Promise<IndexEntry | null> {
    // Too long to be indexed, so not worth sending.
    if (text.length > maxFileBytes) return null;
    return await this.#ofDocument('document', { folder, path, text });
  }

  /** Whether an edit may be recorded, by the same process. */
  recordable(edit: EditToRecord): Promise<Recordable> {
    return this.#ofDocument('edit', edit);
  }

  /** Uses of what was changed in files that are not open, by the same process. */
  uses(wanted: UsesToFind): Promise<readonly UseOnDisk[]> {
    return this.#ofDocument('uses', wanted);
  }

  async #ofDocument<Kind extends OfDocument>(
    kind: Kind,
    task: MinerTasks[Kind]['task'],
  ): Promise<MinerTasks[Kind]['answer']> {
    clearTimeout(this.#idle);
    try {
      return await this.#documents.run({ kind, ...task } as MinerTask);
    } finally {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => {
        if (this.#documents.idle) void this.#documents.end();
      }, this.#idleMs).unref();
    }
  }

  async dispose(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#documents.end();
  }
}

function processOf(heap: number) {
  return { script: scriptPath('miner'), heapMb: heap, name: 'mining' };
}

function apart<Kind extends keyof MinerTasks>(
  kind: Kind,
  task: MinerTasks[Kind]['task'],
  signal: AbortSignal | undefined,
  onPart?: (part: MinerTasks[Kind]['part']) => void,
): Promise<MinerTasks[Kind]['answer']> {
  return runApart(processOf(heapMb), { kind, ...task }, signal, onPart);
}
