import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { preTokenAt } from '../prompt/preTokens.ts';
import type { CompletionProcess } from './process.ts';
import { bundledEngine, ENDLESS, fillIn, request, scratchFolder, trainedAdapter } from './testing.ts';
import type { AdapterRef } from './types.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** Times assume a spare core: the retry forgives other work in the same second. */
const TIMED = { retry: 2 };

let engine: CompletionProcess;
beforeAll(async () => {
  engine = await bundledEngine();
});
afterAll(() => engine.dispose());

const places = [
  { prefix: 'export function sum(values: number[]) {\n', suffix: '}\n' },
  { prefix: 'import os\n\ndef read(path):\n', suffix: '\n\nclass A:\n    pass\n' },
  { prefix: 'func main() {\n\tfor i := 0; i < 10; i++ {\n', suffix: '\n\t}\n}\n' },
  { prefix: 'const names = items.map((item) =>', suffix: ');\nconsole.log(names);\n' },
  { prefix: '/** Größe in Bytes. */\nlet größe', suffix: '\n' },
];

describe('token healing', () => {
  test.each(places)(
    'reproduces the text of plain decoding when cut at any character: $prefix',
    async ({ prefix, suffix }) => {
      const { text } = await engine.complete(request(prefix, suffix));
      const characters = [...text];
      for (let length = 1; length <= Math.min(16, characters.length); length++) {
        const heal = characters.slice(0, length).join('');
        const healed = await engine.complete(request(prefix, suffix, { heal }));
        // With tokens of the healed text not counted, it may go on for longer.
        expect(healed.text.slice(0, text.length - heal.length)).toBe(characters.slice(length).join(''));
      }
    },
  );

  test.each(['zqxj', '    return retu', '// 日本', '🙂', '\t\t\t\t\t'])(
    'continues after a text that the model would not write, or ends there: %j',
    async (heal) => {
      const { text, stopReason } = await engine.complete(request('function f() {\n', '}\n', { heal, maxTokens: 8 }));
      expect(text !== '' || stopReason === 'end-of-text').toBe(true);
      expect(text).not.toContain('\uFFFD');
      // The prompt with the text appended is the same situation except for tokenization: what only ends the text's last word is merged into
      // it.
      const end = stopReason === 'end-of-text' ? [engine.model!.special.eot!] : [];
      const joins = preTokenAt(heal + text, heal.length) < heal.length;
      const last = joins ? (/^\p{L}+/u.exec(text)?.[0] ?? '') : '';
      const word = last === text && end.length === 0 ? '' : last;
      const { nll, tokens } = await score(`function f() {\n${heal}${word}`, text.slice(word.length), '}\n', end);
      expect(nll / tokens).toBeLessThan(6);
    },
  );
});

describe('prompt reuse', () => {
  test('an adapter that is refused costs neither of the two in use what was read for it', async () => {
    const folder = scratchFolder();
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = await trainedAdapter(folder, 'trained', 'export const a = 1;\n'.repeat(30));
    const ask = (adapter: AdapterRef | null) => engine.complete(request('def read(path):\n', '\n', { adapter }));
    const good = { id: 'good', path, scale: 1 };
    for (const adapter of [good, null]) await ask(adapter);
    await expect(ask({ id: 'bad', path: `${path}.gone`, scale: 1 })).rejects.toThrow('missing');
    for (const adapter of [good, null]) expect((await ask(adapter)).evaluatedTokens).toBe(0);
  });

  test('evaluates no token of a repeated prompt and only the new ones of an appended prompt', async () => {
    const start = 'class Queue:\n    def __init__(self):\n        self.items = []\n\n    def push(self, item):\n';
    const cold = await engine.complete(request(start, '\n'));
    expect(cold.evaluatedTokens).toBeGreaterThan(20);
    const again = await engine.complete(request(start, '\n'));
    expect(again).toMatchObject({ evaluatedTokens: 0, text: cold.text, promptTokens: cold.promptTokens });
    const appended = await engine.complete(request(`${start}        self`, '\n'));
    expect(appended.evaluatedTokens).toBeLessThanOrEqual(3);
    expect(appended.promptTokens).toBe(cold.promptTokens + (await engine.tokenize(['        self']))[0]!.length);
  });

  test('gives the same text from a warm cache as from a cold one', async () => {
    const warm = [];
    for (const { prefix, suffix } of places) warm.push((await engine.complete(request(prefix, suffix))).text);
    const fresh = await bundledEngine();
    try {
      for (const [index, { prefix, suffix }] of [...places.entries()].reverse()) {
        expect((await fresh.complete(request(prefix, suffix))).text).toBe(warm[index]);
      }
    } finally {
      await fresh.dispose();
    }
  });
});

describe('the end of a completion', () => {
  test('comes before a stop text wherever tokens split it, and its start is never streamed', async () => {
    const plain = await engine.complete(request('def f(a, b):\n', '\n', { maxTokens: 40 }));
    for (const length of [1, 2, 3]) {
      for (const at of [3, 7, 12]) {
        const stop = plain.text.slice(at, at + length);
        const seen: string[] = [];
        const result = await engine.complete(
          request('def f(a, b):\n', '\n', { maxTokens: 40, stop: [stop] }),
          undefined,
          (text) => seen.push(text),
        );
        expect(result).toMatchObject({ stopReason: 'stop-text', text: plain.text.slice(0, plain.text.indexOf(stop)) });
        for (const text of seen) expect(result.text.startsWith(text)).toBe(true);
      }
    }
  });

  test('comes at the deadline', TIMED, async () => {
    const started = performance.now();
    const result = await engine.complete(request(ENDLESS, '', { maxTokens: 900, deadlineMs: 80 }));
    expect(result.stopReason).toBe('deadline');
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('a prompt that does not fit the context is rejected with a message', async () => {
    await expect(engine.complete(request('x = 1\n'.repeat(600), ''))).rejects.toThrow(
      /does not fit the context of \d+/,
    );
  });
});

test('candidates are distinct, complete the healed text and are ordered by the probability of their first token', async () => {
  const start = 'function f(a, b) {\n';
  const heal = '  ret';
  const texts: string[] = [];
  const nlls: number[] = [];
  const scored: number[] = [];
  for (const candidate of [0, 1, 2]) {
    const { text, logProbabilities } = await engine.complete(request(start, '}\n', { heal, candidate, maxTokens: 1 }));
    expect(logProbabilities).toHaveLength(1);
    texts.push(text);
    nlls.push(-logProbabilities[0]!);
    scored.push((await score(start, heal + text)).nll);
  }
  expect(new Set(texts).size).toBe(3);
  expect(nlls).toEqual(nlls.toSorted((a, b) => a - b));
  // The blanks before the word are scored as well.
  const blanks = scored[0]! - nlls[0]!;
  expect(scored).toEqual(nlls.map((nll) => expect.closeTo(blanks + nll, 1)));
});

test('log-probabilities of a completion agree with the score of its text', async () => {
  let compared = 0;
  for (const { prefix, suffix } of places) {
    const { text, logProbabilities, ends } = await engine.complete(request(prefix, suffix, { maxTokens: 12 }));
    const tokens = (await engine.tokenize([text]))[0]!;
    expect(ends).toHaveLength(logProbabilities.length);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    expect(ends.at(-1)).toBe(Buffer.byteLength(text));
    // Only if the text tokenizes as it was generated.
    if (tokens.length !== logProbabilities.length) continue;
    compared++;
    const scored = await score(prefix, text, suffix);
    const generated = -logProbabilities.reduce((sum, value) => sum + value, 0);
    expect(scored.nll).toBeCloseTo(generated, 1);
    expect(scored).toMatchObject({ tokens: tokens.length, top1: tokens.length });
  }
  expect(compared).toBeGreaterThan(2);
});

test('special tokens are never parsed out of text', async () => {
  const [tokens] = await engine.tokenize(['<fim_middle>']);
  expect(tokens!.length).toBeGreaterThan(1);
});

test('cancelling ends a generation at once with its partial text; the next one is unaffected', TIMED, async () => {
  const expected = await engine.complete(request('def f(x):\n', '\n'));
  const controller = new AbortController();
  let seen = '';
  let abortedAt = 0;
  const running = engine.complete(request(ENDLESS, '', { maxTokens: 900 }), controller.signal, (text) => {
    if (seen === '') {
      abortedAt = performance.now();
      controller.abort();
    }
    seen = text;
  });
  const result = await running;
  expect(result.stopReason).toBe('cancelled');
  expect(result.text.startsWith(seen)).toBe(true);
  expect(performance.now() - abortedAt).toBeLessThan(200);
  expect((await engine.complete(request('def f(x):\n', '\n'))).text).toBe(expected.text);
});

test('a completion reports its CPU time, which stands still while the process is paused', TIMED, async () => {
  const heldMs = 800;
  let held = false;
  const { cpuMs, promptMs, generateMs } = await engine.complete(
    // A completion of a few tokens would end before it is held.
    request(ENDLESS, '', { maxTokens: 200 }),
    undefined,
    () => {
      if (held) return;
      held = true;
      engine.pause();
      setTimeout(() => engine.resume(), heldMs);
    },
  );
  expect(cpuMs).toBeGreaterThan(0);
  expect(promptMs + generateMs).toBeGreaterThan(heldMs);
  expect(cpuMs).toBeLessThan(promptMs + generateMs - heldMs / 2);
});

test('a waiting call that is cancelled is never started', async () => {
  const first = engine.complete(request(ENDLESS, '', { maxTokens: 200 }));
  const controller = new AbortController();
  const waiting = engine.complete(request('b = [\n', '', { maxTokens: 200 }), controller.signal);
  controller.abort();
  expect(await waiting).toMatchObject({ stopReason: 'cancelled', promptTokens: 0 });
  expect((await first).stopReason).not.toBe('cancelled');
});

async function score(prefix: string, text: string, suffix = '}\n', end: readonly number[] = []) {
  const tokens: number[] = [];
  for (const part of fillIn(prefix, suffix)) {
    tokens.push(
      ...('special' in part ? [engine.model!.special[part.special]!] : (await engine.tokenize([part.text]))[0]!),
    );
  }
  const lossFrom = tokens.length;
  tokens.push(...(text === '' ? [] : (await engine.tokenize([text]))[0]!), ...end);
  return (await engine.score([{ tokens, lossFrom, lossTo: tokens.length }], null))[0]!;
}
