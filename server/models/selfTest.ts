/** How fast this machine really computes: memory is copied, and the bundled base writes a few lines, timed by the engine itself. */
import { freemem, totalmem } from 'node:os';
import type { CompletionEngine, ModelInfo } from '../engine/types.ts';
import type { Hardware } from './recommend.ts';

const generatedTokens = 64;
/** Beyond any cache, short enough not to be felt. */
const copiedBytes = 256 * 2 ** 20;

/** `blocks` of the loaded model. On the CPU; takes about a second. Rejects as the engine does. */
export async function measureHardware(
  engine: CompletionEngine,
  model: ModelInfo,
  blocks: number,
  signal?: AbortSignal,
): Promise<Hardware> {
  const bytesPerSecond = memoryBandwidth();
  const request = {
    prompt: [{ text: 'function add(' }],
    heal: '',
    maxTokens: generatedTokens,
    stop: [],
    adapter: null,
  };
  const { generatedTokens: written, generateMs } = await engine.complete(request, signal);
  const tokenMs = generateMs / Math.max(1, written);
  const readMs = (model.sizeBytes * 1000) / bytesPerSecond;
  return {
    totalMemoryBytes: totalmem(),
    availableMemoryBytes: freemem(),
    deviceMemoryBytes: null,
    bytesPerSecond,
    blockOverheadMs: Math.max(0, tokenMs - readMs) / Math.max(1, blocks),
  };
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
