import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { scriptPath } from '../storage/paths.ts';
import { type FileJob, leftOut, type MinedFile, mineFile } from './fileMiner.ts';
import type { WorkerTask } from './worker.ts';

export interface PoolOptions {
  /** Parser threads at most; 0 mines in this thread, where little work is done in any case. */
  readonly threads?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onFile?: (file: MinedFile) => void;
}

/** Text of one message to a worker: small enough that cancelling waits for little, large enough that messages cost nothing. */
const batchBytes = 128 * 1024;

/** A worker needs 200 ms to start and load its grammars: less work than this is done here. */
const smallJobBytes = 1024 * 1024;

/** What threads are given to come to a place where they can stop: the end of a query, or of the search for secrets. */
const stopMs = 150;

/** Mines files in parser threads, in any order. Rejects with the signal's reason within {@link stopMs} when cancelled. */
export async function mineFiles(
  jobs: readonly { readonly job: FileJob; readonly bytes: number }[],
  options: PoolOptions = {},
): Promise<MinedFile[]> {
  const { signal, onFile = () => {} } = options;
  const totalBytes = jobs.reduce((sum, { bytes }) => sum + bytes, 0);
  const most = options.threads ?? Math.min(8, availableParallelism());
  const threads = totalBytes < smallJobBytes ? 0 : most;
  return threads === 0 ? await mineHere(jobs, signal, onFile) : await mineInThreads(jobs, threads, signal, onFile);
}

async function mineHere(
  jobs: readonly { readonly job: FileJob }[],
  signal: AbortSignal | undefined,
  onFile: (file: MinedFile) => void,
): Promise<MinedFile[]> {
  const mined: MinedFile[] = [];
  for (const { job } of jobs) {
    signal?.throwIfAborted();
    const file = await mineFile(job);
    onFile(file);
    mined.push(file);
    // Whoever cancels, and in the language server whoever types, gets a turn; native trees are freed between turns too.
    await turn();
  }
  return mined;
}

async function mineInThreads(
  jobs: readonly { readonly job: FileJob; readonly bytes: number }[],
  threads: number,
  signal: AbortSignal | undefined,
  onFile: (file: MinedFile) => void,
): Promise<MinedFile[]> {
  const pool = new Piscina({
    filename: scriptPath('parser'),
    minThreads: threads,
    maxThreads: threads,
    // A worker that waits in Atomics.wait never turns its event loop, and so frees no trees.
    atomics: 'disabled',
    // Heap of a worker: it holds one batch, and V8 takes all it may before it collects.
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
  });
  // Every failure reaches us through the batch it hit; an unheard 'error' event would end the process.
  pool.on('error', () => {});
  const mined: MinedFile[] = [];
  const queue = batches(jobs);
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const onAbort = (): void => {
    Atomics.store(stop, 0, 1);
  };
  signal?.addEventListener('abort', onAbort);
  const feed = async (): Promise<void> => {
    for (let batch = queue.pop(); batch && !signal?.aborted; batch = queue.pop()) {
      for (const file of await runBatch(pool, batch, stop, signal)) {
        if (signal?.aborted) return;
        onFile(file);
        mined.push(file);
      }
    }
  };
  // Two batches a thread in flight: none waits for this one.
  const fed = Promise.all(Array.from({ length: 2 * threads }, feed));
  // Threads are ended between files alone: inside a parse its native code would throw, and take the process with it.
  const ended = fed.finally(() => pool.destroy());
  ended.catch(() => {});
  try {
    await Promise.race([fed, cancelled(signal)]);
    signal?.throwIfAborted();
    await ended;
    return mined;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Resolves when the signal has aborted and the threads have had the time that they need as a rule. */
function cancelled(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wait = (): void => void setTimeout(resolve, stopMs);
    if (signal?.aborted) wait();
    else signal?.addEventListener('abort', wait, { once: true });
  });
}

/** A thread that dies (out of memory, a crash in a grammar's scanner) takes a batch with it: its files are tried one by one. */
async function runBatch(
  pool: Piscina,
  batch: readonly FileJob[],
  stop: Int32Array,
  signal: AbortSignal | undefined,
): Promise<MinedFile[]> {
  try {
    return (await pool.run({ jobs: batch, stop } satisfies WorkerTask)) as MinedFile[];
  } catch (error) {
    if (signal?.aborted) return [];
    const [only] = batch;
    if (batch.length === 1 && only) return [leftOut(only.path, 0, `failed: ${(error as Error).message}`)];
    const mined: MinedFile[] = [];
    for (const job of batch) mined.push(...(await runBatch(pool, [job], stop, signal)));
    return mined;
  }
}

/** Largest files last in the queue, so first out: no thread ends with the biggest one alone. */
export function batches(jobs: readonly { readonly job: FileJob; readonly bytes: number }[]): FileJob[][] {
  const result: FileJob[][] = [];
  let batch: FileJob[] = [];
  let bytes = 0;
  for (const entry of [...jobs].sort((a, b) => a.bytes - b.bytes)) {
    batch.push(entry.job);
    bytes += entry.bytes;
    if (bytes >= batchBytes) {
      result.push(batch);
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) result.push(batch);
  return result;
}
