import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { scriptPath } from '../storage/paths.ts';
import { ProcessDied, TaskProcess } from '../system/taskProcess.ts';
import { type FileJob, leftOut, type MinedFile, mineFile } from './fileMiner.ts';

export interface PoolOptions {
  /** Most parser processes; 0 mines in this process. If absent, only a small job is mined in this process. */
  readonly processes?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onFile?: (file: MinedFile) => void;
  /** The parser's script. */
  readonly script?: string;
}

interface SizedJob {
  readonly job: FileJob;
  readonly bytes: number;
}

type Parser = TaskProcess<readonly FileJob[], MinedFile[]>;

/** Text of one message to a parser: small enough that a crash costs little, large enough that messages cost nothing. */
const batchBytes = 128 * 1024;

/** A parser needs a third of a second to start and load its grammars: less work than this is done here. */
const smallJobBytes = 1024 * 1024;

/** Heap of a parser, which holds one batch. */
const heapMb = 128;

/** As many as are useful on this machine. */
export function parserProcesses(): number {
  return Math.min(8, availableParallelism());
}

/**
 * Mines files in parser processes, in any order: a grammar that crashes, or takes all memory, costs only its file. Rejects with the
 * signal's reason when cancelled, with the processes gone.
 */
export async function mineFiles(jobs: readonly SizedJob[], options: PoolOptions = {}): Promise<MinedFile[]> {
  const { signal, onFile = () => {}, script = scriptPath('parser') } = options;
  const totalBytes = jobs.reduce((sum, { bytes }) => sum + bytes, 0);
  const processes = options.processes ?? (totalBytes < smallJobBytes ? 0 : parserProcesses());
  if (processes === 0) return await mineHere(jobs, signal, onFile);
  const queue = batches(jobs);
  const parsers: Parser[] = Array.from(
    { length: Math.min(processes, queue.length) },
    () => new TaskProcess({ script, heapMb, name: 'parser' }),
  );
  const mined: MinedFile[] = [];
  const feed = async (parser: Parser): Promise<void> => {
    for (let batch = queue.pop(); batch && !signal?.aborted; batch = queue.pop()) {
      for (const file of await mineBatch(parser, batch)) {
        onFile(file);
        if (signal?.aborted) return;
        mined.push(file);
      }
    }
  };
  const cancelled = Promise.withResolvers<void>();
  const cancel = (): void => cancelled.resolve();
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) cancel();
  try {
    // Two batches in flight per process, so that none waits for this one.
    await Promise.race([Promise.all([...parsers, ...parsers].map(feed)), cancelled.promise]);
    signal?.throwIfAborted();
    return mined;
  } finally {
    signal?.removeEventListener('abort', cancel);
    await Promise.all(parsers.map((parser) => parser.end()));
  }
}

async function mineHere(
  jobs: readonly SizedJob[],
  signal: AbortSignal | undefined,
  onFile: (file: MinedFile) => void,
): Promise<MinedFile[]> {
  const mined: MinedFile[] = [];
  for (const { job } of jobs) {
    signal?.throwIfAborted();
    const file = await mineFile(job);
    onFile(file);
    mined.push(file);
    // Lets a cancellation through; native trees are also freed between turns.
    await turn();
  }
  return mined;
}

/** If a parser dies with a batch, the files are tried one by one. */
async function mineBatch(parser: Parser, batch: readonly FileJob[]): Promise<MinedFile[]> {
  try {
    return await parser.run(batch);
  } catch (error) {
    if (!(error instanceof ProcessDied)) throw error;
    const [only] = batch;
    if (batch.length === 1 && only) return [leftOut(only.path, 0, `failed: ${error.message}`)];
    const mined: MinedFile[] = [];
    for (const job of batch) mined.push(...(await mineBatch(parser, [job])));
    return mined;
  }
}

/** Largest files last in the queue, so first out: no process is left alone with the biggest at the end. */
export function batches(jobs: readonly SizedJob[]): FileJob[][] {
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
