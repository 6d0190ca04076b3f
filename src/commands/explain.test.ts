import { beforeEach, expect, test, vi } from 'vitest';
import { FIRST_STATE } from '../../server/protocol/firstState.ts';
import type { Explanation, RepotuneState } from '../../server/protocol/index.ts';
import type { DocumentHere } from '../describe.ts';
import { explainSilence } from './explain.ts';

const editor = vi.hoisted(() => ({
  isOn: true,
  answer: undefined as string | undefined,
  shown: [] as string[][],
  ran: [] as string[],
}));
vi.mock('vscode', () => ({
  ProgressLocation: {},
  ViewColumn: {},
  commands: { executeCommand: async (command: string) => void editor.ran.push(command) },
  window: {
    activeTextEditor: { document: { uri: 'file:///a.ts', languageId: 'typescript', offsetAt: () => 7 }, selection: {} },
    showInformationMessage: async (...told: string[]) => {
      editor.shown.push(told);
      return editor.answer;
    },
    showTextDocument: async () => {},
    withProgress: async (_: object, work: (progress: object, token: object) => unknown) => await work({}, {}),
  },
  workspace: { getConfiguration: () => ({ get: () => editor.isOn }) },
}));
vi.mock('../chosenFolder.ts', () => ({ editorFolder: () => null }));

beforeEach(() => {
  Object.assign(editor, { isOn: true, answer: undefined, shown: [], ran: [] });
});

const live: RepotuneState = { ...FIRST_STATE, completionsEnabled: true, engine: { kind: 'ready', message: '' } };
const bundled = { name: 's', path: '/m.gguf', sizeBytes: 1, parameters: 1, bundled: true, prepared: null };

async function asking(explanation: Explanation, state: Partial<RepotuneState> = {}, here?: DocumentHere) {
  const request = vi.fn(async () => explanation);
  const session = { panel: { kind: 'live', state: { ...live, ...state } }, request };
  await explainSilence(session as never, { current: here ?? { silence: null, routed: null } });
  return { asked: request.mock.calls.map(([, params]: unknown[]) => params), ...editor };
}

test('asks the server about the cursor, and shows on demand what it holds back', async () => {
  editor.answer = 'Show It';
  const { asked, shown, ran } = await asking({ text: 'The model is not sure.', more: 'show', ofModel: true });
  expect(asked).toEqual([{ uri: 'file:///a.ts', languageId: 'typescript', offset: 7 }]);
  expect(shown).toEqual([['The model is not sure.', 'Show It']]);
  expect(ran).toEqual(['editor.action.inlineSuggest.trigger']);
});

test('asks the server during a run, too', async () => {
  const run = { ...FIRST_STATE.run, stage: 'training', message: 'Step 1 of 9', step: 1, steps: 9, etaSeconds: null };
  const { asked, shown } = await asking({ text: 'Inside a word.', more: null, ofModel: false }, { run: run as never });
  expect(asked).toHaveLength(1);
  expect(shown).toEqual([['Inside a word.']]);
});

test('with the bundled base, offers a larger one where that may help', async () => {
  editor.answer = 'Choose Base Model…';
  const nothing = { text: 'The model wrote nothing.', more: 'ask', ofModel: true } as const;
  const { shown, ran } = await asking(nothing, { base: bundled });
  expect(shown).toEqual([['The model wrote nothing.', 'Ask Anyway', 'Choose Base Model…']]);
  expect(ran).toEqual(['repotune.chooseModel']);
  const inside = await asking({ text: 'Inside a word.', more: 'ask', ofModel: false }, { base: bundled });
  expect(inside.shown.at(-1)).toEqual(['Inside a word.', 'Ask Anyway']);
});

test.each<[string, Partial<RepotuneState>, DocumentHere | undefined, RegExp]>([
  ['all are off', { completionsEnabled: false }, undefined, /^Completions are off/],
  ['the engine failed', { engine: { kind: 'failed', message: 'It crashed.' } }, undefined, /^It crashed\.$/],
  [
    'a setting names the file',
    {},
    { silence: { why: 'exclude', languageId: 'dotenv' }, routed: null },
    /completions\.exclude names it/,
  ],
])('where %s, says so without asking the server', async (_, state, here, words) => {
  const { asked, shown } = await asking({ text: '', more: null, ofModel: false }, state, here);
  expect(asked).toEqual([]);
  expect(shown).toEqual([[expect.stringMatching(words)]]);
});

test('where the editor shows none, names its setting', async () => {
  editor.isOn = false;
  const { asked, shown } = await asking({ text: '', more: null, ofModel: false });
  expect(asked).toEqual([]);
  expect(shown).toEqual([[expect.stringContaining('editor.inlineSuggest.enabled'), 'Open Settings']]);
});
