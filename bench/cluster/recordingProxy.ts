/** Sits between the command line and Ray, and records every byte sent there. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

export interface RecordingProxy {
  readonly address: string;
  readonly sent: readonly Sent[];
  close(): void;
}

export async function recordingProxy(target: string): Promise<RecordingProxy> {
  const { hostname, port } = new URL(target);
  const sent: Sent[] = [];
  const server: Server = createServer((incoming, answer) => {
    void bodyOf(incoming).then((body) => {
      sent.push({ method: incoming.method ?? '', path: incoming.url ?? '', body });
      const { method, url: path, headers } = incoming;
      const outgoing = request({ hostname, port, method, path, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      outgoing.on('error', () => answer.destroy());
      outgoing.end(body);
    });
  });
  // The log's websocket: what the client sends on it is recorded too.
  server.on('upgrade', (incoming, client, head) => {
    const asked = { method: 'UPGRADE', path: incoming.url ?? '', body: Buffer.alloc(0) };
    sent.push(asked);
    const ray = connect(Number(port), hostname, () => {
      const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}`);
      ray.write([`GET ${incoming.url} HTTP/1.1`, ...headers, '', ''].join('\r\n'));
      ray.write(head);
      ray.pipe(client);
      client.pipe(ray);
    });
    ray.on('error', () => client.destroy());
    client.on('error', () => ray.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${own}`, sent, close };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
