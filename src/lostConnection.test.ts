import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createProtocolConnection, ResponseError } from 'vscode-languageserver-protocol/node';
import { isLost } from './lostConnection.ts';

const failure = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(
    () => null,
    (error: unknown) => error,
  );

test('a request whose server went, and one that comes before the next is there, are told as lost', async () => {
  const connection = createProtocolConnection(new PassThrough(), new PassThrough());
  connection.listen();
  const underWay = failure(connection.sendRequest('repotune/state', {}));
  connection.dispose();
  const tooLate = failure((async () => connection.sendRequest('repotune/state', {}))());
  for (const error of [await underWay, await tooLate])
    expect([String(error), isLost(error)]).toEqual([String(error), true]);
});

test.each([
  ['what the server refuses', new ResponseError(-32803, 'There is no adapter.')],
  ['another error', new Error('Connection is slow.')],
  ['no error', 'Connection is closed.'],
])('%s is not', (_, error) => {
  expect(isLost(error)).toBe(false);
});
