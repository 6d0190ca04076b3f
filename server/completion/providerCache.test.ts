import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSettings } from '../common/settings.ts';
import { AskingEditor, never } from './testing.ts';

let editor: AskingEditor;
beforeEach(() => {
  editor = new AskingEditor();
});
afterEach(() => expect(editor.errors).toEqual([]));

describe('remembered answers', () => {
  test('typing through a suggestion sends no further request', async () => {
    const first = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(1))[0]!.finish('value(1)');
    await first;
    expect(await editor.provider.provide(editor.at('x = val║\n'), never())).toMatchObject({ text: 'ue(1)' });
    expect(editor.engine.calls).toHaveLength(1);
  });

  test('what the model was unsure of has been typed: the rest is shown', async () => {
    const first = editor.provider.provide(editor.at('x = ║\n'), never());
    const guess = { logProbabilities: [-4, -0.02, -0.02, -0.02], ends: [5, 6, 17, 19] };
    (await editor.calls(1))[0]!.finish('order.totalAmount()', guess);
    expect(await first).toMatchObject({ kind: 'none', reason: 'not likely enough to be right' });
    expect(await editor.provider.provide(editor.at('x = o║\n'), never())).toMatchObject({ kind: 'none' });
    expect(await editor.provider.provide(editor.at('x = order║\n'), never())).toMatchObject({ text: '.totalAmount()' });
    expect(editor.engine.calls).toHaveLength(1);
  });

  test('what the model was sure of has been typed: the rest stays, having been read', async () => {
    const first = editor.provider.provide(editor.at('x = ║\n'), never());
    const guess = { logProbabilities: [-0.01, -0.01, -0.01, -0.4], ends: [5, 6, 17, 19] };
    (await editor.calls(1))[0]!.finish('order.totalAmount()', guess);
    expect(await first).toMatchObject({ text: 'order.totalAmount()' });
    const next = editor.provider.provide(editor.at('x = order.totalAmount║\n'), never());
    expect(await next).toMatchObject({ text: '()' });
  });

  test.each([
    ['longer suggestions are wanted', { maxTokens: 200 }],
    ['other files are excluded', { exclude: ['private/**'] }],
  ])('are forgotten once %s', async (_, changed) => {
    const before = { debounceMs: 0, maxTokens: 8 };
    editor.settings = readSettings({ completions: before }).settings;
    const first = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(1))[0]!.finish('value(1)', { stopReason: 'max-tokens' });
    await first;
    editor.settings = readSettings({ completions: { ...before, ...changed } }).settings;
    const second = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(2))[1]!.finish('value(1) + other(2)');
    expect(await second).toMatchObject({ text: 'value(1) + other(2)' });
  });

  test('the rest of an indented suggestion keeps its indentation while that is typed', async () => {
    const above = 'if x:\n    if y:\n        a = 1\n';
    const first = editor.provider.provide(editor.at(`${above}║\n    return a\n`), never());
    (await editor.calls(1))[0]!.finish('        b = total(2)');
    expect(await first).toMatchObject({ text: '        b = total(2)' });
    const next = editor.provider.provide(editor.at(`${above}    ║\n    return a\n`), never());
    expect(await next).toMatchObject({ text: '    b = total(2)' });
  });

  test('typing along a suggestion without its repeated indentation sends no further request', async () => {
    const first = editor.provider.provide(editor.at('  a()\n  ║\n'), never());
    (await editor.calls(1))[0]!.finish('  b(value)');
    expect(await first).toMatchObject({ text: 'b(value)' });
    expect(await editor.provider.provide(editor.at('  a()\n  b║\n'), never())).toMatchObject({ text: '(value)' });
    expect(editor.engine.calls).toHaveLength(1);
  });

  describe('a block that the model indents with spaces in a file with tabs', () => {
    const [above, below] = ['f() {\n\ta();\n\tif (b) {', '\n}\n'];
    const written = '\n        b.c();\n        d();\n    }';

    test('is typed along without a further request', async () => {
      const first = editor.provider.provide(editor.at(`${above}║${below}`), never());
      (await editor.calls(1))[0]!.finish(written);
      expect(await first).toMatchObject({ text: '\n\t\tb.c();\n\t\td();\n\t}' });
      const next = editor.provider.provide(editor.at(`${above}\n\t\tb.║${below}`), never());
      expect(await next).toMatchObject({ text: 'c();\n\t\td();\n\t}' });
      expect(editor.engine.calls).toHaveLength(1);
    });

    test('is not stopped while it is typed along', async () => {
      const abort = new AbortController();
      const first = editor.provider.provide(editor.at(`${above}║${below}`), abort.signal);
      const [one] = await editor.calls(1);
      const typedOn = editor.at(`${above}\n\t\t║${below}`);
      abort.abort();
      await first;
      const second = editor.provider.provide(typedOn, never());
      await editor.joined();
      for (const length of [1, 4, 9, 10]) one!.write(written.slice(0, length));
      one!.finish(written);
      expect(await second).toMatchObject({ text: 'b.c();\n\t\td();\n\t}' });
      expect(editor.engine.calls).toHaveLength(1);
    });
  });

  test('typing along in the middle of a line goes on between the marks that the editor closes, and behind them', async () => {
    const first = editor.provider.provide(editor.at('f(║, b)\n'), never());
    (await editor.calls(1))[0]!.finish('names.get("first")');
    await first;
    for (const [typed, rest] of [
      ['f(names.get(║), b)', '"first"'],
      ['f(names.get("║"), b)', 'first'],
      ['f(names.get("fir║"), b)', 'st'],
    ])
      expect(await editor.provider.provide(editor.at(`${typed}\n`), never())).toMatchObject({ text: rest });
    expect(editor.engine.calls).toHaveLength(1);
  });

  test('a body between brackets is there after Enter without a further request, whole', async () => {
    const first = editor.provider.provide(editor.at('function f() {║}\ng();\n'), never());
    (await editor.calls(1))[0]!.finish('\n  first();\n  second();\n}');
    expect(await first).toMatchObject({ text: '\n  first();\n  second();\n' });
    const next = editor.provider.provide(editor.at('function f() {\n  ║\n}\ng();\n'), never());
    expect(await next).toMatchObject({ text: 'first();\n  second();' });
    expect(editor.engine.calls).toHaveLength(1);
  });

  test('a block inside such a body is typed along between its own brackets, and the body behind them', async () => {
    const first = editor.provider.provide(editor.at('function f() {║}\ng();\n'), never());
    (await editor.calls(1))[0]!.finish('\n  if (a) {\n    b();\n  }\n  c();\n}');
    await first;
    for (const [typed, rest] of [
      ['\n  if (a) {\n    ║\n  }', 'b();'],
      ['\n  if (a) {\n    b║\n  }', '();'],
      ['\n  if (a) {\n    b();\n  }║', '\n  c();'],
      ['\n  if (a) {\n    b();\n  }\n  ║', 'c();'],
    ]) {
      const next = editor.provider.provide(editor.at(`function f() {${typed}\n}\ng();\n`), never());
      expect(await next, typed).toMatchObject({ text: rest });
    }
    expect(editor.engine.calls).toHaveLength(1);
  });

  test('such a body is accepted line by line, though nothing closes a block inside it yet', async () => {
    const first = editor.provider.provide(editor.at('function f() {║}\ng();\n'), never());
    (await editor.calls(1))[0]!.finish('\n  if (a) {\n    b();\n  }\n  c();\n}');
    await first;
    for (const [typed, rest] of [
      ['\n  if (a) {║', '\n    b();\n  }\n  c();'],
      ['\n  if (a) {\n    b();║', '\n  }\n  c();'],
      ['\n  if (a) {\n    b();\n  }║', '\n  c();'],
    ]) {
      const next = editor.provider.provide(editor.at(`function f() {${typed}\n}\ng();\n`), never());
      expect(await next, typed).toMatchObject({ text: rest });
    }
    expect(editor.engine.calls).toHaveLength(1);
  });

  test('an empty answer that hit the deadline is requested again', async () => {
    const first = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(1))[0]!.finish('', { stopReason: 'deadline' });
    expect(await first).toMatchObject({ kind: 'none' });
    const second = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(2))[1]!.finish('value');
    expect(await second).toMatchObject({ text: 'value' });
  });

  test('a partial answer that hit the deadline serves further typing, but not a request by command', async () => {
    const first = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(1))[0]!.finish('value(', { stopReason: 'deadline' });
    await first;
    expect(await editor.provider.provide(editor.at('x = val║\n'), never())).toMatchObject({ text: 'ue(' });
    expect(editor.engine.calls).toHaveLength(1);
    const asked = editor.provider.candidates(editor.at('x = ║\n', true), never());
    for (const [i, text] of ['value(1)', 'other', 'third'].entries()) (await editor.calls(i + 2))[i + 1]!.finish(text);
    expect((await asked).map(({ text }) => text)).toEqual(['value(1)', 'other', 'third']);
  });

  test('an answer written with one adapter is not served for another', async () => {
    const first = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(1))[0]!.finish('base');
    await first;
    editor.adapter = { id: 'tuned-1', path: 'a.gguf', scale: 1 };
    const second = editor.provider.provide(editor.at('x = ║\n'), never());
    const [, two] = await editor.calls(2);
    expect(two!.request.adapter).toEqual(editor.adapter);
    two!.finish('tuned');
    expect(await second).toMatchObject({ text: 'tuned' });
  });

  test('an answer is not served once more of the same adapter applies', async () => {
    editor.adapter = { id: 'tuned-1', path: 'a.gguf', scale: 0.5 };
    const first = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(1))[0]!.finish('half');
    await first;
    editor.adapter = { ...editor.adapter, scale: 1 };
    const second = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(2))[1]!.finish('whole');
    expect(await second).toMatchObject({ text: 'whole' });
  });

  test('an answer is not served once another base lies at the path of the one that wrote it', async () => {
    const first = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(1))[0]!.finish('former');
    expect(await first).toMatchObject({ text: 'former' });
    editor.replaceBase();
    const second = editor.provider.provide(editor.at('x = ║\n'), never());
    (await editor.calls(1))[0]!.finish('present');
    expect(await second).toMatchObject({ text: 'present' });
    expect(editor.created).toBe(2);
  });

  test('an answer is not served once others see another text of a file, but in that file', async () => {
    const [one, other] = ['file:///a.txt', 'file:///b.txt'];
    for (const [i, uri] of [one, other].entries()) {
      const asked = editor.provider.provide({ ...editor.at('x = ║\n'), uri }, never());
      (await editor.calls(i + 1))[i]!.finish('loadRows()');
      await asked;
    }
    editor.provider.seenByOthers(other);
    const again = editor.provider.provide({ ...editor.at('x = ║\n'), uri: one }, never());
    (await editor.calls(3))[2]!.finish('fetchRows()');
    expect(await again).toMatchObject({ text: 'fetchRows()' });
    expect(await editor.provider.provide({ ...editor.at('x = ║\n'), uri: other }, never())).toMatchObject({
      text: 'loadRows()',
    });
    expect(editor.engine.calls).toHaveLength(3);
  });

  test.each([
    ['in another document', { uri: 'file:///b/new.txt' }],
    ['in the same document as another language', { languageId: 'python' }],
  ])('an answer, finished or running, is not served for the same text %s', async (_, other) => {
    const first = editor.provider.provide(editor.at('import ║'), never());
    const [one] = await editor.calls(1);
    one!.write('private');
    const second = editor.provider.provide({ ...editor.at('import ║'), ...other }, never());
    const [, two] = await editor.calls(2);
    expect(one!.signal?.aborted).toBe(true);
    two!.finish('theirs');
    expect(await first).toEqual({ kind: 'cancelled' });
    expect(await second).toMatchObject({ text: 'theirs' });
    const back = editor.provider.provide(editor.at('import ║'), never());
    (await editor.calls(3))[2]!.finish('ours');
    expect(await back).toMatchObject({ text: 'ours' });
    expect(await editor.provider.provide({ ...editor.at('import ║'), ...other }, never())).toMatchObject({
      text: 'theirs',
    });
  });

  test('the suggestion after an accepted one is generated ahead', async () => {
    const request = editor.at('x = ║\n');
    const first = editor.provider.provide(request, never());
    (await editor.calls(1))[0]!.finish('value');
    const offer = await first;
    if (offer.kind !== 'suggestion') throw new Error('no offer');
    const ahead = editor.provider.lookAhead(request, offer);
    (await editor.calls(2))[1]!.finish(' + rest');
    await ahead;
    expect(await editor.provider.provide(editor.at('x = value║\n'), never())).toMatchObject({ text: ' + rest' });
    expect(editor.engine.calls).toHaveLength(2);
  });

  test('a prepared request serves the request of the editor', async () => {
    const ahead = editor.provider.prepare(editor.at('x = ║\n'));
    const [call] = await editor.calls(1);
    const asked = editor.provider.provide(editor.at('x = ║\n'), never());
    call!.finish('value');
    expect(await asked).toMatchObject({ text: 'value' });
    await ahead;
    expect(editor.engine.calls).toHaveLength(1);
  });

  test('nothing is generated ahead when lookAhead is off', async () => {
    editor.settings = readSettings({ completions: { debounceMs: 0, lookAhead: false } }).settings;
    const request = editor.at('x = ║\n');
    const first = editor.provider.provide(request, never());
    (await editor.calls(1))[0]!.finish('value');
    const offer = await first;
    if (offer.kind === 'suggestion') await editor.provider.lookAhead(request, offer);
    expect(editor.engine.calls).toHaveLength(1);
  });
});
