import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { keystrokes, realFiles } from '../../bench/complete/keystrokes.ts';
import type { CompletionProcess } from './process.ts';
import { bundledEngine, request } from './testing.ts';
import type { CompleteRequest } from './types.ts';

vi.setConfig({ testTimeout: 600_000 });

let engine: CompletionProcess;
beforeAll(async () => {
  engine = await bundledEngine();
});
afterAll(() => engine.dispose());

test('speculation writes exactly what greedy decoding writes, at hundreds of places in real files', async () => {
  let places = 0;
  for (const [seed, text] of realFiles(6).entries()) {
    const states = keystrokes(text, 240, seed).filter((_, i) => i % 7 === 0);
    // A window that stays in place, as in the editor: the prompt grows with typing.
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

test('drafts leave the text unchanged, and mostly right ones save passes', async () => {
  const passes = { plain: 0, exact: 0, changed: 0, wrong: 0 };
  let tokens = 0;
  for (const text of realFiles(6)) {
    // Without a middle to end, the model writes as long as it may.
    const prompt = [{ text: text.slice(4000, 4800) }];
    const ask = (more: Partial<CompleteRequest>) =>
      engine.complete({ prompt, heal: '', maxTokens: 64, stop: [], adapter: null, ...more });
    const plain = await ask({ speculate: false });
    const drafts = {
      exact: plain.text,
      changed: plain.text.replace(/^(\s*\w+)/, '$1 changed').replace(/\n/, '\nwritten();\n'),
      wrong: text.slice(0, 300),
    };
    passes.plain += plain.passes;
    tokens += plain.generatedTokens;
    for (const kind of ['exact', 'changed', 'wrong'] as const) {
      const drafted = await ask({ speculate: 'always', drafts: drafts[kind] });
      expect(drafted).toMatchObject({ text: plain.text, stopReason: plain.stopReason });
      passes[kind] += drafted.passes;
    }
  }
  // The first token comes from the prompt's pass.
  expect(passes.plain).toBe(tokens - 6);
  expect(passes.exact).toBeLessThan(tokens / 3);
  expect(passes.changed).toBeLessThan(tokens / 2);
});

test('a completion ends at its first token below leastProbability and saves the passes after it', async () => {
  let [ended, spared] = [0, 0];
  for (const text of realFiles(6)) {
    const prompt = [{ text: text.slice(4000, 4800) }];
    const ask = (more: Partial<CompleteRequest>) =>
      engine.complete({ prompt, heal: '', maxTokens: 64, stop: [], adapter: null, speculate: 'always', ...more });
    const { text: drafts } = await ask({});
    const whole = await ask({ drafts });
    for (const leastProbability of [0.05, 0.6, 0.9]) {
      const part = await ask({ leastProbability, drafts });
      const enough = whole.logProbabilities.findIndex((one) => Math.exp(one) < leastProbability);
      expect(part.stopReason).toBe(enough < 0 ? whole.stopReason : 'unsure');
      expect(part.generatedTokens).toBe(enough < 0 ? whole.generatedTokens : enough + 1);
      expect(whole.text.startsWith(part.text)).toBe(true);
      expect(part.passes).toBeLessThanOrEqual(whole.passes);
      ended += Number(enough >= 0);
      spared += whole.passes - part.passes;
    }
  }
  expect(ended).toBeGreaterThan(10);
  expect(spared).toBeGreaterThan(100);
});
