import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AskingEditor, never } from './testing.ts';

let editor: AskingEditor;
beforeEach(() => {
  editor = new AskingEditor();
});
afterEach(() => expect(editor.errors).toEqual([]));

describe('on a machine that is too slow for the whole prompt', () => {
  const text = `${'let value = compute(1);\n'.repeat(200)}x = ║\n`;

  test('an answer comes from a shorter prompt, and the rest is read while idle', async () => {
    editor.readMs = 10;
    editor.engine.readPrompt = 1;
    const asked = editor.provider.provide(editor.at(text), never());
    const [first] = await editor.calls(1);
    expect(first!.request.freshTokens).toBe(129);
    expect(first!.request.shorter!.length).toBeGreaterThan(0);
    first!.finish('42');
    expect(await asked).toMatchObject({ kind: 'suggestion', text: '42' });
    const [, reading] = await editor.calls(2);
    expect(reading!.request.maxTokens).toBe(0);
    const next = editor.provider.provide(editor.at(text.replace('x = ', 'xyz = ')), never());
    const third = (await editor.calls(3))[2]!;
    expect(reading!.signal!.aborted).toBe(true);
    expect(third.request.maxTokens).toBeGreaterThan(0);
    third.finish('43');
    await next;
    editor.provider.cancel();
  });

  test('an answer from the whole prompt needs no further reading', async () => {
    editor.readMs = 10;
    const asked = editor.provider.provide(editor.at(text), never());
    (await editor.calls(1))[0]!.finish('42');
    await asked;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(editor.engine.calls).toHaveLength(1);
  });

  test('a request by command is answered from a longer prompt', async () => {
    editor.readMs = 10;
    const asked = editor.provider.provide(editor.at(text, true), never());
    const [call] = await editor.calls(1);
    expect(call!.request.freshTokens).toBe(387);
    call!.finish('42');
    await asked;
  });
});
