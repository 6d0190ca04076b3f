import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Requests } from '../protocol/index.ts';
import { TestClient } from './testing.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let client: TestClient;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-requests-'));
  client = await TestClient.start({ folders: [folder], settings: { completions: { enabled: false } } });
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

test.each([
  [Requests.adapters, []],
  [Requests.routes, { routes: [] }],
  [Requests.stop, false],
])('%s without parameters is answered as with empty ones', async (method, expected) => {
  expect(await client.connection.sendRequest(method)).toEqual(expected);
  expect(await client.connection.sendRequest(method, {})).toEqual(expected);
});

test.each([
  [Requests.lineage, { adapterId: 7 }, /adapterId/],
  [Requests.startLiveComparison, { rival: null, share: 2 }, /share/],
  [Requests.tune, { preset: 'huge' }, /preset/],
])(
  '%s with parameters of another shape is refused, and the message names what is wrong',
  async (method, params, named) => {
    const refusal = await client.connection.sendRequest(method, params).catch((error: Error) => error.message);
    expect(refusal).toMatch(named);
    expect(refusal).not.toMatch(/[{}]/);
  },
);
