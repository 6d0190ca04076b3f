/** How fast the CPU really computes: memory is copied, and the bundled base writes a few lines, timed by the engine itself. */
import type { CompletionEngine } from '../engine/types.ts';
import { bundledModel } from './bundled.ts';
import { inspectModel } from './inspect.ts';
import type { Hardware } from './recommend.ts';

/** The speed of the CPU and its memory. */
export type Speed = Pick<Hardware, 'speed' | 'bytesPerSecond' | 'blockOverheadMs'>;

const generatedTokens = 64;
/** Beyond any cache, short enough not to be felt. */
const copiedBytes = 256 * 2 ** 20;

/** Measured on a usual laptop; for machines where the bundled base cannot be timed. */
const usualBlockOverheadMs = 0.05;

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
  const overheadMs = base === null ? null : await blockOverhead(createEngine(), base, bytesPerSecond, signal);
  signal?.throwIfAborted();
  return overheadMs === null
    ? { speed: 'assumed', bytesPerSecond, blockOverheadMs: usualBlockOverheadMs }
    : { speed: 'measured', bytesPerSecond, blockOverheadMs: overheadMs };
}

/** Milliseconds a block takes beside the reading of its weights; null where the model does not run. */
async function blockOverhead(
  engine: CompletionEngine,
  modelPath: string,
  bytesPerSecond: number,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  try {
    const { layers } = await inspectModel(modelPath);
    const { sizeBytes } = await engine.load({ modelPath, contextTokens: 4 * generatedTokens, device: 'cpu' });
    const request = {
      prompt: [{ text: 'function add(' }],
      heal: '',
      maxTokens: generatedTokens,
      stop: [],
      adapter: null,
    };
    const { generatedTokens: written, generateMs } = await engine.complete(request, signal);
    const readMs = (sizeBytes * 1000) / bytesPerSecond;
    return Math.max(0, generateMs / Math.max(1, written) - readMs) / Math.max(1, layers);
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
