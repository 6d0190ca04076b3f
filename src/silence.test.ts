import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Silence } from '../server/protocol/index.ts';
import { SilenceWatch } from './silence.ts';

type Listener = (event: never) => void;
const heard = vi.hoisted(() => ({ active: undefined as unknown, listeners: {} as Record<string, Listener> }));
vi.mock('vscode', () => {
  const event = (name: string) => (listener: Listener) => {
    heard.listeners[name] = listener;
    return { dispose: () => {} };
  };
  return {
    Disposable: { from: () => ({ dispose: () => {} }) },
    EventEmitter: class {
      readonly #listeners: (() => void)[] = [];
      readonly event = (listener: () => void) => this.#listeners.push(listener);
      fire = (): void => this.#listeners.forEach((listener) => void listener());
    },
    window: {
      get activeTextEditor() {
        return heard.active;
      },
      onDidChangeActiveTextEditor: event('active'),
    },
    workspace: { onDidOpenTextDocument: event('opened'), onDidChangeConfiguration: event('settings') },
  };
});

let asked: unknown[];
let answers: Record<string, Silence | null | Promise<Silence | null>>;
let kind: string;
let watch: SilenceWatch;
let changes: number;

beforeEach(() => {
  vi.useFakeTimers();
  [asked, answers, kind, changes, heard.active] = [[], {}, 'live', 0, undefined];
  const session = {
    get panel() {
      return { kind };
    },
    onChanged: (listener: Listener) => {
      heard.listeners['session'] = listener;
      return { dispose: () => {} };
    },
    request: async (_: unknown, { uri, languageId }: { uri: string; languageId: string }) => {
      asked.push(`${uri} ${languageId}`);
      return await (answers[uri] ?? null);
    },
  };
  watch = new SilenceWatch(session as never);
  watch.onChanged(() => void changes++);
});
afterEach(() => {
  watch.dispose();
  vi.useRealTimers();
});

const documentAt = (uri: string, languageId = 'markdown') => ({
  languageId,
  uri: { scheme: uri.split(':')[0], toString: () => uri },
});
const tell = (name: string, event?: unknown): void => heard.listeners[name]!(event as never);
async function activate(document: object | undefined): Promise<void> {
  heard.active = document === undefined ? undefined : { document };
  tell('active');
  await vi.advanceTimersByTimeAsync(0);
}

test.each([
  ['a file in a language that is off', 'file:///notes.md', 'languages'],
  ['a file that the settings leave out', 'file:///.env', 'exclude'],
  ['a Markdown cell, likewise', 'vscode-notebook-cell:/n.ipynb#W0', 'languages'],
] as const)('the server says why %s is silent', async (_, uri, why) => {
  answers[uri] = why;
  await activate(documentAt(uri));
  expect(watch.current).toEqual({ why, languageId: 'markdown' });
  await activate(documentAt('file:///a.md'));
  expect(watch.current).toBeNull();
  expect(changes).toBe(2);
});

test('what is not written is known without asking', async () => {
  await activate(documentAt('git:/a.ts?ref'));
  expect(watch.current).toEqual({ why: 'view', languageId: 'markdown' });
  await activate(undefined);
  expect([watch.current, asked]).toEqual([null, []]);
});

test('the server is asked where an editor, its language or the settings change, and where it has started; not otherwise', async () => {
  const notes = documentAt('file:///notes.md');
  kind = 'starting';
  await activate(notes);
  expect(asked).toEqual([]);
  kind = 'live';
  for (const state of ['live', 'live']) tell('session', { kind: state });
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.splice(0)).toEqual(['file:///notes.md markdown']);
  tell('opened', documentAt('file:///other.md'));
  notes.languageId = 'plaintext';
  tell('opened', notes);
  expect(asked.splice(0)).toEqual(['file:///notes.md plaintext']);
  for (const section of ['editor', 'repotune.completions'])
    tell('settings', { affectsConfiguration: (name: string) => name === section });
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual(['file:///notes.md plaintext']);
});

test('an answer about an editor that was left is dropped', async () => {
  const late = Promise.withResolvers<Silence | null>();
  answers['file:///notes.md'] = late.promise;
  await activate(documentAt('file:///notes.md'));
  await activate(documentAt('file:///a.ts'));
  late.resolve('languages');
  await vi.advanceTimersByTimeAsync(0);
  expect(watch.current).toBeNull();
});
