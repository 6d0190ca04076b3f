/** The gain of speculation: the same places with and without it, in turns, comparing the text. */
import { textBeside } from '../../server/completion/beside.ts';
import { bundledEngine } from '../../server/engine/testing.ts';
import { budgetFor, buildCompletionPrompt, formatOf } from '../../server/prompt/index.ts';
import { keystrokes, realFiles } from './keystrokes.ts';

const TOKENS = 24;
/** One keystroke later hardly anything differs, so every fifth is enough. */
const EVERY = 5;

export interface SpeculationGain {
  readonly places: number;
  /** Generation time without speculation over the time with it. */
  readonly timesAsFast: number;
  /** Places where the two wrote different text. */
  readonly different: number;
}

export async function speculationGain(keys: number): Promise<SpeculationGain> {
  const engine = await bundledEngine();
  try {
    const format = formatOf(engine.model!);
    let [places, different, plainMs, speculatingMs] = [0, 0, 0, 0];
    for (const [seed, text] of realFiles(4).entries()) {
      const states = keystrokes(text, keys * EVERY, seed).filter((_, i) => i % EVERY === 0);
      for (const { document, cursor } of states) {
        const input = { repoName: '', context: '', prefix: document.slice(0, cursor), suffix: document.slice(cursor) };
        const { parts, heal, reach } = buildCompletionPrompt(input, format, budgetFor(1024));
        const beside = textBeside({ text: document, offset: cursor, similar: '' }, reach);
        const request = { prompt: parts, heal, maxTokens: TOKENS, stop: ['\n'], adapter: null, beside };
        const plain = await engine.complete({ ...request, speculate: false });
        const speculating = await engine.complete({ ...request, speculate: true });
        plainMs += plain.generateMs;
        speculatingMs += speculating.generateMs;
        different += Number(plain.text !== speculating.text);
        places++;
      }
    }
    return { places, timesAsFast: plainMs / speculatingMs, different };
  } finally {
    await engine.dispose();
  }
}
