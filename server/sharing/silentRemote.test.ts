import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { ScratchRepository } from '../mining/testing.ts';
import type * as Limits from './limits.ts';
import { TeamShare } from './teamShare.ts';

vi.mock('./limits.ts', async (original) => ({ ...(await original<typeof Limits>()), ANSWER_SECONDS: 10 }));

it('a host that accepts the connection and never answers is waited for aloud, then given up with a message', {
  timeout: 60_000,
}, async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  using repository = new ScratchRepository();
  try {
    const said: string[] = [];
    const remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.git`;
    const share = await TeamShare.open({
      folder: repository.root,
      remote,
      signatures: 'warn',
      findBase: async () => null,
      onWait: (sentence) => void said.push(sentence),
    });
    await expect(share.list()).rejects.toThrow(/cannot be reached|has said nothing/);
    expect(said).toEqual(['The remote has said nothing for 8 seconds. Waiting for 10 at most.']);
    expect(sockets.length).toBeGreaterThan(0);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
