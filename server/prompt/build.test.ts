import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PromptFormat } from '../protocol/promptFormat.ts';
import { buildTrainingSequences } from './batch.ts';
import { budgetFor, estimateTokens } from './budget.ts';
import {
  buildCompletionPrompt,
  buildTrainingSequence,
  formatFor,
  formatOf,
  layoutTraining,
  publishedFormatOf,
  type Tokenizer,
  tokensOf,
} from './build.ts';
import { preTokenStarts } from './preTokens.ts';
import { promptMark } from './promptMark.ts';

const SPECIAL = { fimPrefix: 1, fimSuffix: 2, fimMiddle: 3, repoName: 4, fileSep: 5, eot: 0 } as const;

/** One id per distinct pre-token: the coarsest tokenizer that never crosses a border, so the hardest to match. */
function preTokenTokenizer(): Tokenizer & { text(ids: readonly number[]): string } {
  const ids = new Map<string, number>();
  const names: string[] = [];
  const idOf = (piece: string): number => {
    const known = ids.get(piece);
    if (known !== undefined) return known;
    ids.set(piece, 100 + names.length);
    return 99 + names.push(piece);
  };
  return {
    special: SPECIAL,
    tokenize: (texts) =>
      texts.map((text) => {
        const starts = preTokenStarts(text);
        return starts.map((start, i) => idOf(text.slice(start, starts[i + 1] ?? text.length)));
      }),
    text: (list) => list.map((id) => names[id - 100] ?? '').join(''),
  };
}

const formats: readonly PromptFormat[] = [
  { order: 'suffix-first', repoTokens: false },
  { order: 'suffix-first', repoTokens: true },
  { order: 'suffix-first-line', repoTokens: false },
  { order: 'suffix-first-line', repoTokens: true },
  { order: 'prefix-first', repoTokens: false },
  { order: 'prefix-first', repoTokens: true },
];
const source = readFileSync(new URL('./windows.ts', import.meta.url), 'utf8');

describe.each(formats)('$order, repository tokens $repoTokens', (format) => {
  const budget = budgetFor(512);

  test('at every cursor position training sees exactly the completion prompt, then the healed text', () => {
    const tokenizer = preTokenTokenizer();
    for (const text of [source, source.replaceAll('\n', '\r\n'), source.replaceAll('  ', '\t')]) {
      for (let offset = 0; offset < text.length; offset += 19) {
        const [prefix, rest] = [text.slice(0, offset), text.slice(offset)];
        for (const length of [1, 12, 90]) {
          const [middle, suffix] = [rest.slice(0, length), rest.slice(length)];
          // At this cursor, a completion sees the document without the middle.
          const input = { repoName: 'some/repo', context: 'interface Far { near: boolean }\n', prefix, suffix };
          const prompt = buildCompletionPrompt(input, format, budget);
          const asked = tokensOf(prompt.parts, tokenizer);
          const { tokens, lossFrom } = buildTrainingSequence({ ...input, middle }, format, budget, tokenizer);
          expect(tokens.slice(0, asked.length)).toEqual(asked);
          expect(lossFrom).toBeGreaterThanOrEqual(asked.length);
          const learned = tokenizer.text(tokens.slice(asked.length));
          expect(learned).toBe(prompt.heal + (middle + prompt.closers.trimEnd()).replaceAll('\r\n', '\n'));
        }
      }
    }
  }, 120_000);

  test('the first token with loss overlaps the middle, and the last is end-of-text', () => {
    const tokenizer = preTokenTokenizer();
    const text = { repoName: '', context: '', prefix: 'function a() {\n  return fo', middle: 'o(1)', suffix: ';\n}\n' };
    const { tokens, lossFrom } = buildTrainingSequence(text, format, budget, tokenizer);
    expect(tokenizer.text(tokens.slice(lossFrom))).toBe(' foo(1);');
    expect(tokens.at(-1)).toBe(SPECIAL.eot);
  });
});

const suffixFirst = formats[0]!;
const at = (marked: string): { repoName: string; context: string; prefix: string; suffix: string } => {
  const [prefix = '', suffix = ''] = marked.split('║');
  return { repoName: '', context: '', prefix, suffix };
};
const textOf = (marked: string, budget = budgetFor(1024), format = suffixFirst): string =>
  buildCompletionPrompt(at(marked), format, budget)
    .parts.map((part) => ('text' in part ? part.text : `<${part.special}>`))
    .join('');

test('closers alone after the cursor are left to the model, so auto-closing keeps the prompt', () => {
  expect(textOf('foo(║)\nbar()\n')).toBe(textOf('foo(║\nbar()\n'));
  expect(buildCompletionPrompt(at("x = {a: [f('║')]};\ny"), suffixFirst, budgetFor(1024)).closers).toBe("')]};");
  expect(textOf('foo(║bar)\n')).toBe('<fimPrefix><fimSuffix>bar)\n<fimMiddle>foo');
});

describe('the middle marker at the line above the cursor', () => {
  const byLine = { order: 'suffix-first-line', repoTokens: false } as const;
  const shown = (marked: string): string => textOf(marked, budgetFor(1024), byLine);

  test.each([
    [
      'one();\n  two();\n  three(a, ║\nfour();\n',
      '<fimSuffix>\nfour();\n<fimPrefix>one();\n<fimMiddle>  two();\n  three(a,',
    ],
    ['one();\n  two();\n\n  ║\n}\n', '<fimSuffix>\n}\n<fimPrefix>one();\n<fimMiddle>  two();\n\n'],
    ['one();\r\ntwo\r\n║\r\n}', '<fimSuffix>\n}<fimPrefix>one();\n<fimMiddle>two'],
    ['first(║', '<fimSuffix><fimPrefix><fimMiddle>first'],
    ['\n\n  first(║', '<fimSuffix><fimPrefix><fimMiddle>\n\n  first'],
  ])('is placed for %j', (marked, expected) => {
    expect(shown(marked)).toBe(expected);
  });

  test('leaves a prompt that only grows while a line is typed', () => {
    const [before, line, behind] = ['const a = 1;\n', '  const total = items.map((item) => item.price);', '\nend();\n'];
    let last = shown(`${before}${line.slice(0, 8)}║${behind}`);
    for (let typed = 9; typed <= line.length; typed++) {
      const now = shown(`${before}${line.slice(0, typed)}║${behind}`);
      expect(now.startsWith(last)).toBe(true);
      last = now;
    }
    expect(last).toContain('<fimMiddle>const a = 1;\n  const total');
  });

  test('is there once for a middle of several lines', () => {
    const text = { ...at('a {\n  if (║\n}\n'), middle: 'x) {\n    y();\n  }' };
    const { head, tail } = layoutTraining(text, byLine, budgetFor(1024));
    expect(head.filter((part) => 'special' in part && part.special === 'fimMiddle')).toHaveLength(1);
    expect(head.slice(-2)).toEqual([{ special: 'fimMiddle' }, { text: 'a {\n  if (' }]);
    expect(tail).toBe('x) {\n    y();\n  }');
  });
});

test('typing only appends: the prompt grows at its end except where the window moves by a block', () => {
  const head = 'const value = compute(first, second);\n'.repeat(300);
  const typed = 'for (const item of collection) {\n  total += item.price * item.count;\n}\n'.repeat(12);
  let moves = 0;
  let before = textOf(`${head}║\n${head}`);
  for (let i = 1; i <= typed.length; i++) {
    const now = textOf(`${head}${typed.slice(0, i)}║\n${head}`);
    const healedAway = 140;
    if (!now.startsWith(before.slice(0, Math.max(0, before.length - healedAway)))) moves++;
    before = now;
  }
  expect(typed.length).toBeGreaterThan(800);
  expect(moves).toBeLessThanOrEqual(Math.ceil(typed.length / 200));
});

test('the prompt fits its budget in real code, and in text of other scripts after windows shrink', () => {
  const tokenizer = preTokenTokenizer();
  const budget = budgetFor(1024);
  for (const text of [source, '日本語のコメント。'.repeat(2000), '1234567890'.repeat(900), '{[(<>)]}'.repeat(900)]) {
    const prefix = text.slice(0, text.length / 2);
    const input = { repoName: '', context: '', prefix, suffix: text.slice(prefix.length) };
    const { parts } = buildCompletionPrompt(input, suffixFirst, budget);
    const estimated = parts.reduce((sum, part) => sum + ('text' in part ? estimateTokens(part.text) : 1), 0);
    expect(estimated).toBeLessThanOrEqual(budget.promptTokens + 3);
    const { tokens, lossFrom } = buildTrainingSequence({ ...input, middle: 'x' }, suffixFirst, budget, tokenizer);
    expect(lossFrom).toBeLessThanOrEqual(budget.promptTokens);
    expect(tokens.length).toBeLessThanOrEqual(1024);
  }
});

test('windows never split a character and never start with half a line break', () => {
  const unit = fc.constantFrom('🙂', 'a', '\r\n', '日', ' ');
  fc.assert(
    fc.property(fc.array(unit, { minLength: 400, maxLength: 900 }), fc.nat(300), (units, cut) => {
      const input = {
        repoName: '',
        context: '',
        prefix: units.slice(0, cut).join(''),
        suffix: units.slice(cut).join(''),
      };
      const { parts, heal } = buildCompletionPrompt(input, suffixFirst, {
        promptTokens: 80,
        middleTokens: 16,
        contextShare: 0.2,
        suffixShare: 0.3,
      });
      for (const text of [...parts.flatMap((part) => ('text' in part ? [part.text] : [])), heal]) {
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toMatch(/^\r\n/);
      }
    }),
    { numRuns: 100 },
  );
});

test('a middle longer than the budget is cut and does not teach an early end', () => {
  const tokenizer = preTokenTokenizer();
  const text = { repoName: '', context: '', prefix: 'x\n', middle: 'word '.repeat(500), suffix: '\n' };
  const { tokens, lossFrom } = buildTrainingSequence(text, suffixFirst, budgetFor(1024), tokenizer);
  expect(tokens.length - lossFrom).toBe(128);
  expect(tokens).not.toContain(SPECIAL.eot);
});

test.each([16, 60, 400])(
  'the line that names the file follows the context, whole and within %i tokens',
  (promptTokens) => {
    const name = '// src/a.ts\n';
    const input = {
      repoName: '',
      context: '// other.ts\nconst far = 1;\n'.repeat(40),
      name,
      prefix: 'x = 1;\n',
      suffix: '',
    };
    const { parts } = buildCompletionPrompt(
      input,
      { order: 'suffix-first', repoTokens: false },
      { ...budgetFor(1024), promptTokens },
    );
    const before = parts.findIndex((part) => 'special' in part);
    const text = parts
      .slice(0, before)
      .map((part) => ('text' in part ? part.text : ''))
      .join('');
    expect(text.endsWith(name)).toBe(true);
    expect(estimateTokens(text)).toBeLessThanOrEqual(Math.max(promptTokens, 16));
  },
);

test('repository name and context come first in the prompt', () => {
  const input = { repoName: 'owner/name', context: 'class A\n', prefix: 'x = ', suffix: '\n' };
  const { head } = layoutTraining(
    { ...input, middle: '1' },
    { order: 'suffix-first', repoTokens: true },
    budgetFor(1024),
  );
  expect(head.slice(0, 4)).toEqual([
    { special: 'repoName' },
    { text: 'owner/name\n' },
    { special: 'fileSep' },
    { text: 'class A\n' },
  ]);
});

test.each([
  ['suffix-first-line', 'qwen2', 'suffix-first-line', false],
  ['suffix-first-line', 'llama', 'suffix-first-line', false],
  [null, 'qwen2', 'suffix-first', true],
  [null, 'llama', 'prefix-first', true],
] as const)(
  'a GGUF that names the order %s, of architecture %s, is prompted %s',
  (promptOrder, architecture, order, repoTokens) => {
    const model = { promptOrder, architecture, special: { repoName: 1, fileSep: 2 } };
    expect(formatOf(model)).toEqual({ order, repoTokens });
    expect(formatOf({ ...model, special: {} })).toEqual({ order, repoTokens: false });
    expect(publishedFormatOf(model)).toEqual({ order: promptOrder ?? 'prefix-first', repoTokens });
  },
);

test('a merged model is prompted with the layout that its adapter has learned, as far as it has the tokens', () => {
  const model = { promptOrder: null, architecture: 'qwen2', special: { repoName: 1, fileSep: 2 } };
  const prompt = { order: 'prefix-first', repoTokens: true } as const;
  const merged = { ...model, promptMark: promptMark(prompt) };
  expect(formatOf(merged)).toEqual(prompt);
  expect(publishedFormatOf(merged)).toEqual(prompt);
  expect(formatOf({ ...merged, promptOrder: 'suffix-first-line' })).toEqual(prompt);
  expect(formatOf({ ...merged, special: {} })).toEqual({ ...prompt, repoTokens: false });
  for (const damaged of ['', '{', '{"order":"backwards","repoTokens":true}'])
    expect(formatOf({ ...model, promptMark: damaged })).toEqual(formatOf(model));
});

test('an adapter keeps the layout that it has learned, whatever its base is prompted with by now', () => {
  const model = { promptOrder: null, architecture: 'qwen2', special: {} };
  const prompt = { order: 'prefix-first', repoTokens: true } as const;
  expect(formatFor(model, { prompt })).toEqual(prompt);
  expect(formatFor(model, {})).toEqual(formatOf(model));
  expect(formatFor(model, null)).toEqual(formatOf(model));
});

test('a model without fill-in-the-middle tokens is rejected, and the missing token named', () => {
  const tokenizer: Tokenizer = { tokenize: (texts) => texts.map(() => [9]), special: { eot: 0 } };
  expect(() => buildTrainingSequence({ ...at('a║b'), middle: 'c' }, suffixFirst, budgetFor(1024), tokenizer)).toThrow(
    /no fimPrefix token/,
  );
});

test('training sequences built in a batch equal those built one by one', async () => {
  const tokenizer = preTokenTokenizer();
  const texts = ['1234567890'.repeat(300), source, 'short\n'].flatMap((text) =>
    Array.from({ length: 60 }, (_, i) => {
      const offset = Math.floor((text.length * i) / 60);
      const rest = text.slice(offset);
      return {
        repoName: '',
        context: '',
        prefix: text.slice(0, offset),
        middle: rest.slice(0, 20),
        suffix: rest.slice(20),
      };
    }),
  );
  const remote = { special: SPECIAL, tokenize: async (list: readonly string[]) => tokenizer.tokenize(list) };
  const batch = await buildTrainingSequences(texts, suffixFirst, budgetFor(512), remote);
  expect(batch).toEqual(texts.map((text) => buildTrainingSequence(text, suffixFirst, budgetFor(512), tokenizer)));
});
