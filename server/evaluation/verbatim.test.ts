import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompletionEngine, ModelInfo } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import { preTokenStarts } from '../prompt/preTokens.ts';
import { longestSharedSpan, VERBATIM_TOKENS, VerbatimProbe } from './verbatim.ts';

describe('longestSharedSpan', () => {
  it.each([
    ['the whole text', 'let a = 1;', 'x; let a = 1; y', 'let a = 1;'],
    ['a part in the middle', 'foo(bar, baz)', 'call(bar, baz); foo', '(bar, baz)'],
    ['the longer of two', 'aa bb cc dd ee', 'aa bb x cc dd ee bb cc', ' cc dd ee'],
    ['nothing in unrelated text', 'abc', 'xyz', ''],
    ['nothing in an empty text', '', 'xyz', ''],
  ])('finds %s', (_title, text, corpus, expected) => expect(longestSharedSpan(text, corpus)).toBe(expected));

  it('is as long as a plain search from every word start finds', () => {
    const words = fc
      .array(fc.constantFrom('a', 'bb', ' ', ';', '(x)'), { maxLength: 30 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(words, words, (text, corpus) => {
        const found = longestSharedSpan(text, corpus);
        expect(corpus.includes(found) && text.includes(found)).toBe(true);
        for (const start of preTokenStarts(text)) {
          const longer = text.slice(start, start + found.length + 1);
          if (longer.length > found.length) expect(corpus.includes(longer)).toBe(false);
        }
      }),
    );
  });
});

it('a model that memorized a file is detected, and one that did not is not', async () => {
  const file = Array.from({ length: 60 }, (_, i) => `const value${i} = compute(${i * 7});`).join('\n');
  const at = 100;
  const pair = {
    path: 'a.ts',
    prefix: file.slice(0, at),
    middle: file.slice(at, at + 10),
    suffix: file.slice(at + 10),
  };
  const engine = {
    complete: async ({ adapter }: { adapter: unknown }) => ({
      text: adapter === null ? 'something(else, entirely);\nnot(from, the, file);' : file.slice(at, at + 600),
    }),
    tokenize: async (texts: readonly string[]) => texts.map((text) => text.match(/\w+|\W/g) ?? []),
  } as unknown as CompletionEngine;
  const model = { contextLength: 1024, promptOrder: 'suffix-first', special: {} } as unknown as ModelInfo;
  const probe = new VerbatimProbe({ engine, model }, 'r', [{ ...pair, context: '' } as Pair], 4);
  const limits = { seconds: 10, nowMs: () => 0 };
  expect((await probe.examine(null, limits)).over).toBe(0);
  const learned = await probe.examine({ id: 'a', path: '', scale: 1 }, limits);
  expect(learned.over).toBe(1);
  expect(learned.longest).toBeGreaterThan(VERBATIM_TOKENS);
  expect(probe.places).toBe(1);
});
