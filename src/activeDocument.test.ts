import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DocumentAnswer } from '../server/protocol/index.ts';
import { ActiveDocument } from './activeDocument.ts';

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

const nothing = { silence: null, routed: null };
let asked: unknown[];
let answers: Record<string, Partial<DocumentAnswer> | Promise<Partial<DocumentAnswer>>>;
let kind: string;
let watch: ActiveDocument;
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
    onRoutes: (listener: Listener) => {
      heard.listeners['routes'] = listener;
      return { dispose: () => {} };
    },
    request: async (_: unknown, { uri, languageId }: { uri: string; languageId: string }) => {
      asked.push(`${uri} ${languageId}`);
      return { silence: null, routed: null, ...(await answers[uri]) };
    },
  };
  watch = new ActiveDocument(session as never);
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
  answers[uri] = { silence: why };
  await activate(documentAt(uri));
  expect(watch.current).toEqual({ silence: { why, languageId: 'markdown' }, routed: null });
  await activate(documentAt('file:///a.md'));
  expect(watch.current).toEqual(nothing);
  expect(changes).toBe(2);
});

test('what is not written is known without asking', async () => {
  await activate(documentAt('git:/a.ts?ref'));
  expect(watch.current).toEqual({ silence: { why: 'view', languageId: 'markdown' }, routed: null });
  await activate(undefined);
  expect([watch.current, asked]).toEqual([nothing, []]);
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
  const late = Promise.withResolvers<Partial<DocumentAnswer>>();
  answers['file:///notes.md'] = late.promise;
  await activate(documentAt('file:///notes.md'));
  await activate(documentAt('file:///a.ts'));
  late.resolve({ silence: 'languages' });
  await vi.advanceTimersByTimeAsync(0);
  expect(watch.current).toEqual(nothing);
});

test('what a choice by folder or language lets complete is known once that choice is made', async () => {
  await activate(documentAt('file:///a.go', 'go'));
  answers['file:///a.go'] = { routed: { adapter: 'monday' } };
  tell('routes');
  await vi.advanceTimersByTimeAsync(0);
  expect([watch.current, changes]).toEqual([{ silence: null, routed: { adapter: 'monday' } }, 1]);
  tell('routes');
  await vi.advanceTimersByTimeAsync(0);
  expect(changes).toBe(1);
});
