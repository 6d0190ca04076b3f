import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TextEditor } from 'vscode';
import { RestingCursor } from './restingCursor.ts';

const window = vi.hoisted(() => ({
  active: undefined as unknown,
  moved: (_event: unknown): void => {},
  changed: (_editor: unknown): void => {},
}));
const settings = vi.hoisted(() => ({ inlineSuggest: true }));
vi.mock('vscode', () => ({
  Disposable: { from: () => ({ dispose: () => {} }) },
  workspace: { getConfiguration: () => ({ get: () => settings.inlineSuggest }) },
  window: {
    get activeTextEditor() {
      return window.active;
    },
    onDidChangeTextEditorSelection: (listener: typeof window.moved) => {
      window.moved = listener;
    },
    onDidChangeActiveTextEditor: (listener: typeof window.changed) => {
      window.changed = listener;
    },
  },
}));

let sent: unknown[];
let resting: RestingCursor;
let running: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  [sent, running] = [[], true];
  settings.inlineSuggest = true;
  const client = {
    isRunning: () => running,
    code2ProtocolConverter: { asUri: String },
    sendNotification: async (_: unknown, params: unknown) => void sent.push(params),
  };
  window.active = undefined;
  resting = new RestingCursor({ connection: async () => client as never });
});
afterEach(() => {
  resting.dispose();
  vi.useRealTimers();
});

const selectionAt = (line: number, isEmpty = true) => ({ isEmpty, active: { line, character: 4 } });
function editorAt(line: number, scheme = 'file') {
  const uri = { scheme, toString: () => `${scheme}:///a.ts` };
  return { document: { uri, version: 7 }, selections: [selectionAt(line)] } as unknown as TextEditor;
}
function put(editor: unknown): void {
  window.active = editor;
  window.changed(editor);
}

test('only the place where the cursor comes to rest is told', async () => {
  put(editorAt(1));
  await vi.advanceTimersByTimeAsync(300);
  const editor = editorAt(2);
  window.active = editor;
  window.moved({ textEditor: editor });
  await vi.advanceTimersByTimeAsync(300);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(300);
  const textDocument = { uri: 'file:///a.ts', version: 7 };
  expect(sent).toEqual([{ textDocument, position: { line: 2, character: 4 } }]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sent).toHaveLength(1);
});

test.each([
  ['a selection', () => ({ ...editorAt(1), selections: [selectionAt(1, false)] })],
  ['several cursors', () => ({ ...editorAt(1), selections: [selectionAt(1), selectionAt(2)] })],
  ['an output channel', () => editorAt(1, 'output')],
])('nothing is told of %s', async (_, editor) => {
  put(editor());
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual([]);
});

test('nothing is told of an editor left meanwhile, in another pane, or to a server that does not run', async () => {
  put(editorAt(1));
  window.active = undefined;
  await vi.advanceTimersByTimeAsync(1000);
  window.active = editorAt(2);
  window.moved({ textEditor: editorAt(3) });
  await vi.advanceTimersByTimeAsync(1000);
  running = false;
  put(editorAt(4));
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual([]);
});

test('nothing is told where the editor shows no suggestions', async () => {
  settings.inlineSuggest = false;
  put(editorAt(1));
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual([]);
});
