/** The same keystrokes for our engine and the peer, in turns on the same machine, so that both see the same load. */
import { CompletionProcess } from '../../server/engine/process.ts';
import type { PromptBudget } from '../../server/prompt/index.ts';
import { keystrokes, realFiles } from './keystrokes.ts';
import { ask } from './ours.ts';
import { Peer } from './peer.ts';
import { median, quantile } from './statistics.ts';

export const TOKENS = 16;
/** The peer's budget at its batch of 1024: prefix, suffix and markers. */
export const BUDGET: PromptBudget = { promptTokens: 1024, middleTokens: 128, contextShare: 0.2, suffixShare: 0.25 };
/** Room for the prompt, a long healed text and the generated tokens. */
export const CONTEXT_TOKENS = BUDGET.promptTokens + 256;

export interface AgainstPeer {
  readonly firstTokenP50: number;
  readonly requestP50: number;
  readonly requestP95: number;
  readonly cold: number;
  readonly promptTokensPerKeystroke: number;
  readonly ours: {
    readonly firstTokenMs: number;
    readonly requestMs: number;
    readonly requestP95Ms: number;
    readonly coldMs: number;
  };
  readonly peer: {
    readonly firstTokenMs: number;
    readonly requestMs: number;
    readonly requestP95Ms: number;
    readonly coldMs: number;
    readonly promptTokens: number;
  };
}

export async function againstPeer(modelPath: string, program: string, keys: number): Promise<AgainstPeer> {
  const engine = new CompletionProcess();
  const peer = await Peer.start(program, modelPath);
  try {
    await engine.load({ modelPath, contextTokens: CONTEXT_TOKENS, device: 'cpu' });
    const files = realFiles(4);
    const cold = { ours: [] as number[], peer: [] as number[] };
    for (const text of files) {
      const [state] = keystrokes(text, 1, 1);
      cold.ours.push((await ask(engine, state!, { budget: BUDGET, tokens: TOKENS })).totalMs);
      cold.peer.push((await peer.infill(state!.document, state!.cursor, TOKENS)).totalMs);
    }
    // The first of each pays for pages not yet in memory.
    cold.ours.shift();
    cold.peer.shift();
    const ours = [];
    const theirs = [];
    for (const state of keystrokes(files[0]!, keys + 1, 2)) {
      const answer = await ask(engine, state, { budget: BUDGET, tokens: TOKENS });
      const other = await peer.infill(state.document, state.cursor, TOKENS);
      if (answer.generatedTokens !== TOKENS || other.generatedTokens !== TOKENS) continue;
      ours.push(answer);
      theirs.push(other);
    }
    // The first keystroke is cold.
    ours.shift();
    theirs.shift();
    const ourTotals = ours.map(({ totalMs }) => totalMs);
    const theirTotals = theirs.map(({ totalMs }) => totalMs);
    const figures = {
      ours: {
        firstTokenMs: median(ours.map(({ firstTokenMs }) => firstTokenMs)),
        requestMs: median(ourTotals),
        requestP95Ms: quantile(ourTotals, 0.95),
        coldMs: median(cold.ours),
      },
      peer: {
        firstTokenMs: median(theirs.map(({ promptMs }) => promptMs)),
        requestMs: median(theirTotals),
        requestP95Ms: quantile(theirTotals, 0.95),
        coldMs: median(cold.peer),
        promptTokens: median(theirs.map(({ evaluatedTokens }) => evaluatedTokens)),
      },
    };
    return {
      ...figures,
      firstTokenP50: figures.ours.firstTokenMs / figures.peer.firstTokenMs,
      requestP50: figures.ours.requestMs / figures.peer.requestMs,
      requestP95: figures.ours.requestP95Ms / figures.peer.requestP95Ms,
      cold: figures.ours.coldMs / figures.peer.coldMs,
      promptTokensPerKeystroke: median(ours.map(({ evaluatedTokens }) => evaluatedTokens)),
    };
  } finally {
    peer.stop();
    await engine.dispose();
  }
}
