/** What a client is told while the server starts. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { SETTINGS_VARIABLE } from '../protocol/index.ts';
import { TestClient, until } from './testing.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

test.each([
  ['settings in the handshake', {}],
  ['settings in the environment, as VS Code gives them', { [SETTINGS_VARIABLE]: '{}' }],
])('a window with a folder never seems to have none, with %s', async (_, env) => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const client = await TestClient.start({ folders: [folder], env });
  try {
    await until(() => client.states.at(-1)?.engine.kind === 'ready', 'the engine, without a request for the state');
    expect(client.states.filter((state) => state.folder === null)).toEqual([]);
  } finally {
    await client.stop();
  }
});

test('a window without a folder is told so, unasked', async () => {
  const client = await TestClient.start();
  try {
    await until(() => client.states.length > 0, 'a state');
    expect(client.states.at(-1)).toMatchObject({ folder: null, base: { bundled: true } });
  } finally {
    await client.stop();
  }
});
