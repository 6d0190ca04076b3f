/** A prepared base as an editor sees it: which adapter completes, what is reported, and what happens to the base. */
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { trainedAdapter } from '../engine/testing.ts';
import {
  type Notice,
  Notifications,
  type PrepareAnswer,
  type PrepareOffer,
  type PrepareProgress,
  Requests,
} from '../protocol/index.ts';
import { sha256File } from '../storage/hash.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { ABOUT, type AboutLayout, ADAPTER, layoutFolder } from '../tuning/layoutAdapters.ts';
import { pointCursor, pointSource, TestClient, until, uriOf } from './testing.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

let data: string;
let folder: string;
let base: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'repotune-data-'));
  folder = await mkdtemp(join(tmpdir(), 'repotune-prepared-'));
  base = join(data, 'base.gguf');
  await copyFile(bundledModelPath(), base);
});
afterEach(async () => {
  await rm(data, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

const colours = `export const colour = 'crimsoncrimsoncrimson';\n`.repeat(12);
const text = 'export const colour = \n';
const offset = text.length - 1;

/** An adapter that has memorized a word, so that it shows at once whether it is completing. */
async function learned(adapter: string): Promise<void> {
  await copyFile(await trainedAdapter(folder, 'layout', colours), adapter);
}

async function prepare(make = learned): Promise<void> {
  const baseSha256 = await sha256File(base);
  const layout = layoutFolder(baseSha256, data);
  await mkdir(layout, { recursive: true });
  const adapter = join(layout, ADAPTER);
  await make(adapter);
  const about: AboutLayout = {
    format: 1,
    baseSha256,
    baseBytes: (await stat(base)).size,
    adapterSha256: await sha256File(adapter),
    prompt: { order: 'suffix-first-line', repoTokens: false },
    steps: 12,
    tokens: 1000,
  };
  await writeFile(join(layout, ABOUT), JSON.stringify(about));
}

async function withServer(path: string, use: (client: TestClient) => Promise<void>): Promise<void> {
  const settings = { model: { path }, completions: { lookAhead: false } };
  const client = await TestClient.start({ folders: [folder], settings, env: { REPOTUNE_DATA: data } });
  try {
    await use(client);
  } finally {
    await client.stop();
  }
}

const offerOf = (client: TestClient): Promise<PrepareOffer> => client.connection.sendRequest(Requests.prepareOffer, {});

test('the prepared adapter completes where no version serves, and the base alone once that is undone', async () => {
  await prepare();
  await withServer(base, async (client) => {
    const uri = uriOf(join(folder, 'a.ts'));
    await client.open(uri, 'typescript', text);
    const written = async (): Promise<string> => String((await client.inline(uri, offset))[0]?.insertText);
    expect(await written()).toContain('crimson');
    expect((await client.state()).base).toMatchObject({ prepared: true, bundled: false });
    expect(await offerOf(client)).toEqual({ kind: 'prepared', completes: true });
    expect(await client.connection.sendRequest(Requests.unprepare, {})).toMatchObject({ base: { prepared: false } });
    expect(await written()).not.toContain('crimson');
    expect(await offerOf(client)).toMatchObject({ kind: 'offer', minutes: 5, mostMinutes: expect.any(Number) });
  });
});

test('a prepared adapter that cannot be loaded leaves the base completing alone, with one notice', async () => {
  await prepare(async (adapter) => writeFile(adapter, 'no adapter'));
  await withServer(base, async (client) => {
    const notices: string[] = [];
    client.connection.onNotification(Notifications.notice, ({ message }: Notice) => {
      notices.push(message);
    });
    const uri = uriOf(join(folder, 'a.ts'));
    await client.open(uri, 'typescript', pointSource);
    const written = async (): Promise<number> => (await client.inline(uri, pointCursor)).length;
    await written();
    expect(await written()).toBeGreaterThan(0);
    await written();
    expect(notices).toEqual([expect.stringMatching(/adapter\.gguf.*Completions come from the base alone/)]);
  });
});

test('the bundled base needs no preparation, and the offer says so', async () => {
  await withServer('', async (client) => {
    expect((await client.state()).base).toMatchObject({ prepared: null, bundled: true });
    expect(await offerOf(client)).toMatchObject({
      kind: 'none',
      message: expect.stringMatching(/needs no preparation/),
    });
  });
});

test('during preparation completions are answered, a tune is refused, and a cancel leaves the base unprepared', async () => {
  await withServer(base, async (client) => {
    const shares: number[] = [];
    client.connection.onNotification(Notifications.prepareProgress, ({ share }: PrepareProgress) => {
      shares.push(share);
    });
    const cancel = new CancellationTokenSource();
    const answer: Promise<PrepareAnswer> = client.connection.sendRequest(Requests.prepare, {}, cancel.token);
    await until(() => shares.some((share) => share > 0), 'the first steps');
    const uri = uriOf(join(folder, 'a.ts'));
    await client.open(uri, 'typescript', pointSource);
    expect(await client.inline(uri, pointCursor)).not.toEqual([]);
    expect(await client.connection.sendRequest(Requests.tune, { folder })).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/being prepared/),
    });
    expect(await client.connection.sendRequest(Requests.prepare, {})).toMatchObject({ kind: 'failed' });
    cancel.cancel();
    expect(await answer).toEqual({ kind: 'cancelled' });
    expect((await client.state()).base).toMatchObject({ prepared: false });
  });
});
