/**
 * How fast the CPU is when idle: memory is copied, and the bundled base reads and writes a few lines, timed by the engine itself. The
 * measurement may run while other programs compute, but is meant to give the speed without them. So the parts of memory copied are short
 * enough for some to be undisturbed, and the base is timed by processor time where wall time is longer.
 */
import type { CompleteResult, CompletionEngine } from '../engine/types.ts';
import { computingCores } from '../system/computingCores.ts';
import { bundledModel } from './bundled.ts';
import { inspectModel } from './inspect.ts';
import type { Hardware } from './recommend.ts';

/** The speed of the CPU and its memory. */
export type Speed = Pick<Hardware, 'speed' | 'bytesPerSecond' | 'blockOverheadMs' | 'operationsPerSecond'>;

const generatedTokens = 64;
const writings = 3;
/** Larger than any cache. */
const copiedBytes = 256 * 2 ** 20;
const copies = 3;
/** A millisecond or two: shorter than another program's time slice. */
const partBytes = 16 * 2 ** 20;

const fewestReadings = 2;
const mostReadings = 8;
const readingMs = 400;

/** Measured on an ordinary laptop; for machines where the bundled base cannot be timed. */
const usualBlockOverheadMs = 0.05;
const usualOperationsPerSecond = 100e9;

/** Length of a tick in which Windows counts processor time. */
const tickMs = process.platform === 'win32' ? 16 : 0;
/** Shorter times are too inaccurate. */
const fewestTicks = 10;

const lines = 'function add(first, second) {\n  const sum = first + second;\n  return sum;\n}\n\n'.repeat(16);

/**
 * Some three hundred tokens: enough for the matrix products to dominate, and read in a moment. Each begins differently, so that nothing is
 * in the engine's cache.
 */
function prompt(round: number): string {
  return `// ${round}\n${lines}`;
}

/**
 * Takes about a second, in an engine of its own: the serving one may be broken, off, or on a GPU, whose memory is not what is copied here.
 * Rejects only when cancelled.
 */
export async function measureSpeed(
  createEngine: () => CompletionEngine,
  signal?: AbortSignal,
  base: string | null = bundledModel(),
  cores = computingCores(),
): Promise<Speed> {
  const bytesPerSecond = memoryBandwidth();
  const timed = base === null ? null : await timeModel(createEngine(), base, cores, bytesPerSecond, signal);
  signal?.throwIfAborted();
  return timed === null
    ? {
        speed: 'assumed',
        bytesPerSecond,
        blockOverheadMs: usualBlockOverheadMs,
        operationsPerSecond: usualOperationsPerSecond,
      }
    : { speed: 'measured', bytesPerSecond, ...timed };
}

/** The better of two measurements in each figure: other work only ever makes a machine slower. */
export function fasterOf(one: Speed, other: Speed): Speed {
  return {
    speed: one.speed,
    bytesPerSecond: Math.max(one.bytesPerSecond, other.bytesPerSecond),
    blockOverheadMs: Math.min(one.blockOverheadMs, other.blockOverheadMs),
    operationsPerSecond: Math.max(one.operationsPerSecond, other.operationsPerSecond),
  };
}

/** Per-block overhead besides reading its weights, and prompt speed; null if the model does not run. */
async function timeModel(
  engine: CompletionEngine,
  modelPath: string,
  cores: number,
  bytesPerSecond: number,
  signal: AbortSignal | undefined,
): Promise<Pick<Speed, 'blockOverheadMs' | 'operationsPerSecond'> | null> {
  try {
    const { layers, parameters } = await inspectModel(modelPath);
    const { sizeBytes } = await engine.load({ modelPath, contextTokens: 16 * generatedTokens, device: 'cpu' });
    const ask = (text: string, maxTokens: number) =>
      engine.complete({ prompt: [{ text }], heal: '', maxTokens, stop: [], adapter: null, speculate: false }, signal);
    const written: Timed[] = [];
    while (written.length < writings && signal?.aborted !== true)
      written.push(writingOf(await ask('function add(', generatedTokens)));
    const read: Timed[] = [];
    for (let wallMs = 0; read.length < mostReadings && signal?.aborted !== true; ) {
      const reading = readingOf(await ask(prompt(read.length), 1));
      read.push(reading);
      wallMs += reading.wallMs;
      if (read.length >= fewestReadings && wallMs > readingMs) break;
    }
    // Single tokens of so small a model are computed by one thread.
    const tokenMs = msPerToken(written, 1);
    const weightsMs = (sizeBytes * 1000) / bytesPerSecond;
    return {
      blockOverheadMs: Math.max(0, tokenMs - weightsMs) / Math.max(1, layers),
      operationsPerSecond: (2 * parameters * 1000) / msPerToken(read, cores),
    };
  } catch {
    return null;
  } finally {
    await engine.dispose();
  }
}

interface Timed {
  readonly tokens: number;
  readonly wallMs: number;
  /** Processor time of all threads. */
  readonly cpuMs: number;
}

function readingOf({ evaluatedTokens, promptMs, generateMs, cpuMs }: CompleteResult): Timed {
  return {
    tokens: evaluatedTokens,
    wallMs: promptMs,
    cpuMs: (cpuMs * promptMs) / Math.max(1e-3, promptMs + generateMs),
  };
}

function writingOf({ generatedTokens: tokens, promptMs, generateMs, cpuMs }: CompleteResult): Timed {
  return { tokens, wallMs: generateMs, cpuMs: (cpuMs * generateMs) / Math.max(1e-3, promptMs + generateMs) };
}

/**
 * The shortest time per token, or its processor time divided among `cores` if that is shorter: on a busy machine the engine computes with
 * fewer threads, each on part of a core. Threads waiting for each other spin meanwhile, so if all run undisturbed the two are the same.
 */
function msPerToken(timed: readonly Timed[], cores: number): number {
  const wallMs = Math.min(...timed.map(({ tokens, wallMs: one }) => one / Math.max(1, tokens)));
  const tokens = timed.reduce((sum, one) => sum + one.tokens, 0);
  const cpuMs = timed.reduce((sum, one) => sum + one.cpuMs, 0);
  const exact = cpuMs > fewestTicks * tickMs;
  return Math.max(1e-6, exact ? Math.min(wallMs, cpuMs / cores / Math.max(1, tokens)) : wallMs);
}

/** Bytes per second of one core, from the fastest quarter of the parts; a copy reads and writes, so it moves twice its size. */
function memoryBandwidth(): number {
  const from = Buffer.alloc(copiedBytes, 1);
  const to = Buffer.alloc(copiedBytes, 2);
  const partsMs: number[] = [];
  for (let round = 0; round < copies; round++) {
    for (let at = 0; at < copiedBytes; at += partBytes) {
      const startedMs = performance.now();
      from.copy(to, at, at, at + partBytes);
      partsMs.push(performance.now() - startedMs);
    }
  }
  const fastest = partsMs.sort((a, b) => a - b).slice(0, partsMs.length / 4);
  return (2 * partBytes * fastest.length * 1000) / fastest.reduce((sum, ms) => sum + ms, 0);
}
