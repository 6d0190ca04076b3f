import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ExecuteCommandRequest, InlineCompletionRequest } from 'vscode-languageserver-protocol/node';
import { bundledModelPath, scriptPath } from '../paths.ts';
import { type CompletionStatistics, Requests } from '../protocol.ts';
import { childrenOf, TestClient, until, uriOf } from './testing.ts';

// Every test starts processes that load a model; a build machine may be busy with others beside.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const source = `export interface Point {
  x: number;
  y: number;
}

export function distance(a: Point, b: Point): number {
  const dx = a.x - b.x;
  const dy = a.y - b.y;
  return Math.sqrt(dx * dx + dy * dy);
}

export function add(a: Point, b: Point): Point {
  return {
}
`;
const cursor = source.indexOf('return {') + 'return '.length;

describe('a plain client over stdio', () => {
  let client: TestClient;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
    client = await TestClient.start({ folders: [folder] });
  });
  afterAll(async () => {
    expect(await client.stop()).toBe(0);
  });

  test('opens a document, asks, and gets an item that can be inserted', async () => {
    const uri = uriOf(join(folder, 'point.ts'));
    await client.open(uri, 'typescript', source);
    const items = await client.inline(uri, source.indexOf('dx * dx') + 3);
    const state = await client.state();
    expect(state.engine).toEqual({ kind: 'ready', message: '' });
    expect(state.base?.bundled).toBe(true);
    expect(items.length).toBeGreaterThan(0);
    const [item] = items;
    expect(item!.range!.start).toEqual(client.document(uri).positionAt(source.indexOf('dx * dx') + 3));
    expect(item!.filterText).toBe(client.document(uri).getText(item!.range) + item!.insertText);
  });

  test('the same place asked again answers from memory, the same', async () => {
    const uri = uriOf(join(folder, 'again.ts'));
    await client.open(uri, 'typescript', source);
    const first = await client.inline(uri, cursor);
    const second = await client.inline(uri, cursor);
    const insertions = (items: typeof first) => items.map(({ insertText, range }) => ({ insertText, range }));
    expect(insertions(second)).toEqual(insertions(first));
    expect(new Set(first.map(({ insertText }) => insertText)).size).toBe(first.length);
  });

  test('typing what is suggested leaves the rest suggested', async () => {
    const uri = uriOf(join(folder, 'type.ts'));
    const text = source.replace('return Math.sqrt(dx * dx + dy * dy);', '');
    const at = text.indexOf('const dy = ') + 'const dy = '.length;
    await client.open(uri, 'typescript', text.slice(0, at) + text.slice(at + 'a.y - b.y;'.length));
    const [first] = await client.inline(uri, at);
    expect(first).toBeDefined();
    const suggested = String(first!.insertText);
    await client.edit(uri, at, 0, suggested.slice(0, 1));
    const [rest] = await client.inline(uri, at + 1);
    expect(rest!.insertText).toBe(suggested.slice(1));
  });

  test('a cancelled request ends, and the next one is answered', async () => {
    const uri = uriOf(join(folder, 'cancel.ts'));
    await client.open(uri, 'typescript', `${source}\nexport function scale(`);
    const abort = new AbortController();
    const cancelled = client
      .inline(uri, source.length, { signal: abort.signal })
      .catch((error: Error) => error.message);
    abort.abort();
    await cancelled;
    expect(await client.inline(uri, cursor)).toBeInstanceOf(Array);
  });

  test('an answer for a document that changed meanwhile is not given', async () => {
    const uri = uriOf(join(folder, 'changed.ts'));
    await client.open(uri, 'typescript', source.replaceAll('Point', 'Place'));
    const asked = client.inline(uri, cursor);
    await client.edit(uri, 0, 0, '// first line\n');
    expect(await asked).toEqual([]);
  });

  test('positions are UTF-16 units, also behind characters outside the basic plane', async () => {
    const uri = uriOf(join(folder, 'emoji.ts'));
    const text = `// 🙂🙂 points\n${source}`;
    await client.open(uri, 'typescript', text);
    const offset = text.indexOf('dx * dx') + 3;
    const items = await client.inline(uri, offset);
    expect(items[0]?.range?.start).toEqual(client.document(uri).positionAt(offset));
    const inEmoji = await client.inlineAt(uri, { line: 0, character: 4 });
    for (const { range } of inEmoji) expect(range?.start.character).not.toBe(4);
  });

  test.each([
    [
      'a file of 5 MB',
      'typescript',
      `${'const value = compute(1, 2);\n'.repeat(90_000)}const other = `,
      `;\n${'call();\n'.repeat(300_000)}`,
    ],
    [
      'a line of 200,000 characters',
      'javascript',
      `const data = "${'x'.repeat(100_000)}`,
      `${'y'.repeat(100_000)}";\n`,
    ],
    ['an unknown language', 'klingon', 'Qapla" ', '\n'],
    ['a notebook cell', 'python', 'import math\n\nmath.sq', '\n'],
    ['an untitled document', 'go', 'package main\n\nfunc ', '\n'],
  ])('%s is edited and asked about without delay or harm', async (name, languageId, before, after) => {
    const uri = name.includes('cell')
      ? 'vscode-notebook-cell:/book.ipynb#C1'
      : name.includes('untitled')
        ? 'untitled:Untitled-7'
        : uriOf(join(folder, `${languageId}.x`));
    await client.open(uri, languageId, before + after);
    await client.inline(uri, before.length);
    const startedMs = performance.now();
    for (let i = 0; i < 5; i++) {
      await client.edit(uri, before.length + i, 0, 'a');
      const items = await client.inline(uri, before.length + i + 1, { invoked: false });
      for (const { range } of items)
        expect(range?.start).toEqual(client.document(uri).positionAt(before.length + i + 1));
    }
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    await client.close(uri);
  });

  test('what was offered and taken is counted, by the edit or by the editor’s word', async () => {
    const total = async (): Promise<{ offered: number; accepted: number }> => {
      const { days } = await client.connection.sendRequest<CompletionStatistics>(Requests.statistics, {});
      return days.reduce(
        (sum, day) => ({ offered: sum.offered + day.offered, accepted: sum.accepted + day.accepted }),
        { offered: 0, accepted: 0 },
      );
    };
    const uri = uriOf(join(folder, 'taken.ts'));
    await client.open(uri, 'typescript', source);
    const offset = source.indexOf('dx * dx') + 3;
    const before = await total();
    const [item] = await client.inline(uri, offset);
    await client.edit(uri, offset, client.document(uri).offsetAt(item!.range!.end) - offset, String(item!.insertText));
    await client.connection.sendRequest(ExecuteCommandRequest.type, item!.command!);
    expect(await total()).toEqual({ offered: before.offered + 1, accepted: before.accepted + 1 });
  });

  test('the command line prints what the editor shows', async () => {
    const path = join(folder, 'same.ts');
    await writeFile(path, source);
    const uri = uriOf(path);
    await client.open(uri, 'typescript', source);
    for (const [offset, invoked] of [
      [source.indexOf('dx * dx') + 3, true],
      [source.indexOf('dy = ') + 5, false],
    ] as const) {
      const { line, character } = client.document(uri).positionAt(offset);
      const place = `${path}:${line + 1}:${character + 1}`;
      const { stdout } = await promisify(execFile)(process.execPath, [
        scriptPath('cli'),
        'complete',
        place,
        '--json',
        '--base',
        ...(invoked ? ['--invoked'] : []),
      ]);
      const printed = JSON.parse(stdout) as { kind: string; text?: string };
      const [shown] = await client.inline(uri, offset, { invoked });
      expect(shown?.insertText).toBe(printed.text);
    }
  });

  test('the suggest widget’s selection is where a suggestion goes on', async () => {
    const uri = uriOf(join(folder, 'selected.ts'));
    const at = source.indexOf('Math.sqrt') + 'Math.s'.length;
    await client.open(uri, 'typescript', source.slice(0, at) + source.slice(source.indexOf(';', at)));
    const position = client.document(uri).positionAt(at);
    const range = { start: { ...position, character: position.character - 1 }, end: position };
    const answer = await client.connection.sendRequest(InlineCompletionRequest.type, {
      textDocument: { uri },
      position,
      context: { triggerKind: 2, selectedCompletionInfo: { range, text: 'sqrt' } },
    });
    const items = answer === null ? [] : Array.isArray(answer) ? answer : answer.items;
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) {
      expect(String(item.insertText)).toMatch(/^sqrt/);
      expect(item.range!.start).toEqual(range.start);
    }
  });

  test('switched off it says nothing and frees the engine; switched on it comes back', async () => {
    const uri = uriOf(join(folder, 'off.ts'));
    await client.open(uri, 'typescript', source);
    await client.settings({ completions: { enabled: false } });
    await until(async () => (await client.state()).engine.kind === 'off', 'the engine to be off');
    expect(await client.inline(uri, cursor)).toEqual([]);
    expect((await client.state()).completionsEnabled).toBe(false);
    await client.settings({ completions: { enabled: true } });
    await until(
      async () => (await client.inline(uri, cursor)).length >= 0 && (await client.state()).engine.kind === 'ready',
      'the engine to be ready',
    );
  });

  test('a setting that makes no sense is named once, and its default is used', async () => {
    await client.settings({ completions: { maxTokens: -4 } });
    await until(() => client.notices.some(({ message }) => message.includes('maxTokens')), 'the notice');
    const before = client.notices.length;
    await client.settings({ completions: { maxTokens: -4 } });
    await client.state();
    expect(client.notices.length).toBe(before);
    await client.settings({});
  });
});

test('settings that come with the handshake are judged, and what is wrong is said after it', async () => {
  const client = await TestClient.start({ settings: { device: 'tpu', completions: { enabled: false } } });
  try {
    await until(() => client.notices.some(({ message }) => message.includes('repotune.device')), 'the notice');
    expect((await client.state()).engine.kind).toBe('off');
  } finally {
    await client.stop();
  }
});

test('an engine process that is killed is said once and comes back; the server stays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const client = await TestClient.start({ folders: [folder] });
  try {
    const uri = uriOf(join(folder, 'killed.ts'));
    await client.open(uri, 'typescript', source);
    const offset = source.indexOf('dx * dx') + 3;
    const before = await client.inline(uri, offset);
    expect(before.length).toBeGreaterThan(0);
    for (const pid of await childrenOf(client.process.pid!)) process.kill(pid, 'SIGKILL');
    await until(() => client.notices.length > 0, 'the notice');
    const killedAt = performance.now();
    const other = uriOf(join(folder, 'other.ts'));
    await client.open(other, 'typescript', source.replaceAll('distance', 'length'));
    await until(async () => (await client.inline(other, offset - 2)).length > 0, 'a suggestion', 10_000);
    expect(performance.now() - killedAt).toBeLessThan(5_000);
    expect(client.notices).toHaveLength(1);
    expect(client.notices[0]!.severity).toBe('warning');
    expect(client.process.exitCode).toBeNull();
  } finally {
    await client.stop();
  }
});

test('a model file that is removed while loaded serves on, and is missed with a sentence when it is needed again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const path = join(folder, 'moved.gguf');
  await copyFile(bundledModelPath(), path);
  const client = await TestClient.start({ folders: [folder], settings: { model: { path } } });
  try {
    const uri = uriOf(join(folder, 'moved.ts'));
    await client.open(uri, 'typescript', source);
    const offset = source.indexOf('dx * dx') + 3;
    expect((await client.inline(uri, offset)).length).toBeGreaterThan(0);
    await rm(path);
    expect((await client.inline(uri, offset - 3)).length).toBeGreaterThan(0);
    for (const pid of await childrenOf(client.process.pid!)) process.kill(pid, 'SIGKILL');
    await until(
      () => client.notices.some(({ severity, message }) => severity === 'error' && message.includes('moved.gguf')),
      'the sentence',
    );
    expect(client.process.exitCode).toBeNull();
  } finally {
    await client.stop();
  }
});

test('a client without inline completions gets one preselected item', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const client = await TestClient.start({ folders: [folder], inline: false });
  try {
    expect(client.initialized.capabilities.inlineCompletionProvider).toBeUndefined();
    const uri = uriOf(join(folder, 'list.ts'));
    await client.open(uri, 'typescript', source);
    const offset = source.indexOf('dx * dx') + 3;
    const items = await client.completions(uri, offset);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ preselect: true, detail: 'Repotune' });
  } finally {
    await client.stop();
  }
});

test('a model that cannot be loaded is said once, with what to do, and the server lives', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const model = join(folder, 'broken.gguf');
  await writeFile(model, 'not a model');
  const client = await TestClient.start({ folders: [folder], settings: { model: { path: model } } });
  try {
    const uri = uriOf(join(folder, 'broken.ts'));
    await client.open(uri, 'typescript', source);
    for (let i = 0; i < 3; i++) expect(await client.inline(uri, cursor)).toEqual([]);
    await until(() => client.notices.length > 0, 'the notice');
    expect(client.notices.filter(({ message }) => message.includes('broken.gguf'))).toHaveLength(1);
    expect((await client.state()).engine.kind).toBe('failed');
  } finally {
    await client.stop();
  }
});
