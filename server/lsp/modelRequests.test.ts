/** Base models as an editor requests them, independent of what serves or fails to. */
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { catalogue } from '../models/catalogue.ts';
import { type ModelAnswer, type ModelChoices, Requests } from '../protocol/index.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { childrenOf, TestClient, until } from './testing.ts';

vi.setConfig({ testTimeout: 120_000 });

const [smallest] = catalogue;
let data: string;
let downloaded: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'repotune-data-'));
  downloaded = join(data, 'models', smallest.file);
  await mkdir(join(data, 'models'));
  await copyFile(bundledModelPath(), downloaded);
});
afterEach(() => rm(data, { recursive: true, force: true }));

async function withServer(settings: object, use: (client: TestClient) => Promise<void>): Promise<void> {
  const client = await TestClient.start({ settings, env: { REPOTUNE_DATA: data } });
  try {
    await use(client);
  } finally {
    await client.stop();
  }
}
const modelsOf = (client: TestClient): Promise<ModelChoices> => client.connection.sendRequest(Requests.models, {});
const remove = (client: TestClient, id: string): Promise<ModelAnswer> =>
  client.connection.sendRequest(Requests.removeModel, { id });

test('models are listed and one is recommended when the file of the current base is missing', async () => {
  await withServer({ model: { path: join(data, 'gone.gguf') } }, async (client) => {
    const { models, recommendation } = await modelsOf(client);
    expect(models.map(({ id }) => id)).toEqual(expect.arrayContaining(['bundled', smallest.id]));
    expect(recommendation).toContain('measured on the CPU');
  });
});

test('with completions off, listing the models leaves no engine running', async () => {
  await withServer({ completions: { enabled: false } }, async (client) => {
    expect((await modelsOf(client)).models.length).toBeGreaterThan(1);
    await until(async () => (await childrenOf(client.process.pid!)).length === 0, 'the engine to end', 5000);
    expect((await client.state()).engine.kind).toBe('off');
  });
});

test('the base in use is not deleted, and the refusal says what to do first; an unused one is, with its part', async () => {
  await writeFile(`${downloaded}.part`, 'half');
  await withServer({ model: { path: downloaded }, completions: { enabled: false } }, async (client) => {
    for (const name of [smallest.id, smallest.file])
      expect(await remove(client, name)).toMatchObject({
        kind: 'failed',
        message: expect.stringMatching(/in use.*Choose another base model first/),
      });
    expect((await stat(downloaded)).size).toBeGreaterThan(0);
    await client.settings({ completions: { enabled: false } });
    expect(await remove(client, smallest.id)).toMatchObject({ kind: 'removed' });
    const again = (await modelsOf(client)).models.find(({ id }) => id === smallest.id);
    expect(again).toMatchObject({ path: null, partBytes: 0 });
  });
});
