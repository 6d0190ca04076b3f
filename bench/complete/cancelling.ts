/** How long the engine keeps computing after a cancel: on the CPU a batch can stop between two operations. */
import { CompletionProcess } from '../../server/engine/process.ts';
import { buildCompletionPrompt, formatOf } from '../../server/prompt/index.ts';
import { BUDGET, CONTEXT_TOKENS } from './againstPeer.ts';
import { keystrokes, realFiles } from './keystrokes.ts';
import { quantile } from './statistics.ts';

const CANCELS = 24;
/** Cancels are spread over reading the prompt, where batches are largest, and the tokens after it. */
const LATEST_MS = 1500;

/** Milliseconds from a cancel to the answer, for requests with prompts new to the engine. */
export async function cancelMs(modelPath: string): Promise<{ p50: number; p95: number; cancelled: number }> {
  const engine = new CompletionProcess();
  try {
    const model = await engine.load({ modelPath, contextTokens: CONTEXT_TOKENS, device: 'cpu' });
    const files = realFiles(CANCELS);
    const times: number[] = [];
    for (let i = 0; i < CANCELS; i++) {
      const text = files[i % files.length]!;
      const [state] = keystrokes(text, 1, i);
      const { document, cursor } = state!;
      const input = { repoName: '', context: '', prefix: document.slice(0, cursor), suffix: document.slice(cursor) };
      const { parts, heal } = buildCompletionPrompt(input, formatOf(model), BUDGET);
      const abort = new AbortController();
      const request = { prompt: parts, heal, maxTokens: 64, stop: [], adapter: null };
      const answer = engine.complete(request, abort.signal);
      await new Promise((resolve) => setTimeout(resolve, ((i + 0.5) / CANCELS) * LATEST_MS));
      const cancelledAt = performance.now();
      abort.abort();
      if ((await answer).stopReason === 'cancelled') times.push(performance.now() - cancelledAt);
    }
    return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), cancelled: times.length };
  } finally {
    await engine.dispose();
  }
}
