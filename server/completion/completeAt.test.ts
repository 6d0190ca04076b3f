import { describe, expect, it } from 'vitest';
import type { CompleteRequest, CompletionEngine, ModelInfo } from '../engine/types.ts';
import { completePlace } from '../evaluation/places.ts';
import type { Pair } from '../mining/types.ts';
import { completeAt, type Limits, offerAt, offersAt } from './completeAt.ts';
import type { Generation } from './generate.ts';
import { inked } from './writtenTokens.ts';

const SURE = -0.1;
const UNSURE = -2;

/** A document with the cursor at ║. */
function at(marked: string) {
  const offset = marked.indexOf('║');
  return { text: marked.replace('║', ''), offset, languageId: 'plaintext', repoName: '', context: '' };
}

/** Scripted candidates, and the requests made for them. */
function written(...texts: [text: string, confidence: number][]) {
  const asked: Limits[] = [];
  const generating = async (candidate: number, limits: Limits): Promise<Generation | null> => {
    asked.push(limits);
    const one = texts[candidate];
    if (one === undefined) return null;
    const usage = { shortened: false, promptTokens: 1, evaluatedTokens: 1, generatedTokens: 1, ms: 1 };
    const [text, logProbability] = one;
    const tokens = [{ logProbability, end: inked(text) }];
    return { text, shape: 'line', cutOff: false, late: false, writer: 'base', tokens, usage };
  };
  return { asked, generating };
}

const typing = { invoked: false, maxTokens: 96 };
const invoked = { invoked: true, maxTokens: 96 };

describe('completion while typing', () => {
  it('offers the best candidate within a deadline', async () => {
    const { asked, generating } = written(['value', SURE], ['other', SURE]);
    expect(await offerAt(at('x = ║\n'), typing, generating)).toMatchObject({ kind: 'suggestion', text: 'value' });
    expect(asked).toEqual([{ maxTokens: 96, deadlineMs: 3000 }]);
  });

  it('offers nothing below the required confidence and requests no second candidate', async () => {
    const { asked, generating } = written(['value', UNSURE], ['other', SURE]);
    expect(await offerAt(at('x = ║\n'), typing, generating)).toMatchObject({ reason: 'not likely enough to be right' });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['a negative lean drops it', -1, 'not likely enough to be right'],
    ['a neutral lean offers it', 0, undefined],
    ['a positive lean offers it', 1, undefined],
  ])('weighs a suggestion by the lean learned from the person: %s', async (_, base, reason) => {
    const { generating } = written(['value', -0.45]);
    const outcome = await offerAt(at('x = ║\n'), { ...typing, leans: { base, adapter: -1 } }, generating);
    expect(outcome.kind === 'none' ? outcome.reason : undefined).toBe(reason);
  });

  it.each([
    ['a word', 'x = va║lue\n'],
    ['a letter with a combining accent', 'x = re║\u0301sume\n'],
    ['a syllable with its vowel sign', 'मूल║्य = 1\n'],
    ['a word with a zero-width non-joiner', 'x = می║\u200cخواهم\n'],
    ['an emoji joined of several', '// 👩║\u200d💻 and 👍\n'],
    ['an emoji with a skin tone', '// 👍║🏽\n'],
    ['a symbol with a variation selector', '// ❤║\ufe0f\n'],
  ])('requests nothing inside %s', async (_, marked) => {
    const { asked, generating } = written(['value', SURE]);
    expect(await offerAt(at(marked), typing, generating)).toMatchObject({ reason: 'inside a word' });
    expect(asked).toEqual([]);
  });
});

describe('completion by command', () => {
  it('offers a less confident suggestion and sets no deadline', async () => {
    const { asked, generating } = written(['value', UNSURE]);
    expect(await offerAt(at('x = ║\n'), invoked, generating)).toMatchObject({ text: 'value' });
    expect(asked).toEqual([{ maxTokens: 96 }]);
  });

  it('offers the next candidate when the best one is empty', async () => {
    const { generating } = written(['', SURE], ['other', SURE]);
    expect(await offerAt(at('x = ║\n'), invoked, generating)).toMatchObject({ text: 'other' });
  });

  it('offers only distinct candidates to choose from', async () => {
    const { generating } = written(['one', SURE], ['one ', SURE], ['two', SURE], ['three', SURE]);
    expect((await offersAt(at('x = ║\n'), invoked, generating)).map(({ text }) => text)).toEqual(['one', 'two']);
  });
});

it('a cancelled generation cancels the completion', async () => {
  expect(await offerAt(at('x = ║\n'), invoked, written().generating)).toEqual({ kind: 'cancelled' });
});

/** An engine that always writes the same text, and records its requests. */
function sayingEngine(text: string, confidence: number) {
  const requests: CompleteRequest[] = [];
  const engine = {
    complete: async (request: CompleteRequest) => {
      requests.push(request);
      const tokens = { logProbabilities: [confidence], ends: [Buffer.byteLength(text)], generatedTokens: 1 };
      return { text, stopReason: 'end-of-text', ...tokens, cpuMs: 0 };
    },
  } as unknown as CompletionEngine;
  const model = { contextLength: 1024, promptOrder: 'suffix-first', special: {} } as unknown as ModelInfo;
  return { requests, serving: { engine, model, adapter: null } };
}

it('an adapter is asked with the layout of prompts that it has learned', async () => {
  const { serving, requests } = sayingEngine('one()', SURE);
  const prompt = { order: 'prefix-first', repoTokens: false } as const;
  const adapter = { id: 'a', path: '', scale: 1 };
  for (const one of [null, adapter, { ...adapter, prompt }])
    await completeAt(at('x = ║ + 1\n'), { ...serving, adapter: one }, invoked);
  const endsWithPrefix = requests.map(({ prompt }) => 'text' in prompt.at(-1)!);
  expect(endsWithPrefix).toEqual([true, true, false]);
});

it.each(['\n', '\r\n'])('suggestions use the document’s line break %j whatever the model writes', async (lineBreak) => {
  const marked = 'function f() {\n    ║\n}\n'.replaceAll('\n', lineBreak);
  for (const written of ['\n', '\r\n', '\r']) {
    const { serving } = sayingEngine(['one();', '    two();', ''].join(written), SURE);
    const shown = await completeAt(at(marked), serving, { ...invoked, everything: true });
    expect(shown).toMatchObject({ text: `one();${lineBreak}    two();` });
    const line = await completeAt(at('x = ║ + 1\n'.replaceAll('\n', lineBreak)), serving, invoked);
    expect(line).toMatchObject({ text: 'one();' });
  }
});

it.each([
  ['on an indented line', 'function f() {\n    ║\n}\n', 32],
  ['behind code, where blanks align a comment', 'a = b;║\n', 64],
])(
  'a model that writes nothing but blanks %s is not waited for longer than it takes to tell',
  async (_, marked, expected) => {
    let written = '';
    const complete = async (_request: CompleteRequest, signal?: AbortSignal, onText?: (text: string) => void) => {
      while (written.length < 64 && !signal?.aborted) {
        written += ' ';
        onText?.(written);
      }
      const stopReason = signal?.aborted ? 'cancelled' : 'max-tokens';
      const tokens = { logProbabilities: [SURE], ends: [written.length], generatedTokens: 1 };
      return { text: written, stopReason, ...tokens, cpuMs: 0 };
    };
    const { serving } = sayingEngine('', SURE);
    const engine = { complete } as unknown as CompletionEngine;
    const outcome = await completeAt(at(marked), { ...serving, engine }, typing);
    expect(outcome).toMatchObject({ kind: 'none', reason: 'nothing but blanks' });
    expect(written).toHaveLength(expected);
  },
);

it('evaluation with short windows sends prompts about half as long', async () => {
  const { requests, serving } = sayingEngine('value', SURE);
  const prefix = Array.from({ length: 400 }, (_, i) => `call${i}();\n`).join('');
  const pair = { path: 'a.txt', prefix, middle: 'value', suffix: '\n', context: '' } as Pair;
  await completePlace(pair, serving, '', null, 'long');
  await completePlace(pair, serving, '', null, 'short');
  const [long = 0, short = 0] = requests.map(({ prompt }) => JSON.stringify(prompt).length);
  expect(short / long).toBeGreaterThan(0.3);
  expect(short / long).toBeLessThan(0.6);
});

it.each<[string, string, number]>([
  ['sure', 'value', SURE],
  ['unsure', '', UNSURE],
])('evaluation offers exactly what typing shows when the model is %s', async (_, text, confidence) => {
  const { requests, serving } = sayingEngine('value', confidence);
  const pair = { path: 'a.txt', prefix: 'x = ', middle: 'value', suffix: '\n', context: '' } as Pair;
  expect(await completePlace(pair, serving, '', null)).toMatchObject({
    text,
    verdict: text === '' ? null : { exact: true },
  });
  const shown = await completeAt(at('x = ║\n'), serving, typing);
  expect(shown.kind === 'suggestion' ? shown.text : '').toBe(text);
  // The same request in every setting but one: the machine's speed says nothing about a model's quality.
  const [measured, typed] = requests;
  const { deadlineMs, ...others } = typed!;
  expect(deadlineMs).toBe(3000);
  expect(measured).toEqual(others);
});
