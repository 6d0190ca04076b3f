import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { ScratchRepository } from '../mining/testing.ts';
import type * as Limits from './limits.ts';
import { TeamShare } from './teamShare.ts';

vi.mock('./limits.ts', async (original) => ({ ...(await original<typeof Limits>()), ANSWER_SECONDS: 8 }));

it('a host that accepts the connection and never answers is given up with a message', { timeout: 60_000 }, async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  using repository = new ScratchRepository();
  try {
    const remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.git`;
    const share = await TeamShare.open({
      folder: repository.root,
      remote,
      signatures: 'warn',
      findBase: async () => null,
    });
    await expect(share.list()).rejects.toThrow(/cannot be reached|has said nothing/);
    expect(sockets.length).toBeGreaterThan(0);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
