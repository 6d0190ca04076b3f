import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  DidChangeConfigurationNotification,
  ExecuteCommandRequest,
  InlineCompletionRequest,
  LogMessageNotification,
  MessageType,
} from 'vscode-languageserver-protocol/node';
import { type CompletionStatistics, Requests, SETTINGS_VARIABLE } from '../protocol/index.ts';
import { scriptPath } from '../storage/paths.ts';
import { childrenOf, pointCursor as cursor, pointSource as source, TestClient, until, uriOf } from './testing.ts';

// Every test starts processes that load a model; a build machine may be busy with others at the same time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

test.each([
  ['has no such section of its own', () => null],
  [
    'refuses to tell its own',
    () => {
      throw new Error('no settings here');
    },
  ],
])('settings of the handshake, or sent, hold in a client that %s', async (_, settingsIn) => {
  const client = await TestClient.start({ settings: { completions: { enabled: false } }, settingsIn });
  try {
    await until(async () => (await client.state()).completionsEnabled === false, 'the settings of the handshake');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await client.state()).completionsEnabled).toBe(false);
    await client.connection.sendNotification(DidChangeConfigurationNotification.type, {
      settings: { repotune: { completions: { enabled: true } } },
    });
    await until(async () => (await client.state()).completionsEnabled, 'the settings sent');
  } finally {
    await client.stop();
  }
});

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

  test('gets an item that can be inserted into the document it opened', async () => {
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

  test('is told why a document gets no suggestions, whatever is typed there', async () => {
    const said = (name: string, languageId: string): Promise<unknown> =>
      client.connection.sendRequest(Requests.document, { uri: uriOf(join(folder, name)), languageId });
    expect(await said('.env', 'dotenv')).toEqual({ silence: 'exclude', routed: null });
    expect(await said('point.ts', 'typescript')).toEqual({ silence: null, routed: null });
  });

  test('gets the same items, without duplicates, when it asks again at the same position', async () => {
    const uri = uriOf(join(folder, 'again.ts'));
    await client.open(uri, 'typescript', source);
    const first = await client.inline(uri, cursor);
    const second = await client.inline(uri, cursor);
    expect(first.length).toBeGreaterThan(1);
    const insertions = (items: typeof first) => items.map(({ insertText, range }) => ({ insertText, range }));
    expect(first.length).toBeGreaterThan(0);
    expect(insertions(second)).toEqual(insertions(first));
    expect(new Set(first.map(({ insertText }) => insertText)).size).toBe(first.length);
  });

  test('is offered the rest of a suggestion after typing its first character', async () => {
    const uri = uriOf(join(folder, 'type.ts'));
    const text = source.replace('return Math.sqrt(dx * dx + dy * dy);', '');
    const at = text.indexOf('const dy = ') + 'const dy = '.length;
    await client.open(uri, 'typescript', text.slice(0, at) + text.slice(at + 'a.y - b.y;'.length));
    const [first] = await client.inline(uri, at);
    const suggested = String(first!.insertText);
    await client.edit(uri, at, 0, suggested.slice(0, 1));
    const [rest] = await client.inline(uri, at + 1);
    expect(rest!.insertText).toBe(suggested.slice(1));
  });

  test('gets an answer to the request after a cancelled one', async () => {
    const uri = uriOf(join(folder, 'cancel.ts'));
    await client.open(uri, 'typescript', `${source}\nexport function scale(`);
    const abort = new AbortController();
    const cancelled = client
      .inline(uri, source.length, { signal: abort.signal })
      .catch((error: Error) => error.message);
    abort.abort();
    await cancelled;
    expect(await client.inline(uri, cursor)).not.toEqual([]);
  });

  test('counts a suggestion once when both the edit and the command report its acceptance', async () => {
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

  test('gets the suggestion that the command line prints', async () => {
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
      if (invoked) expect(shown?.insertText).toMatch(/\S/);
    }
  });

  test('gets suggestions that continue the item selected in the suggest widget', async () => {
    const uri = uriOf(join(folder, 'selected.ts'));
    // A place that any base is sure of.
    const at = source.indexOf('y: number') + 'y: '.length;
    await client.open(uri, 'typescript', source.slice(0, at) + source.slice(source.indexOf('\n', at)));
    const position = client.document(uri).positionAt(at);
    const range = { start: position, end: position };
    const answer = await client.connection.sendRequest(InlineCompletionRequest.type, {
      textDocument: { uri },
      position,
      context: { triggerKind: 2, selectedCompletionInfo: { range, text: 'num' } },
    });
    const items = answer === null ? [] : Array.isArray(answer) ? answer : answer.items;
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) {
      expect(String(item.insertText)).toMatch(/^num./);
      expect(item.range!.start).toEqual(range.start);
    }
  });

  test('gets no suggestions and no engine while completions are off, and both again when they are on', async () => {
    const uri = uriOf(join(folder, 'off.ts'));
    await client.open(uri, 'typescript', source);
    const before = await client.inline(uri, cursor);
    expect(before.length).toBeGreaterThan(0);
    await client.settings({ completions: { enabled: false } });
    await until(async () => (await client.state()).engine.kind === 'off', 'the engine to be off');
    expect(await client.inline(uri, cursor)).toEqual([]);
    expect((await client.state()).completionsEnabled).toBe(false);
    await until(async () => (await childrenOf(client.process.pid!)).length === 0, 'the engine to end');
    await client.settings({ completions: { enabled: true } });
    await until(
      async () =>
        (await client.inline(uri, cursor))[0]?.insertText === before[0]!.insertText &&
        (await client.state()).engine.kind === 'ready',
      'the same suggestion and a ready engine',
    );
    expect(await childrenOf(client.process.pid!)).not.toEqual([]);
  });

  test('is notified of an invalid setting once', async () => {
    await client.settings({ completions: { maxTokens: -4 } });
    await until(() => client.notices.some(({ message }) => message.includes('maxTokens')), 'the notice');
    const before = client.notices.length;
    await client.settings({ completions: { maxTokens: -4 } });
    await client.state();
    expect(client.notices.length).toBe(before);
    await client.settings({});
  });
});

test('typing against an automatic suggestion lowers the base’s log odds slightly, and the file keeps that', async () => {
  const data = await mkdtemp(join(tmpdir(), 'repotune-data-'));
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const client = await TestClient.start({ folders: [folder], env: { REPOTUNE_DATA: data } });
  const uri = uriOf(join(folder, 'loop.ts'));
  const text = `${source}\nfor (let i = 0; i < items.length; `;
  await client.open(uri, 'typescript', text);
  // On a busy machine the first answer comes too late for somebody typing.
  await until(
    async () =>
      (await client.inline(uri, text.length, { invoked: false })).some((item) => /i\+\+/.test(String(item.insertText))),
    'a suggestion',
  );
  await client.edit(uri, text.length, 0, '-');
  expect(await client.stop()).toBe(0);
  const { leans } = JSON.parse(await readFile(join(data, 'statistics.json'), 'utf8')) as {
    leans: Record<'base' | 'adapter', { logOdds: number }>;
  };
  expect(leans.base.logOdds).toBeLessThan(0);
  expect(leans.base.logOdds).toBeGreaterThan(-0.1);
  expect(leans.adapter.logOdds).toBe(0);
});

test('the plan of a run with the settings follows those set, else the base, and is null when that is missing', async () => {
  const settings = { completions: { enabled: false }, tuning: { rank: 24, maxMinutes: 7 } };
  const client = await TestClient.start({ settings });
  try {
    const { settingsPlan: first } = await client.state();
    expect(first).toMatchObject({ minutes: 7, rank: 24 });
    await client.settings({ ...settings, tuning: { rank: 8, maxMinutes: 7 } });
    const { settingsPlan: second } = await client.state();
    expect(second).toMatchObject({ minutes: 7, rank: 8 });
    expect(second!.memoryBytes).toBeLessThan(first!.memoryBytes);
    await client.settings({ ...settings, tuning: {} });
    expect((await client.state()).settingsPlan).toMatchObject({ minutes: 5, rank: 16 });
    await client.settings({ ...settings, model: { path: '/none/absent.gguf' } });
    expect((await client.state()).settingsPlan).toBeNull();
  } finally {
    await client.stop();
  }
});

test('an invalid setting is logged as a warning, a missing model as an error', async () => {
  const client = await TestClient.start({ settings: { completions: { enabled: false } } });
  const logged: [MessageType, string][] = [];
  client.connection.onNotification(LogMessageNotification.type, ({ type, message }) => {
    logged.push([type, message]);
  });
  const weightOf = (part: string): MessageType | undefined => logged.find(([, message]) => message.includes(part))?.[0];
  try {
    await client.settings({ completions: { enabled: false, maxTokens: -4 }, model: { path: '/none/absent.gguf' } });
    await until(() => weightOf('absent.gguf') !== undefined, 'the missing model to be logged');
    expect(weightOf('repotune.completions.maxTokens')).toBe(MessageType.Warning);
    expect(weightOf('absent.gguf')).toBe(MessageType.Error);
  } finally {
    await client.stop();
  }
});

test('settings in the handshake are applied, and an invalid one is reported', async () => {
  const client = await TestClient.start({ settings: { device: 'tpu', completions: { enabled: false } } });
  try {
    await until(() => client.notices.some(({ message }) => message.includes('repotune.device')), 'the notice');
    expect((await client.state()).engine.kind).toBe('off');
  } finally {
    await client.stop();
  }
});

test.each([
  [
    'are validated, and an invalid one is reported',
    '{"completions":{"maxTokens":"many"}}',
    'repotune.completions.maxTokens',
  ],
  ['are ignored when they are not JSON', '{"completions"', undefined],
])('settings in the environment %s', async (_, given, named) => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const client = await TestClient.start({ folders: [folder], env: { [SETTINGS_VARIABLE]: given } });
  const ready = async (): Promise<boolean> => (await client.state()).engine.kind === 'ready';
  while (!(await ready())) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(client.notices.map(({ message }) => /repotune\.[\w.]*\w/.exec(message)?.[0])).toEqual(named ? [named] : []);
  expect(await client.stop()).toBe(0);
});

test('a client without inline completions gets one preselected completion item', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const client = await TestClient.start({ folders: [folder], inline: false });
  try {
    expect(client.initialized.capabilities.inlineCompletionProvider).toBeUndefined();
    const uri = uriOf(join(folder, 'list.ts'));
    // A place that any base is sure of: what it is unsure of is only offered when invoked.
    const begun = source.replace('y: number;', 'y: ');
    await client.open(uri, 'typescript', begun);
    const items = await client.completions(uri, begun.indexOf('y: \n') + 'y: '.length);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ preselect: true, detail: 'Repotune' });
  } finally {
    await client.stop();
  }
});
