import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CompletionProcess } from './process.ts';
import { bundledEngine, fillIn, request } from './testing.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let engine: CompletionProcess;
beforeEach(async () => {
  engine = await bundledEngine();
});
afterEach(() => engine.dispose());

const lines = (name: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `const ${name}${i} = compute(${i}, '${name}');\n`).join('');
const here = { prefix: `${lines('here', 30)}const total = `, suffix: `\n${lines('below', 4)}` };
const elsewhere = { prefix: `${lines('elsewhere', 30)}const count = `, suffix: '\n' };
const short = { prefix: here.prefix.slice(-120), suffix: '\n' };
/** Requests as typing and read-ahead make them. */
const at = ({ prefix, suffix }: typeof here, more = {}) =>
  engine.complete(request(prefix, suffix, { maxTokens: 6, ...more }));

test('a prompt read ahead is answered with the same text, without evaluating it again', async () => {
  const { text, evaluatedTokens } = await at(here);
  expect(evaluatedTokens).toBeGreaterThan(200);
  await engine.dispose();
  engine = await bundledEngine();
  const read = await at(here, { maxTokens: 0 });
  expect(read).toMatchObject({ text: '', generatedTokens: 0, evaluatedTokens });
  expect(await at(here)).toMatchObject({ text, evaluatedTokens: 0, prompt: 0 });
});

test('a shorter prompt is used until the long one has been read ahead', async () => {
  const limits = { shorter: [fillIn(short.prefix, short.suffix)], freshTokens: 100 };
  const first = await at(here, limits);
  expect(first.prompt).toBe(1);
  expect(first.evaluatedTokens).toBeLessThanOrEqual(100);
  expect(first.text).toBe((await at(short)).text);
  await at(here, { maxTokens: 0 });
  const second = await at({ ...here, prefix: `${here.prefix}here` }, limits);
  expect(second.prompt).toBe(0);
  expect(second.evaluatedTokens).toBeLessThan(20);
});

describe('with several prompts that there is time for', () => {
  const of = (lines: number) => fillIn(here.prefix.slice(-40 * lines), here.suffix);
  const limits = { shorter: [of(12), of(8), of(4)], freshTokens: 350 };
  const typed = { ...here, prefix: `${lines('above', 60)}${here.prefix}` };

  test('the longest is used', async () => {
    expect((await at(typed, limits)).prompt).toBe(1);
  });

  test('the next key stays with one that is in the cache', async () => {
    await engine.complete({ ...request('', '', { maxTokens: 0 }), prompt: of(8) });
    const more = (prompt: ReturnType<typeof of>) =>
      prompt.map((part) => ('text' in part && part.text.endsWith('total = ') ? { text: `${part.text}c` } : part));
    const next = { shorter: limits.shorter.map(more), freshTokens: 350 };
    const { prompt, evaluatedTokens } = await at({ ...typed, prefix: `${typed.prefix}c` }, next);
    expect(prompt).toBe(2);
    expect(evaluatedTokens).toBeLessThan(40);
  });
});

test('the shortest prompt is used whatever the limit, and the longest without a limit', async () => {
  const shorter = [fillIn(here.prefix.slice(-900), here.suffix), fillIn(here.prefix.slice(-700), here.suffix)];
  expect((await at(here, { shorter, freshTokens: 1 })).prompt).toBe(2);
  expect((await at(elsewhere, { shorter })).prompt).toBe(0);
});

test('reading one place ahead keeps the cache of another', async () => {
  const { text } = await at(here);
  await at(elsewhere, { maxTokens: 0 });
  expect(await at(here)).toMatchObject({ text, evaluatedTokens: 0 });
  expect((await at(elsewhere)).evaluatedTokens).toBe(0);
});

test('a yielding request keeps the cache of completions, and is cached itself', async () => {
  const { text } = await at(here);
  await at(elsewhere);
  const aside = await at({ ...here, prefix: lines('aside', 20) }, { yields: true });
  expect(aside.evaluatedTokens).toBeGreaterThan(100);
  const other = { ...here, prefix: lines('other', 20) };
  const { text: written } = await at(other, { yields: true });
  expect(await at(here)).toMatchObject({ text, evaluatedTokens: 0 });
  expect((await at(elsewhere)).evaluatedTokens).toBe(0);
  expect(await at(other, { yields: true })).toMatchObject({ text: written, evaluatedTokens: 0 });
});

test('alternating between two places gives the answers of engines that were asked about one', async () => {
  const both = [
    await at(here),
    await at(elsewhere),
    await at(here, { maxTokens: 12 }),
    await at(elsewhere, { maxTokens: 12 }),
  ];
  await engine.dispose();
  engine = await bundledEngine();
  expect((await at(here, { maxTokens: 12 })).text).toBe(both[2]!.text);
  await engine.dispose();
  engine = await bundledEngine();
  expect((await at(elsewhere, { maxTokens: 12 })).text).toBe(both[3]!.text);
});

test('a cancelled reading keeps the tokens that it has read', async () => {
  const long = (name: string) => ({ prefix: `${lines(name, 45)}x = `, suffix: '\n' });
  const times: number[] = [];
  for (const name of ['first', 'second', 'third']) {
    const started = performance.now();
    await at(long(name), { maxTokens: 0 });
    times.push(performance.now() - started);
  }
  const wholeMs = Math.min(...times);
  // On a busy processor a cancellation may come too early, or after the last token.
  for (let attempt = 0; attempt < 80; attempt++) {
    const text = long(`long${attempt}x`);
    const cancelled = AbortSignal.timeout(Math.ceil((wholeMs * (3 + (attempt % 8))) / 10));
    const reading = await engine.complete(request(text.prefix, text.suffix, { maxTokens: 0 }), cancelled);
    // A sequence is continued only if it holds a good part of the prompt (chosen_for in native/inference/contexts.cc).
    if (reading.stopReason !== 'cancelled' || reading.evaluatedTokens < reading.promptTokens / 2) continue;
    const again = await at(text, { maxTokens: 0 });
    expect(again.evaluatedTokens).toBeLessThanOrEqual(reading.promptTokens - reading.evaluatedTokens);
    return;
  }
  expect.unreachable('no reading was cancelled halfway');
});
