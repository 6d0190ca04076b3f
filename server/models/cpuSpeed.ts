/** How fast the CPU really computes: memory is copied, and the bundled base writes a few lines, timed by the engine itself. */
import type { CompletionEngine } from '../engine/types.ts';
import { bundledModel } from './bundled.ts';
import { inspectModel } from './inspect.ts';
import type { Hardware } from './recommend.ts';

/** The speed of the CPU and its memory. */
export type Speed = Pick<Hardware, 'speed' | 'bytesPerSecond' | 'blockOverheadMs' | 'operationsPerSecond'>;

const generatedTokens = 64;
/** Beyond any cache, short enough not to be felt. */
const copiedBytes = 256 * 2 ** 20;

/** Measured on a usual laptop; for machines where the bundled base cannot be timed. */
const usualBlockOverheadMs = 0.05;
const usualOperationsPerSecond = 100e9;

/** Some four hundred tokens: enough for the products to count, and read in a moment. */
const prompt = 'function add(first, second) {\n  const sum = first + second;\n  return sum;\n}\n\n'.repeat(16);

/**
 * Takes about a second, in an engine of its own: what serves may be broken, off, or on a GPU, whose memory is not what is
 * copied here. Rejects only when it is cancelled.
 */
export async function measureSpeed(
  createEngine: () => CompletionEngine,
  signal?: AbortSignal,
  base: string | null = bundledModel(),
): Promise<Speed> {
  const bytesPerSecond = memoryBandwidth();
  const timed = base === null ? null : await timeModel(createEngine(), base, bytesPerSecond, signal);
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

/** Of two measurements, what is faster in each: only a machine that did other things is ever slower than it is. */
export function fasterOf(one: Speed, other: Speed): Speed {
  return {
    speed: one.speed,
    bytesPerSecond: Math.max(one.bytesPerSecond, other.bytesPerSecond),
    blockOverheadMs: Math.min(one.blockOverheadMs, other.blockOverheadMs),
    operationsPerSecond: Math.max(one.operationsPerSecond, other.operationsPerSecond),
  };
}

/** What a block takes beside the reading of its weights, and how fast a prompt is read; null where the model does not run. */
async function timeModel(
  engine: CompletionEngine,
  modelPath: string,
  bytesPerSecond: number,
  signal: AbortSignal | undefined,
): Promise<Pick<Speed, 'blockOverheadMs' | 'operationsPerSecond'> | null> {
  try {
    const { layers, parameters } = await inspectModel(modelPath);
    const { sizeBytes } = await engine.load({ modelPath, contextTokens: 16 * generatedTokens, device: 'cpu' });
    const ask = (text: string, maxTokens: number) =>
      engine.complete({ prompt: [{ text }], heal: '', maxTokens, stop: [], adapter: null }, signal);
    const { generatedTokens: written, generateMs } = await ask('function add(', generatedTokens);
    const { evaluatedTokens, promptMs } = await ask(prompt, 1);
    const readMs = (sizeBytes * 1000) / bytesPerSecond;
    return {
      blockOverheadMs: Math.max(0, generateMs / Math.max(1, written) - readMs) / Math.max(1, layers),
      operationsPerSecond: (2 * parameters * evaluatedTokens * 1000) / Math.max(1e-3, promptMs),
    };
  } catch {
    return null;
  } finally {
    await engine.dispose();
  }
}

/** Bytes read a second by one core, the best of three; a copy reads and writes, so it moves twice its size. */
function memoryBandwidth(): number {
  const from = Buffer.alloc(copiedBytes, 1);
  const to = Buffer.alloc(copiedBytes, 2);
  let bestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const startedMs = performance.now();
    from.copy(to);
    bestMs = Math.min(bestMs, performance.now() - startedMs);
  }
  return (2 * copiedBytes * 1000) / bestMs;
}
