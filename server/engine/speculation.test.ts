import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { keystrokes, realFiles } from '../../bench/complete/keystrokes.ts';
import type { CompletionProcess } from './process.ts';
import { bundledEngine, request } from './testing.ts';

vi.setConfig({ testTimeout: 240_000 });

let engine: CompletionProcess;
beforeAll(async () => {
  engine = await bundledEngine();
});
afterAll(() => engine.dispose());

test('speculation writes exactly what plain greedy decoding writes, over hundreds of places in real files', async () => {
  let places = 0;
  const times = { plain: 0, speculating: 0 };
  for (const [seed, text] of realFiles(6).entries()) {
    for (const { document, cursor } of keystrokes(text, 240, seed).filter((_, i) => i % 6 === 0)) {
      const at = (speculate: boolean) =>
        engine.complete(
          request(document.slice(Math.max(0, cursor - 900), cursor), document.slice(cursor, cursor + 200), {
            maxTokens: 20,
            speculate,
          }),
        );
      const plain = await at(false);
      const speculating = await at(true);
      expect(speculating.text).toBe(plain.text);
      expect(speculating.stopReason).toBe(plain.stopReason);
      times.plain += plain.generateMs;
      times.speculating += speculating.generateMs;
      places++;
    }
  }
  expect(places).toBeGreaterThanOrEqual(200);
  console.log(
    `speculation: ${places} places, generation ${(times.plain / times.speculating).toFixed(2)} times as fast`,
  );
});
