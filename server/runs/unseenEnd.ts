/**
 * How a run ended that no window followed, kept in the store until one tells it: a run outlives its window, and the person who comes back
 * would find neither an adapter nor a reason. Sealed, since a `.git` may come from elsewhere.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredAdapter } from '../adapters/store.ts';
import type { TuneProgress } from '../protocol/tune.ts';
import { ownership, ownPath } from '../storage/lock.ts';
import { fitsSeal, sealOf } from '../storage/machineSeal.ts';
import { readBounded } from '../storage/readBounded.ts';
import { tuneLockOf } from './leftovers.ts';

const PURPOSE = 'unseen end';
const FILE = 'unseen-end.json';
const MOST_BYTES = 64 * 1024;

interface UnseenEnd {
  /** The file's own path, which a copy's differs from. */
  readonly path: string;
  /** Still running if its process was killed. */
  readonly run: TuneProgress;
}

/** What is left of a run whose process was killed. `made`: the version that it had stored by then. */
export function asKilled(run: TuneProgress, made: StoredAdapter | null = null): TuneProgress {
  const message =
    made !== null
      ? killedAfterStoring(made)
      : run.cluster === undefined
        ? 'The process of the run was killed; earlier adapters are untouched. Continue the run if the Progress tab offers that, or start it again.'
        : `The process that followed the run on ${run.cluster} was killed; the job goes on there. To fetch its adapter, run on the command line: repotune cluster list, which names the submission, and repotune cluster follow with that name.`;
  return { ...run, stage: 'failed', message, etaSeconds: null };
}

function killedAfterStoring({ id, name, active, standing }: StoredAdapter): string {
  const killed = `The process of the run was killed once it had stored its adapter, ${name}`;
  if (active) return `${killed}, which is active.`;
  if (standing.kind === 'failed') return `${killed}, which did not pass. ${standing.reason}`;
  return `${killed}, which passed, but before it was activated. To use it, run "Repotune: Use an Adapter…" (on the command line: repotune adapters activate ${id}).`;
}

/** What is kept of a run until its end is known: as it began, which is what a run leaves whose process is killed. */
export class KeptEnd {
  readonly #path: string;
  readonly #ownPath: string;
  readonly #file: FileHandle;
  readonly #runId: string;

  /** Replaces what was kept of the run before. The caller must hold the folder's tune lock. @throws the file system's error */
  static async begin(storeDir: string, run: TuneProgress): Promise<KeptEnd> {
    const path = join(storeDir, FILE);
    // Whatever a store from elsewhere has there, as a link, must not be written through.
    await rm(path, { force: true, recursive: true });
    const kept = new KeptEnd(path, await ownPath(path), await open(path, 'wx'), run.runId);
    await kept.#write(run);
    return kept;
  }

  private constructor(path: string, own: string, file: FileHandle, runId: string) {
    this.#path = path;
    this.#ownPath = own;
    this.#file = file;
    this.#runId = runId;
  }

  /** It failed as nobody saw. */
  async keep(run: TuneProgress): Promise<void> {
    await this.#write(run).finally(() => this.#file.close());
  }

  /** It ended as somebody saw or wanted. Another may have begun by now. */
  async forget(): Promise<void> {
    await this.#file.close();
    if ((await read(this.#path))?.runId === this.#runId) await rm(this.#path, { force: true });
  }

  /** The session ended before it did. */
  async leave(): Promise<void> {
    await this.#file.close();
  }

  /** In place: where the disk is full, which may be why the run failed, the blocks that the file has are all there is. */
  async #write(run: TuneProgress): Promise<void> {
    const text = JSON.stringify({ path: this.#ownPath, run: { ...run, curve: [] } } satisfies UnseenEnd);
    const bytes = Buffer.from(`${await sealOf(PURPOSE, text)}\n${text}`);
    await this.#file.write(bytes, 0, bytes.length, 0);
    await this.#file.truncate(bytes.length);
  }
}

/** How the store's last run failed, for the one who is to tell it; null if there is nothing to tell, or a run is under way. */
export async function takeUnseenEnd(storeDir: string): Promise<TuneProgress | null> {
  const path = join(storeDir, FILE);
  const run = await read(path);
  if (run === null || (await ownership(tuneLockOf(storeDir))) === 'held') return null;
  // Of several windows, one deletes it.
  const isOurs = await rm(path).then(
    () => true,
    () => false,
  );
  return isOurs ? run : null;
}

async function read(path: string): Promise<TuneProgress | null> {
  const text = await readBounded(path, MOST_BYTES).catch(() => '');
  const end = text.indexOf('\n');
  if (!(await fitsSeal(PURPOSE, text.slice(end + 1), text.slice(0, Math.max(0, end))))) return null;
  const kept: UnseenEnd = JSON.parse(text.slice(end + 1));
  return kept.path === (await ownPath(path)) ? kept.run : null;
}
