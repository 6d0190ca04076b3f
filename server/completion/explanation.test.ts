import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import type { Explanation } from '../protocol/index.ts';
import { EXPLAINED } from './explanation.ts';
import { AskingEditor, never } from './testing.ts';

let editor: AskingEditor;
beforeEach(() => {
  editor = new AskingEditor();
});

const UNSURE = -3;
const long = 'x'.repeat(2001);

test.each<[string, string, string, object, RegExp, Explanation['more']]>([
  [
    'an unsure one',
    'total = ║\n',
    'price * count',
    { logProbabilities: [UNSURE] },
    /“price \* count”, but is not sure enough: .* about \d %/,
    'show',
  ],
  ['a short one', 'f(a║)\n', 'b', {}, /only “b”/, 'show'],
  ['nothing', 'total = ║\n', '', {}, /wrote nothing/, 'ask'],
  [
    'nothing in time',
    'total = ║\n',
    '',
    { stopReason: 'deadline' },
    /nothing within 3 seconds.*too large for this machine, or the machine is busy/,
    'ask',
  ],
  ['the line above', 'first_total = second_total + 1\n║\n', 'first_total = second_total + 1', {}, /line above/, 'ask'],
  ['a secret', 'key = ║\n', '"ghp_16C7e42F292c6912E7710c838347Ae178B4a"', {}, /password or a key/, null],
  ['one that is shown', 'total = ║\n', 'price * count', {}, /^There is a suggestion.*“price \* count”\.$/, 'show'],
])('where the model writes %s', async (_, marked, text, more, words, next) => {
  editor.engine.script = (call) => call.finish(text, more);
  const explanation = await editor.provider.explain(editor.at(marked), never());
  expect(explanation).toEqual({ text: expect.stringMatching(words), more: next, ofModel: true });
  expect(explanation.text).toMatch(/^[A-Z].*\.$/);
});

test.each([
  ['inside a word', 'pri║ce\n', /inside a word/],
  ['in a line of data', `${long}║\n`, /more than 2000 characters before or after the cursor/],
])('%s, the model is not asked', async (_, marked, words) => {
  const explanation = await editor.provider.explain(editor.at(marked), never());
  expect(explanation).toEqual({ text: expect.stringMatching(words), more: 'ask', ofModel: false });
  expect(editor.engine.calls).toEqual([]);
});

test('what typing asked for is explained without asking the model once more', async () => {
  editor.engine.script = (call) => call.finish('price * count', { logProbabilities: [UNSURE] });
  expect(await editor.provider.provide(editor.at('total = ║\n'), never())).toMatchObject({ kind: 'none' });
  await editor.provider.explain(editor.at('total = ║\n'), never());
  expect(editor.engine.calls).toHaveLength(1);
});

test('every reason of a filter has a sentence', () => {
  const folder = fileURLToPath(new URL('./filters/', import.meta.url));
  const given = readdirSync(folder)
    .filter((name) => !name.includes('test'))
    .flatMap((name) => [...readFileSync(folder + name, 'utf8').matchAll(/dropped: '([^']+)'/g)].map(([, why]) => why!));
  expect(given.length).toBeGreaterThan(5);
  expect(given.filter((why) => !EXPLAINED.includes(why))).toEqual([]);
});
