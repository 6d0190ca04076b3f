import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { keystrokes, realFiles } from '../../bench/complete/keystrokes.ts';
import type { CompletionProcess } from './process.ts';
import { bundledEngine, request } from './testing.ts';

vi.setConfig({ testTimeout: 600_000 });

let engine: CompletionProcess;
beforeAll(async () => {
  engine = await bundledEngine();
});
afterAll(() => engine.dispose());

test('speculation writes exactly what plain greedy decoding writes, over hundreds of places in real files', async () => {
  let places = 0;
  for (const [seed, text] of realFiles(6).entries()) {
    const states = keystrokes(text, 240, seed).filter((_, i) => i % 7 === 0);
    // A window that stays where it is, as in the editor: the prompt grows with the typing.
    const windowStart = Math.max(0, states[0]!.cursor - 600);
    for (const { document, cursor } of states) {
      const prefix = document.slice(windowStart, cursor);
      const suffix = document.slice(cursor, cursor + 200);
      const beside = document.slice(Math.max(0, windowStart - 2000), windowStart);
      const plain = await engine.complete(request(prefix, suffix, { maxTokens: 12, speculate: false }));
      const speculating = await engine.complete(
        request(prefix, suffix, { maxTokens: 12, speculate: 'always', beside }),
      );
      expect(speculating.text).toBe(plain.text);
      expect(speculating.stopReason).toBe(plain.stopReason);
      places++;
    }
  }
  expect(places).toBeGreaterThanOrEqual(200);
});
