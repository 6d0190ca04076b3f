import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSettings } from '../common/settings.ts';
import { AskingEditor, never } from './testing.ts';

let editor: AskingEditor;
beforeEach(() => {
  editor = new AskingEditor();
});
afterEach(() => expect(editor.errors).toEqual([]));

describe('requests', () => {
  test('the newest request wins and stops the older one in the engine', async () => {
    const first = editor.provider.provide(editor.at('x = ║\n'), never());
    const [one] = await editor.calls(1);
    const second = editor.provider.provide(editor.at('other = ║\n'), never());
    const [, two] = await editor.calls(2);
    expect(one!.signal?.aborted).toBe(true);
    expect(await first).toEqual({ kind: 'cancelled' });
    two!.finish('value');
    expect(await second).toMatchObject({ kind: 'suggestion', text: 'value' });
  });

  test('the model sees the text that a document goes on from, and the rules of its place do not', async () => {
    editor.above = 'import math\n\n';
    const asked = editor.provider.provide(editor.at('x = ║\n'), never());
    const [one] = await editor.calls(1);
    expect(one!.request.prompt).toContainEqual({ text: expect.stringMatching(/^import math\n\nx =/) });
    one!.finish('math.pi');
    expect(await asked).toMatchObject({ kind: 'suggestion', text: 'math.pi', replaceAfter: 0 });
    // The same place with another cell above it is another one.
    editor.above = 'import cmath\n\n';
    const again = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(2))[1]!.finish('cmath.pi');
    expect(await again).toMatchObject({ text: 'cmath.pi' });
  });

  test('the model is told which file it is that has hardly begun', async () => {
    editor.path = 'src/users.ts';
    const request = { ...editor.at('imp║'), languageId: 'typescript' };
    const asked = editor.provider.provide(request, never());
    const [one] = await editor.calls(1);
    expect(one!.request.prompt).toContainEqual({ text: '// src/users.ts\n' });
    one!.finish("ort { User } from './user';");
    expect(await asked).toMatchObject({ kind: 'suggestion', text: "ort { User } from './user';" });
  });

  test('CPU time includes cancelled requests, engine time only answered ones', async () => {
    const first = editor.provider.provide(editor.at('x = ║\n'), never());
    await editor.calls(1);
    const second = editor.provider.provide(editor.at('other = ║\n'), never());
    (await editor.calls(2))[1]!.finish('value');
    await Promise.all([first, second]);
    expect([editor.cpuMs, editor.engineMs]).toEqual([10, 2]);
  });

  test('a cancel without an edit stops the engine at once', async () => {
    const abort = new AbortController();
    const asked = editor.provider.provide(editor.at('x = ║\n'), abort.signal);
    const [one] = await editor.calls(1);
    abort.abort();
    expect(await asked).toEqual({ kind: 'cancelled' });
    expect(one!.signal?.aborted).toBe(true);
  });

  test('a running generation serves the next request when the typed text agrees', async () => {
    const abort = new AbortController();
    const first = editor.provider.provide(editor.at('x = ║\n'), abort.signal);
    const [one] = await editor.calls(1);
    one!.write('va');
    const typedOn = editor.at('x = v║\n');
    abort.abort();
    await first;
    const second = editor.provider.provide(typedOn, never());
    one!.write('value');
    one!.finish('value(1)');
    expect(await second).toMatchObject({ kind: 'suggestion', text: 'alue(1)' });
    expect(editor.engine.calls).toHaveLength(1);
  });

  test('a running generation is stopped for a new one when the typed text disagrees', async () => {
    const abort = new AbortController();
    void editor.provider.provide(editor.at('x = ║\n'), abort.signal);
    const [one] = await editor.calls(1);
    one!.write('va');
    const typedOn = editor.at('x = w║\n');
    abort.abort();
    const second = editor.provider.provide(typedOn, never());
    const [, two] = await editor.calls(2);
    expect(one!.signal?.aborted).toBe(true);
    two!.finish('idth');
    expect(await second).toMatchObject({ text: 'idth' });
  });

  test('a generation that was joined before its first word is stopped once it writes something else', async () => {
    const abort = new AbortController();
    const first = editor.provider.provide(editor.at('x = ║\n'), abort.signal);
    const [one] = await editor.calls(1);
    const typedOn = editor.at('x = wi║\n');
    abort.abort();
    await first;
    const second = editor.provider.provide(typedOn, never());
    await editor.joined();
    one!.write('w');
    expect(one!.signal?.aborted).toBe(false);
    one!.write('wa');
    expect(one!.signal?.aborted).toBe(true);
    (await editor.calls(2))[1]!.finish('dth');
    expect(await second).toMatchObject({ text: 'dth' });
  });

  test.each([
    ['running', false],
    ['joined', true],
  ])('a %s generation whose adapter is replaced meanwhile is asked for again with the new one', async (_, joins) => {
    const abort = new AbortController();
    const first = editor.provider.provide(editor.at('x = ║\n'), abort.signal);
    await editor.calls(1);
    let asked = first;
    if (joins) {
      const typedOn = editor.at('x = v║\n');
      abort.abort();
      await first;
      asked = editor.provider.provide(typedOn, never());
      await editor.joined();
    }
    editor.adapter = { id: 'tuned-1', path: 'a.gguf', scale: 1 };
    editor.provider.forget();
    const [old, renewed] = await editor.calls(2);
    expect(old!.signal?.aborted).toBe(true);
    expect(renewed!.request.adapter).toEqual(editor.adapter);
    renewed!.finish('alue');
    expect(await asked).toMatchObject({ text: 'alue' });
  });

  test('a request is not repeated once the provider is told to stop', async () => {
    const asked = editor.provider.provide(editor.at('x = ║\n'), never());
    await editor.calls(1);
    editor.provider.cancel();
    expect(await asked).toEqual({ kind: 'cancelled' });
    expect(editor.engine.calls).toHaveLength(1);
  });

  test('the engine is not started while completions are off', async () => {
    editor.settings = readSettings({ completions: { enabled: false } }).settings;
    expect(await editor.provider.provide(editor.at('x = ║\n'), never())).toMatchObject({ kind: 'none' });
    expect(editor.created).toBe(0);
  });
});

test('an explicit request returns distinct suggestions in the order of its candidates', async () => {
  const asked = editor.provider.candidates(editor.at('x = ║\n', true), never());
  for (const [i, text] of ['one', 'two', 'one'].entries()) {
    const call = (await editor.calls(i + 1))[i]!;
    expect(call.request.candidate).toBe(i);
    call.finish(text);
  }
  expect((await asked).map(({ text }) => text)).toEqual(['one', 'two']);
});

test('a cancelled explicit request stops the engine too', async () => {
  const abort = new AbortController();
  const asked = editor.provider.candidates(editor.at('x = ║\n', true), abort.signal);
  const [one] = await editor.calls(1);
  abort.abort();
  expect(await asked).toEqual([]);
  expect(one!.signal?.aborted).toBe(true);
});

test('an explanation that is not waited for any more stops the engine too', async () => {
  const abort = new AbortController();
  const explained = editor.provider.explain(editor.at('x = ║\n'), abort.signal);
  const [call] = await editor.calls(1);
  abort.abort();
  await explained;
  expect(call!.signal?.aborted).toBe(true);
});

test('a lasting failure is reported once, and again after a successful answer', async () => {
  const type = (marked: string) => editor.provider.provide(editor.at(marked), never());
  editor.engine.failing = new Error('no memory');
  for (const marked of ['x = ║\n', 'xy = ║\n', 'xyz = ║\n'])
    expect(await type(marked)).toMatchObject({ reason: 'no memory' });
  editor.engine.failing = new Error('no model');
  await type('other = ║\n');
  editor.engine.failing = null;
  const answered = type('more = ║\n');
  (await editor.calls(1))[0]!.finish('value');
  await answered;
  editor.engine.failing = new Error('no model');
  await type('last = ║\n');
  expect(editor.errors.map((error) => (error as Error).message)).toEqual(['no memory', 'no model', 'no model']);
  editor.errors = [];
});
