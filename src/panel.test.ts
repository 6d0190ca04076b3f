import { expect, test, vi } from 'vitest';
import type { WebviewView } from 'vscode';
import type { ToPanel } from '../webview/messages.ts';
import type { ChosenFolder } from './chosenFolder.ts';
import { PanelProvider } from './panel.ts';
import type { Session } from './session.ts';

vi.mock('vscode', () => ({
  Uri: { joinPath: (_: unknown, ...names: string[]) => names.join('/') },
  window: {
    activeTextEditor: { document: { uri: { scheme: 'untitled' } } },
    onDidChangeActiveTextEditor: () => ({ dispose: () => {} }),
    registerWebviewViewProvider: () => ({ dispose: () => {} }),
  },
  workspace: { getConfiguration: () => ({ inspect: () => ({}) }) },
}));

const event = () => ({ dispose: () => {} });

/** `answers`: the server's, in order. */
function panel(answers: readonly Promise<object>[]) {
  const posted: ToPanel[] = [];
  let tell = (_: object): void => {};
  let asked = 0;
  let base = '';
  const session = {
    get state() {
      return { base: { path: base } };
    },
    panel: { kind: 'starting' },
    here: (path: string) => ({ path, preview: () => answers[asked++] }),
    onChanged: event,
    onCompared: event,
    onLiveComparison: event,
    onLearning: event,
    onStatisticsCleared: event,
  } as unknown as Session;
  const folder = { path: '/app', followsEditor: true, onChanged: event } as unknown as ChosenFolder;
  const provider = new PanelProvider({} as ConstructorParameters<typeof PanelProvider>[0], session, folder);
  provider.resolveWebviewView({
    visible: true,
    webview: {
      asWebviewUri: (uri: string) => uri,
      onDidReceiveMessage: (listener: typeof tell) => {
        tell = listener;
      },
      postMessage: (message: ToPanel) => posted.push(message),
    },
    onDidChangeVisibility: event,
    onDidDispose: event,
  } as unknown as WebviewView);
  const found = () => posted.flatMap((message) => (message.type === 'answer' ? [message.answer] : []));
  const use = (path: string) => {
    base = path;
  };
  const shown = () => posted.filter(({ type }) => type === 'show');
  const editors = () => posted.filter(({ type }) => type === 'editor');
  return { editors, tell: (message: object) => tell(message), use, found, shown, provider };
}

test.each([
  ['is dropped when the next page asks about another base', 'larger.gguf', ['second']],
  ['reaches the next page that asks about the same base', 'small.gguf', ['first', 'second']],
])('an answer for a page that is gone %s', async (_, nextBase, expected) => {
  const first = Promise.withResolvers<object>();
  const second = Promise.withResolvers<object>();
  const { tell, use, found } = panel([first.promise, second.promise]);
  use('small.gguf');
  tell({ type: 'ready' });
  tell({ type: 'ask', question: 'preview', folder: '/app' });
  // Hidden and shown again.
  use(nextBase);
  tell({ type: 'ready' });
  tell({ type: 'ask', question: 'preview', folder: '/app' });
  first.resolve({ of: 'first' });
  await first.promise;
  second.resolve({ of: 'second' });
  await expect.poll(() => found().at(-1)).toEqual({ of: 'second' });
  expect(found()).toEqual(expected.map((of) => ({ of })));
});

test('passes an answer to the page that asked, even after the base has changed', async () => {
  const { tell, use, found } = panel([Promise.resolve({ of: 'first' })]);
  tell({ type: 'ready' });
  tell({ type: 'ask', question: 'preview', folder: '/app' });
  use('larger.gguf');
  await expect.poll(found).toEqual([{ of: 'first' }]);
});

test('shows a report that was asked for before the page is ready as soon as it is, once', () => {
  const { tell, shown, provider } = panel([]);
  provider.show('Result');
  expect(shown()).toEqual([]);
  tell({ type: 'ready' });
  expect(shown()).toEqual([{ type: 'show', tab: 'Result' }]);
  tell({ type: 'ready' });
  expect(shown()).toHaveLength(1);
  provider.show('Result');
  expect(shown()).toHaveLength(2);
});

test('the panel is visible while its view is', () => {
  expect(panel([]).provider.visible).toBe(true);
});

test('a page is told whether the active editor shows a file', () => {
  const { tell, editors } = panel([]);
  tell({ type: 'ready' });
  expect(editors()).toEqual([{ type: 'editor', hasFile: false }]);
});
