import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CancellationToken, type Connection } from 'vscode-languageserver';
import { type RequestHandlers, Requests } from '../protocol/index.ts';
import { serveRequests } from './requests.ts';
import { TestClient } from './testing.ts';

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
  [Requests.routes, { routes: [], within: '' }],
  [Requests.stop, false],
])('%s without parameters is answered like one with empty parameters', async (method, expected) => {
  expect(await client.connection.sendRequest(method)).toEqual(expected);
  expect(await client.connection.sendRequest(method, {})).toEqual(expected);
});

test.each([
  [Requests.lineage, { adapterId: 7 }, /adapterId/],
  [Requests.startLiveComparison, { rival: null, share: 2 }, /share/],
  [Requests.tune, { preset: 'huge' }, /preset/],
])(
  '%s with malformed parameters is refused, and the message names the field in plain words',
  async (method, params, named) => {
    const refusal = await client.connection.sendRequest(method, params).catch((error: Error) => error.message);
    expect(refusal).toMatch(named);
    expect(refusal).not.toMatch(/[{}]/);
  },
);

test('the cause that an error message leaves out is logged', async () => {
  const served = new Map<string, (params: unknown, token: CancellationToken) => unknown>();
  const connection = { onRequest: (method: string, answer: () => unknown) => void served.set(method, answer) };
  const handlers = {
    adapters: async () => {
      throw new Error('The remote refused access.', { cause: new Error('one\ntwo') });
    },
    stop: async () => {
      throw new Error('No.');
    },
  };
  const logged: string[] = [];
  serveRequests(connection as unknown as Connection, handlers as unknown as RequestHandlers, (line) =>
    logged.push(line),
  );
  const ask = (method: string) => Promise.resolve(served.get(method)!({}, CancellationToken.None));
  await expect(ask(Requests.adapters)).rejects.toThrow(/^The remote refused access\.$/);
  await expect(ask(Requests.stop)).rejects.toThrow('No.');
  expect(logged).toEqual([`${Requests.adapters}: The remote refused access.\none\ntwo`]);
});
