import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createProtocolConnection, ResponseError } from 'vscode-languageserver-protocol/node';
import { isLost } from './lostConnection.ts';

const failure = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(
    () => null,
    (error: unknown) => error,
  );

test('a pending request and one sent after the connection has closed are recognized as lost', async () => {
  const connection = createProtocolConnection(new PassThrough(), new PassThrough());
  connection.listen();
  const underWay = failure(connection.sendRequest('repotune/state', {}));
  connection.dispose();
  const tooLate = failure((async () => connection.sendRequest('repotune/state', {}))());
  for (const error of [await underWay, await tooLate])
    expect([String(error), isLost(error)]).toEqual([String(error), true]);
});

test.each([
  ['a refusal by the server', new ResponseError(-32803, 'There is no adapter.')],
  ['another error', new Error('Connection is slow.')],
  ['a text', 'Connection is closed.'],
])('%s is not recognized as lost', (_, error) => {
  expect(isLost(error)).toBe(false);
});
