import { beforeEach, describe, expect, test } from 'vitest';
import { EngineError } from '../engine/errors.ts';
import { nothing } from '../engine/requests.ts';
import type { CompleteRequest, CompleteResult, CompletionEngine, ModelInfo } from '../engine/types.ts';
import { servedBudget } from '../prompt/index.ts';
import type { Serving } from './generate.ts';
import { inputAt, promptsFor } from './prompts.ts';
import { Reader } from './reader.ts';

interface Reading {
  readonly request: CompleteRequest;
  readonly signal: AbortSignal;
  /** `prompt`: which one it read; by default the shortest. */
  finish(prompt?: number): void;
}

let readings: Reading[];
let welcome: boolean;
let now: number;
let reader: Reader;
const model = {
  contextLength: 32_768,
  special: { fimPrefix: 1, fimSuffix: 2, fimMiddle: 3, eot: 0 },
  architecture: 'llama',
  promptOrder: null,
} as unknown as ModelInfo;
const engine = {
  complete: (request: CompleteRequest, signal: AbortSignal) =>
    new Promise<CompleteResult>((resolve) => {
      const finish = (prompt = request.shorter?.length ?? 0): void =>
        resolve({ ...nothing('cancelled'), prompt, stopReason: 'max-tokens' });
      signal.addEventListener('abort', () => resolve(nothing('cancelled')));
      readings.push({ request, signal, finish });
    }),
} as unknown as CompletionEngine;
const serving: Serving = { engine, model, adapter: null };
const text = 'const value = compute(1);\n'.repeat(600);
const target = { text, offset: text.length / 2, languageId: 'typescript', repoName: '', context: '' };

beforeEach(() => {
  readings = [];
  welcome = true;
  now = 100_000;
  reader = new Reader({
    isWelcome: () => welcome,
    nowMs: () => now,
    onError: (error) => {
      throw error;
    },
  });
});

async function reading(number: number): Promise<Reading> {
  while (readings.length < number) await new Promise((resolve) => setImmediate(resolve));
  return readings[number - 1]!;
}
const size = ({ request: { prompt, shorter = [] } }: Reading): number =>
  JSON.stringify(shorter.at(-1) ?? prompt).length;

test('the text around a place is read in ever longer prompts that generate no tokens', async () => {
  reader.want(target, serving, 150);
  const done = reader.goOn();
  (await reading(1)).finish();
  (await reading(2)).finish();
  (await reading(3)).finish();
  await done;
  expect(readings.map(size)).toEqual(readings.map(size).toSorted((a, b) => a - b));
  expect(readings.every(({ request }) => request.maxTokens === 0)).toBe(true);
  await reader.goOn();
  expect(readings).toHaveLength(3);
});

test('a key stops the reading, which goes on after the answer until it is forgotten', async () => {
  reader.want(target, serving, 150);
  const done = reader.goOn();
  await reading(1);
  reader.stop();
  await done;
  expect(readings[0]!.signal.aborted).toBe(true);
  expect(readings).toHaveLength(1);
  void reader.goOn();
  expect(size(await reading(2))).toBe(size(readings[0]!));
  reader.forget();
  await reader.goOn();
  expect(readings).toHaveLength(2);
});

test('nothing is read while background reading is not welcome', async () => {
  welcome = false;
  reader.want(target, serving, 150);
  await reader.goOn();
  expect(readings).toHaveLength(0);
});

test('a reading ends before its next step where it is no longer welcome, and goes on when it is', async () => {
  reader.want(target, serving, 150);
  const done = reader.goOn();
  const first = await reading(1);
  welcome = false;
  first.finish();
  await done;
  expect(readings).toHaveLength(1);
  welcome = true;
  void reader.goOn();
  expect(size(await reading(2))).toBe(size(first));
});

test('an opened file is read up to the cursor, without a suffix', async () => {
  const done = reader.opened({ ...target, offset: text.length }, serving, 150);
  const { request, finish } = await reading(1);
  const specials = request.prompt.flatMap((part) => ('special' in part ? [part.special] : []));
  expect(specials).toEqual(['fimPrefix']);
  expect(JSON.stringify(request.prompt)).toContain('compute(1)');
  finish();
  await done;
});

test('of a long file just opened, it is the beginning that is read', async () => {
  const numbered = Array.from({ length: 600 }, (_, i) => `const value${i} = compute(${i});\n`).join('');
  void reader.opened({ ...target, text: numbered, offset: numbered.length }, serving, 150);
  const { prompt } = (await reading(1)).request;
  const told = prompt.flatMap((part) => ('text' in part ? [part.text] : [])).join('');
  expect(numbered.startsWith(told)).toBe(true);
  expect(told.length).toBeGreaterThan(3000);
});

test.each([
  ['just after typing elsewhere', () => reader.stop(), serving],
  [
    'with a model that reads the suffix first',
    () => {},
    { ...serving, model: { ...model, promptOrder: 'suffix-first' } as ModelInfo },
  ],
])('an opened file is not read %s', async (_, before, using) => {
  before();
  await reader.opened({ ...target, offset: text.length }, using, 150);
  expect(readings).toHaveLength(0);
});

describe('where the cursor rests', () => {
  test('the text around it is read, first what a key would be answered from, and then more', async () => {
    const done = reader.rested(target, serving, 150);
    for (const number of [1, 2, 3, 4]) (await reading(number)).finish();
    await done;
    expect(readings.map(size)).toEqual(readings.map(size).toSorted((a, b) => a - b));
    expect(readings.every(({ request }) => request.maxTokens === 0)).toBe(true);
  });

  test('where a key would be answered from the longest prompt, nothing shorter takes its room', async () => {
    const done = reader.rested(target, serving, 150);
    const first = await reading(1);
    expect(first.request).toMatchObject({ freshTokens: 150, maxTokens: 0 });
    first.finish(0);
    await done;
    expect(readings).toHaveLength(1);
  });

  test('only what is longer than that is read after it', async () => {
    const done = reader.rested(target, serving, 150);
    const first = await reading(1);
    first.finish(1);
    (await reading(2)).finish();
    await done;
    expect(readings.map(({ request }) => request.prompt)).toEqual([first.request.prompt, first.request.prompt]);
    expect(readings[1]!.request.shorter).toBeUndefined();
  });

  test('a prompt is read that the next key goes on from', async () => {
    const suffixFirst = { ...serving, model: { ...model, promptOrder: 'suffix-first' } as ModelInfo };
    void reader.rested(target, suffixFirst, 150);
    const prompt = (await reading(1)).request.shorter!.at(-1)!;
    const typed = { ...inputAt(target), prefix: `${inputAt(target).prefix}x` };
    const budget = await servedBudget(suffixFirst);
    const [after] = promptsFor(typed, { order: 'suffix-first', repoTokens: false }, budget, 150).slice(-1);
    const joined = (parts: CompleteRequest['prompt']): string =>
      parts.map((part) => ('text' in part ? part.text : `<${part.special}>`)).join('');
    expect(joined(after!.parts).startsWith(joined(prompt))).toBe(true);
  });

  test('nothing is read that there would be time for, nor just after a key', async () => {
    await reader.rested(target, serving, 1e6);
    expect(readings).toHaveLength(0);
    reader.stop();
    await reader.rested(target, serving, 150);
    expect(readings).toHaveLength(0);
    now += 3000;
    void reader.rested(target, serving, 150);
    await reading(1);
  });

  test('a key ends it for good: the answer says what is left to read there', async () => {
    const done = reader.rested(target, serving, 150);
    await reading(1);
    reader.stop();
    await done;
    await reader.goOn();
    expect(readings).toHaveLength(1);
  });

  test('in a file just opened, its beginning is read after that, wherever the cursor goes', async () => {
    const isBeginning = ({ request: { prompt } }: Reading): boolean =>
      prompt.every((part) => 'text' in part || part.special !== 'fimSuffix');
    void reader.opened({ ...target, offset: text.length }, serving, 150);
    expect(isBeginning(await reading(1))).toBe(true);
    void reader.rested(target, serving, 150);
    expect(isBeginning(await reading(2))).toBe(false);
    const last = reader.rested({ ...target, offset: 26 }, serving, 150);
    (await reading(3)).finish(0);
    const again = await reading(4);
    expect(isBeginning(again)).toBe(true);
    again.finish();
    await last;
    await reader.rested(target, serving, 1e6);
    expect(readings).toHaveLength(4);
  });

  test('it goes on elsewhere when the cursor does', async () => {
    const first = reader.rested(target, serving, 150);
    await reading(1);
    void reader.rested({ ...target, text: `// elsewhere\n${text}`, offset: 13 }, serving, 150);
    await first;
    expect(readings[0]!.signal.aborted).toBe(true);
    expect(JSON.stringify((await reading(2)).request.prompt)).toContain('elsewhere');
  });
});

describe('an adapter is made ready where nothing is to be read ahead', () => {
  const adapted: Serving = { ...serving, adapter: { id: 'one', path: '/one.gguf', scale: 1 } as Serving['adapter'] };

  test('once, by the shortest request, where the cursor rests', async () => {
    const done = reader.rested(target, adapted, 1e6);
    const first = await reading(1);
    expect(first.request).toMatchObject({ adapter: { id: 'one' }, maxTokens: 0, prompt: [{ text: '\n' }] });
    first.finish();
    await done;
    await reader.rested(target, adapted, 1e6);
    expect(readings).toHaveLength(1);
    void reader.rested(target, { ...adapted, adapter: { ...adapted.adapter!, id: 'two' } }, 1e6);
    expect((await reading(2)).request.adapter?.id).toBe('two');
  });

  test.each([
    ['of which all can be read in time', model],
    ['for a model that reads the suffix first', { ...model, promptOrder: 'suffix-first' } as ModelInfo],
  ])('when a file is opened %s', async (_, using) => {
    const freshTokens = using === model ? 1e6 : 150;
    void reader.opened({ ...target, offset: text.length }, { ...adapted, model: using }, freshTokens);
    expect((await reading(1)).request.prompt).toEqual([{ text: '\n' }]);
  });

  test('again where it was cancelled, which may have been before the engine came to it', async () => {
    const cancelled = reader.rested(target, adapted, 1e6);
    await reading(1);
    reader.forget();
    await cancelled;
    now += 3000;
    void reader.rested(target, adapted, 1e6);
    expect((await reading(2)).request.adapter?.id).toBe('one');
  });

  test('not after a request has been made with it, nor while nothing is welcome', async () => {
    welcome = false;
    await reader.rested(target, adapted, 1e6);
    welcome = true;
    reader.asked(adapted);
    await reader.rested(target, adapted, 1e6);
    expect(readings).toHaveLength(0);
  });
});

test('an engine closed after a key is no error, one that fails while reading is reported', async () => {
  const said: unknown[] = [];
  const failing = new Reader({ isWelcome: () => true, nowMs: () => now, onError: (error) => said.push(error) });
  const asked: ((error: Error) => void)[] = [];
  const broken = { complete: () => new Promise((_, reject) => asked.push(reject)) } as unknown as CompletionEngine;
  const called = async (calls: number): Promise<void> => {
    while (asked.length < calls) await new Promise((resolve) => setImmediate(resolve));
  };
  const fails = async (call: number, error: Error): Promise<void> => {
    await called(call);
    asked[call - 1]!(error);
  };
  failing.want(target, { ...serving, engine: broken }, 150);
  const first = failing.goOn();
  await called(1);
  failing.stop();
  await fails(1, new Error('closed'));
  await first;
  expect(said).toEqual([]);
  const second = failing.goOn();
  await fails(2, new Error('lost'));
  await second;
  expect(said).toEqual([new Error('lost')]);
});

test('what was to be read is dropped without an error once its engine was closed, as by choosing another base', async () => {
  const closed = {
    complete: () => Promise.reject(new EngineError('closed', 'The engine was closed.')),
  } as unknown as CompletionEngine;
  reader.want(target, { ...serving, engine: closed }, 150);
  await reader.goOn();
  await reader.goOn();
  expect(readings).toHaveLength(0);
});
