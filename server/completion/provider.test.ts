import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSettings } from '../common/settings.ts';
import { Turns } from '../engine/turns.ts';
import type { AdapterRef, CompleteRequest, CompleteResult, CompletionEngine, ModelInfo } from '../engine/types.ts';
import { Debounce } from './debounce.ts';
import { EngineHost } from './host.ts';
import type { Paces } from './pace.ts';
import { CompletionProvider, type ProviderRequest } from './provider.ts';
import { NO_LEANS } from './statistics/lean.ts';

const model: ModelInfo = {
  path: 'm.gguf',
  architecture: 'llama',
  name: 'm',
  sizeBytes: 1,
  parameters: 1,
  contextLength: 1024,
  vocabularySize: 10,
  weightType: 'F16',
  special: { fimPrefix: 1, fimSuffix: 2, fimMiddle: 3, eot: 0 },
  promptOrder: 'suffix-first',
};

interface Call {
  readonly request: CompleteRequest;
  readonly signal: AbortSignal | undefined;
  readonly adapter: AdapterRef | null;
  /** Text written so far. */
  write(text: string): void;
  finish(text: string, stopReason?: CompleteResult['stopReason']): void;
}

/** An engine whose answers the test writes. */
class ScriptedEngine implements CompletionEngine {
  readonly calls: Call[] = [];
  async load(): Promise<ModelInfo> {
    return model;
  }
  async tokenize(texts: readonly string[]): Promise<number[][]> {
    return texts.map(() => []);
  }
  complete(request: CompleteRequest, signal?: AbortSignal, onText?: (text: string) => void): Promise<CompleteResult> {
    if (failing !== null) return Promise.reject(failing);
    return new Promise((resolve) => {
      const end = (text: string, stopReason: CompleteResult['stopReason']): void =>
        resolve({
          text,
          stopReason,
          generatedTokens: 1,
          logProbabilities: [-0.1],
          prompt: readPrompt,
          promptTokens: 9,
          evaluatedTokens: 3,
          passes: 1,
          promptMs: 1,
          generateMs: 1,
          cpuMs: 5,
        });
      signal?.addEventListener('abort', () => end('', 'cancelled'));
      this.calls.push({
        request,
        signal,
        adapter: request.adapter,
        write: (text) => onText?.(text),
        finish: (text, stopReason = 'end-of-text') => end(text, stopReason),
      });
    });
  }
  async score(): Promise<never[]> {
    return [];
  }
  async dispose(): Promise<void> {}
}

let engine: ScriptedEngine;
let created: number;
let adapter: AdapterRef | null;
let document: string;
let provider: CompletionProvider;
let settings = readSettings({}).settings;
let paces: Paces;
/** Index of the prompt that the engine had time for. */
let readPrompt: number;
let readMs: number;
let engineMs: number;
let cpuMs: number;
/** The engine's error; null while it answers. */
let failing: Error | null;
let errors: unknown[];

beforeEach(() => {
  engine = new ScriptedEngine();
  created = 0;
  readMs = 0.01;
  readPrompt = 0;
  paces = { of: async () => ({ readMs, writeMs: 0.1 }), learn: async () => {} } as unknown as Paces;
  adapter = null;
  document = '';
  engineMs = 0;
  cpuMs = 0;
  failing = null;
  errors = [];
  settings = readSettings({ completions: { debounceMs: 0, lookAhead: true } }).settings;
  const debounce = new Debounce({ mostMs: 0 });
  const host = new EngineHost({
    createEngine: () => {
      created++;
      return engine;
    },
    contextTokens: async () => 1024,
    onStatus: () => {},
    nowMs: () => performance.now(),
  });
  provider = new CompletionProvider({
    host,
    debounce,
    turns: new Turns(),
    paces,
    leans: () => NO_LEANS,
    settings: () => settings,
    modelPath: () => 'm.gguf',
    place: async () => ({ repoName: '', adapter }),
    disabled: () => (settings.completions.enabled ? null : 'completions are off'),
    otherFiles: () => ({ context: '', similar: '' }),
    wait: async () => {},
    nowMs: () => performance.now(),
    onBattery: () => false,
    documentChanged: ({ text }) => text !== document,
    onEngineTime: (ms) => {
      engineMs += ms;
    },
    onCpuTime: (ms) => {
      cpuMs += ms;
    },
    onError: (error) => errors.push(error),
  });
});

afterEach(() => expect(errors).toEqual([]));

/** A request at ║; the text becomes the document. */
function at(marked: string, invoked = false): ProviderRequest {
  const offset = marked.indexOf('║');
  document = marked.replace('║', '');
  return { uri: 'file:///a.txt', text: document, offset, languageId: 'plaintext', invoked };
}

async function calls(count: number): Promise<Call[]> {
  while (engine.calls.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
  return engine.calls;
}

async function joined(): Promise<void> {
  while (provider.counters.joined === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

const never = (): AbortSignal => new AbortController().signal;

describe('on a machine that is too slow for the whole prompt', () => {
  const text = `${'let value = compute(1);\n'.repeat(200)}x = ║\n`;

  test('an answer comes from a shorter prompt, and the rest is read while idle', async () => {
    readMs = 10;
    readPrompt = 1;
    const asked = provider.provide(at(text), never());
    const [first] = await calls(1);
    expect(first!.request.freshTokens).toBe(129);
    expect(first!.request.shorter!.length).toBeGreaterThan(0);
    first!.finish('42');
    expect(await asked).toMatchObject({ kind: 'suggestion', text: '42' });
    const [, reading] = await calls(2);
    expect(reading!.request.maxTokens).toBe(0);
    const next = provider.provide(at(text.replace('x = ', 'xyz = ')), never());
    const third = (await calls(3))[2]!;
    expect(reading!.signal!.aborted).toBe(true);
    expect(third.request.maxTokens).toBeGreaterThan(0);
    third.finish('43');
    await next;
    provider.cancel();
  });

  test('an answer from the whole prompt needs no further reading', async () => {
    readMs = 10;
    const asked = provider.provide(at(text), never());
    (await calls(1))[0]!.finish('42');
    await asked;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(engine.calls).toHaveLength(1);
  });

  test('a request by command is answered from a longer prompt', async () => {
    readMs = 10;
    const asked = provider.provide(at(text, true), never());
    const [call] = await calls(1);
    expect(call!.request.freshTokens).toBe(387);
    call!.finish('42');
    await asked;
  });
});

describe('requests', () => {
  test('the newest request wins and stops the older one in the engine', async () => {
    const first = provider.provide(at('x = ║\n'), never());
    const [one] = await calls(1);
    const second = provider.provide(at('other = ║\n'), never());
    const [, two] = await calls(2);
    expect(one!.signal?.aborted).toBe(true);
    expect(await first).toEqual({ kind: 'cancelled' });
    two!.finish('value');
    expect(await second).toMatchObject({ kind: 'suggestion', text: 'value' });
  });

  test('CPU time includes cancelled requests, engine time only answered ones', async () => {
    const first = provider.provide(at('x = ║\n'), never());
    await calls(1);
    const second = provider.provide(at('other = ║\n'), never());
    (await calls(2))[1]!.finish('value');
    await Promise.all([first, second]);
    expect([cpuMs, engineMs]).toEqual([10, 2]);
  });

  test('a cancel without an edit stops the engine at once', async () => {
    const abort = new AbortController();
    const asked = provider.provide(at('x = ║\n'), abort.signal);
    const [one] = await calls(1);
    abort.abort();
    expect(await asked).toEqual({ kind: 'cancelled' });
    expect(one!.signal?.aborted).toBe(true);
  });

  test('a running generation serves the next request when the typed text agrees', async () => {
    const abort = new AbortController();
    const first = provider.provide(at('x = ║\n'), abort.signal);
    const [one] = await calls(1);
    one!.write('va');
    const typedOn = at('x = v║\n');
    abort.abort();
    await first;
    const second = provider.provide(typedOn, never());
    one!.write('value');
    one!.finish('value(1)');
    expect(await second).toMatchObject({ kind: 'suggestion', text: 'alue(1)' });
    expect(engine.calls).toHaveLength(1);
  });

  test('a running generation is stopped for a new one when the typed text disagrees', async () => {
    const abort = new AbortController();
    void provider.provide(at('x = ║\n'), abort.signal);
    const [one] = await calls(1);
    one!.write('va');
    const typedOn = at('x = w║\n');
    abort.abort();
    const second = provider.provide(typedOn, never());
    const [, two] = await calls(2);
    expect(one!.signal?.aborted).toBe(true);
    two!.finish('idth');
    expect(await second).toMatchObject({ text: 'idth' });
  });

  test('a generation that was joined before its first word is stopped once it writes something else', async () => {
    const abort = new AbortController();
    const first = provider.provide(at('x = ║\n'), abort.signal);
    const [one] = await calls(1);
    const typedOn = at('x = wi║\n');
    abort.abort();
    await first;
    const second = provider.provide(typedOn, never());
    await joined();
    one!.write('w');
    expect(one!.signal?.aborted).toBe(false);
    one!.write('wa');
    expect(one!.signal?.aborted).toBe(true);
    (await calls(2))[1]!.finish('dth');
    expect(await second).toMatchObject({ text: 'dth' });
  });

  test.each([
    ['running', false],
    ['joined', true],
  ])('a %s generation whose adapter is replaced meanwhile is asked for again with the new one', async (_, joins) => {
    const abort = new AbortController();
    const first = provider.provide(at('x = ║\n'), abort.signal);
    await calls(1);
    let asked = first;
    if (joins) {
      const typedOn = at('x = v║\n');
      abort.abort();
      await first;
      asked = provider.provide(typedOn, never());
      await joined();
    }
    adapter = { id: 'tuned-1', path: 'a.gguf', scale: 1 };
    provider.forget();
    const [old, renewed] = await calls(2);
    expect(old!.signal?.aborted).toBe(true);
    expect(renewed!.adapter).toEqual(adapter);
    renewed!.finish('alue');
    expect(await asked).toMatchObject({ text: 'alue' });
  });

  test('a request is not repeated once the provider is told to stop', async () => {
    const asked = provider.provide(at('x = ║\n'), never());
    await calls(1);
    provider.cancel();
    expect(await asked).toEqual({ kind: 'cancelled' });
    expect(engine.calls).toHaveLength(1);
  });

  test('the engine is not started while completions are off', async () => {
    settings = readSettings({ completions: { enabled: false } }).settings;
    expect(await provider.provide(at('x = ║\n'), never())).toMatchObject({ kind: 'none' });
    expect(created).toBe(0);
  });
});

describe('remembered answers', () => {
  test('typing through a suggestion sends no further request', async () => {
    const first = provider.provide(at('x = ║\n'), never());
    (await calls(1))[0]!.finish('value(1)');
    await first;
    expect(await provider.provide(at('x = val║\n'), never())).toMatchObject({ text: 'ue(1)' });
    expect(engine.calls).toHaveLength(1);
  });

  test('an empty answer that hit the deadline is requested again', async () => {
    const first = provider.provide(at('x = ║\n'), never());
    (await calls(1))[0]!.finish('', 'deadline');
    expect(await first).toMatchObject({ kind: 'none' });
    const second = provider.provide(at('x = ║\n'), never());
    (await calls(2))[1]!.finish('value');
    expect(await second).toMatchObject({ text: 'value' });
  });

  test('a partial answer that hit the deadline serves further typing, but not a request by command', async () => {
    const first = provider.provide(at('x = ║\n'), never());
    (await calls(1))[0]!.finish('value(', 'deadline');
    await first;
    expect(await provider.provide(at('x = val║\n'), never())).toMatchObject({ text: 'ue(' });
    expect(engine.calls).toHaveLength(1);
    const asked = provider.candidates(at('x = ║\n', true), never());
    for (const [i, text] of ['value(1)', 'other', 'third'].entries()) (await calls(i + 2))[i + 1]!.finish(text);
    expect((await asked).map(({ text }) => text)).toEqual(['value(1)', 'other', 'third']);
  });

  test('an answer written with one adapter is not served for another', async () => {
    const first = provider.provide(at('x = ║\n'), never());
    (await calls(1))[0]!.finish('base');
    await first;
    adapter = { id: 'tuned-1', path: 'a.gguf', scale: 1 };
    const second = provider.provide(at('x = ║\n'), never());
    const [, two] = await calls(2);
    expect(two!.adapter).toEqual(adapter);
    two!.finish('tuned');
    expect(await second).toMatchObject({ text: 'tuned' });
  });

  test.each([
    ['in another document', { uri: 'file:///b/new.txt' }],
    ['in the same document as another language', { languageId: 'python' }],
  ])('an answer, finished or running, is not served for the same text %s', async (_, other) => {
    const first = provider.provide(at('import ║'), never());
    const [one] = await calls(1);
    one!.write('private');
    const second = provider.provide({ ...at('import ║'), ...other }, never());
    const [, two] = await calls(2);
    expect(one!.signal?.aborted).toBe(true);
    two!.finish('theirs');
    expect(await first).toEqual({ kind: 'cancelled' });
    expect(await second).toMatchObject({ text: 'theirs' });
    const back = provider.provide(at('import ║'), never());
    (await calls(3))[2]!.finish('ours');
    expect(await back).toMatchObject({ text: 'ours' });
    expect(await provider.provide({ ...at('import ║'), ...other }, never())).toMatchObject({ text: 'theirs' });
  });

  test('the suggestion after an accepted one is generated ahead', async () => {
    const request = at('x = ║\n');
    const first = provider.provide(request, never());
    (await calls(1))[0]!.finish('value');
    const offer = await first;
    if (offer.kind !== 'suggestion') throw new Error('no offer');
    const ahead = provider.lookAhead(request, offer);
    (await calls(2))[1]!.finish(' + rest');
    await ahead;
    expect(await provider.provide(at('x = value║\n'), never())).toMatchObject({ text: ' + rest' });
    expect(engine.calls).toHaveLength(2);
  });

  test('a prepared request serves the request of the editor', async () => {
    const ahead = provider.prepare(at('x = ║\n'));
    const [call] = await calls(1);
    const asked = provider.provide(at('x = ║\n'), never());
    call!.finish('value');
    expect(await asked).toMatchObject({ text: 'value' });
    await ahead;
    expect(engine.calls).toHaveLength(1);
  });

  test('nothing is generated ahead when lookAhead is off', async () => {
    settings = readSettings({ completions: { debounceMs: 0, lookAhead: false } }).settings;
    const request = at('x = ║\n');
    const first = provider.provide(request, never());
    (await calls(1))[0]!.finish('value');
    const offer = await first;
    if (offer.kind === 'suggestion') await provider.lookAhead(request, offer);
    expect(engine.calls).toHaveLength(1);
  });
});

test('an explicit request returns distinct suggestions in the order of its candidates', async () => {
  const asked = provider.candidates(at('x = ║\n', true), never());
  for (const [i, text] of ['one', 'two', 'one'].entries()) {
    const call = (await calls(i + 1))[i]!;
    expect(call.request.candidate).toBe(i);
    call.finish(text);
  }
  expect((await asked).map(({ text }) => text)).toEqual(['one', 'two']);
});

test('a cancelled explicit request stops the engine too', async () => {
  const abort = new AbortController();
  const asked = provider.candidates(at('x = ║\n', true), abort.signal);
  const [one] = await calls(1);
  abort.abort();
  expect(await asked).toEqual([]);
  expect(one!.signal?.aborted).toBe(true);
});

test('a lasting failure is reported once, and again after a successful answer', async () => {
  const type = (marked: string) => provider.provide(at(marked), never());
  failing = new Error('no memory');
  for (const marked of ['x = ║\n', 'xy = ║\n', 'xyz = ║\n'])
    expect(await type(marked)).toMatchObject({ reason: 'no memory' });
  failing = new Error('no model');
  await type('other = ║\n');
  failing = null;
  const answered = type('more = ║\n');
  (await calls(1))[0]!.finish('value');
  await answered;
  failing = new Error('no model');
  await type('last = ║\n');
  expect(errors.map((error) => (error as Error).message)).toEqual(['no memory', 'no model', 'no model']);
  errors = [];
});
