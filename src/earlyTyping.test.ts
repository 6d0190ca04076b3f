import { beforeEach, expect, test, vi } from 'vitest';
import { answerEarlyTyping } from './earlyTyping.ts';

const editor = vi.hoisted(() => ({ scheme: 'file', version: 1, ran: [] as string[] }));
vi.mock('vscode', () => ({
  commands: { executeCommand: async (command: string) => void editor.ran.push(command) },
  window: {
    get activeTextEditor() {
      return { document: { uri: { scheme: editor.scheme }, version: editor.version, languageId: 'python' } };
    },
  },
  workspace: { getConfiguration: () => ({ get: (_: string, standard: unknown) => standard }) },
}));

beforeEach(() => {
  editor.ran = [];
});

test.each([
  ['in a file', 'file', 18, true],
  ['in a cell of a notebook', 'vscode-notebook-cell', 18, true],
  ['in a file that is not saved yet', 'untitled', 18, true],
  ['in the old side of a diff', 'git', 18, false],
  ['in our log', 'output', 18, false],
  ['nowhere', 'file', 1, false],
])('what was typed before the extension was active is answered: %s', async (_name, scheme, version, expected) => {
  Object.assign(editor, { scheme, version });
  await answerEarlyTyping();
  expect(editor.ran).toEqual(expected ? ['editor.action.inlineSuggest.trigger'] : []);
});
