import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSettings } from '../common/settings.ts';
import type { ProviderRequest } from './provider.ts';
import { AskingEditor, never } from './testing.ts';

const text = `${'let value = compute(1);\n'.repeat(200)}x = ║\n`;

let editor: AskingEditor;
let now: number;
beforeEach(() => {
  editor = new AskingEditor();
  editor.readMs = 10;
  now = 100_000;
  editor.nowMs = () => now;
});
afterEach(() => {
  editor.provider.cancel();
  expect(editor.errors).toEqual([]);
});

const at = (name: string): ProviderRequest => ({ ...editor.at(text), uri: `file:///${name}` });
/** Until the engine has been asked for it. */
const asked = async (_: Promise<unknown>): Promise<unknown> => await editor.calls(1);
/** Long enough only for what must not happen: a busy machine takes longer. */
const elapsed = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('where the cursor rests', () => {
  test('the text around it is read', async () => {
    void editor.provider.rested(at('a.txt'));
    const [reading] = await editor.calls(1);
    expect(reading!.request.maxTokens).toBe(0);
  });

  test.each<[string, () => unknown]>([
    ['where a key was typed just now', () => asked(editor.provider.provide(at('a.txt'), never()))],
    ['on battery', () => (editor.onBattery = true)],
    ['where completions are off', () => (editor.settings = readSettings({ completions: { enabled: false } }).settings)],
  ])('nothing is looked up for it %s', async (_, before) => {
    await before();
    now += 500;
    const [placed, calls] = [editor.placed.length, editor.engine.calls.length];
    await editor.provider.rested(at('a.txt'));
    expect([editor.placed.length, editor.engine.calls.length]).toEqual([placed, calls]);
  });

  test('the text around it is read once nobody has typed elsewhere for two seconds', async () => {
    const waits: { readonly ms: number; end(): void }[] = [];
    editor.waiting = (ms) => new Promise((resolve) => waits.push({ ms, end: resolve }));
    const typing = editor.provider.provide({ ...editor.at('y = ║\n'), uri: 'file:///b.txt' }, never());
    await expect.poll(() => waits.length).toBe(1);
    waits[0]!.end();
    (await editor.calls(1))[0]!.finish('1');
    await typing;
    now += 700;
    void editor.provider.rested(at('a.txt'));
    await expect.poll(() => waits.length).toBe(2);
    expect(waits[1]!.ms).toBe(1300);
    expect(editor.placed).toEqual(['file:///b.txt']);
    now += 1300;
    waits[1]!.end();
    expect((await editor.calls(2))[1]!.request.maxTokens).toBe(0);
    expect(editor.placed).toEqual(['file:///b.txt', 'file:///a.txt']);
  });

  test.each<[string, () => unknown]>([
    ['it rests elsewhere', () => asked(editor.provider.rested(at('b.txt')))],
    ['a key came', () => asked(editor.provider.provide({ ...editor.at('y = ║\n'), uri: 'file:///b.txt' }, never()))],
    ['completions are off', () => (editor.settings = readSettings({ completions: { enabled: false } }).settings)],
    ['the document is another, or closed', () => editor.at('y = ║\n')],
  ])('nothing is read for it once %s', async (_, then) => {
    const { promise: known, resolve } = Promise.withResolvers<void>();
    editor.placing = (uri) => (uri === 'file:///a.txt' ? known : Promise.resolve());
    void editor.provider.rested(at('a.txt'));
    await then();
    const calls = editor.engine.calls.length;
    resolve();
    await elapsed();
    expect(editor.engine.calls).toHaveLength(calls);
    expect(editor.engine.calls.every(({ signal }) => !signal!.aborted)).toBe(true);
  });
});
