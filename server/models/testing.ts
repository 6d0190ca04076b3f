/** For tests: a server that answers like the hub about one file, and can cut connections, slow down and lie. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Hub {
  readonly url: string;
  readonly sha256: string;
  /** Paths of all requests. */
  readonly paths: string[];
  /** Range headers of the requests to the store, in order. */
  readonly ranges: string[];
  /** Bytes of body after which connections are cut, one entry per request; then complete answers. */
  cuts: number[];
  /** Waited for before a connection is cut, which may lose bytes in transit; `end`: offset in the file of the last byte sent, plus one. */
  beforeCut: (end: number) => Promise<unknown>;
  /** null: the file is not in the large file storage, so no hash is stated. */
  statedSha256: string | null;
  /** Whether the store supports ranges; otherwise it sends the whole file. */
  knowsRanges: boolean;
  /** Sent in place of the file, as by a proxy in between. */
  page: string | null;
  /** Delay before each MB. */
  delayMs: number;
  close(): Promise<void>;
}

export interface HubFile {
  readonly repository: string;
  readonly file: string;
  readonly content: Buffer;
  readonly license?: string;
}

const PIECE = 1 << 20;

/** File lists and information with LFS ids; `resolve` redirects to a store that supports ranges. */
export async function startHub({ repository, file, content, license = 'apache-2.0' }: HubFile): Promise<Hub> {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const server = createServer((request, response) => void answer(request, response));
  const hub: Hub = {
    url: await listen(server),
    sha256,
    paths: [],
    ranges: [],
    cuts: [],
    // Enough for some to arrive.
    beforeCut: () => sleep(20),
    statedSha256: sha256,
    knowsRanges: true,
    page: null,
    delayMs: 0,
    close: () => closed(server),
  };
  const listed = (path: string, size: number): object => {
    const lfs = { oid: hub.statedSha256, size, pointerSize: 100 };
    return { type: 'file', path, size, oid: '0', ...(hub.statedSha256 && { lfs }) };
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', hub.url).pathname;
    hub.paths.push(path);
    const json = (value: unknown): void => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(value));
    };
    const about = `/api/models/${repository}`;
    if (path.startsWith(`${about}/paths-info/`)) {
      const body = JSON.parse(await bodyOf(request)) as { paths: string[] };
      json(body.paths.filter((name) => name === file).map((name) => listed(name, content.length)));
    } else if (path.startsWith(`${about}/tree/`)) {
      json([
        { type: 'directory', path: 'parts', size: 0, oid: '0' },
        listed('README.md', 10),
        listed(file, content.length),
      ]);
    } else if (path.startsWith(`${about}/revision/`)) {
      json({ _id: '0', id: repository, lastModified: new Date(0).toISOString(), cardData: { license } });
    } else if (path.startsWith(`/${repository}/resolve/`) && path.endsWith(`/${file}`)) {
      response.writeHead(302, { location: '/store/blob' }).end();
    } else if (path === '/store/blob') {
      await serveRange(request, response);
    } else {
      response.writeHead(404, { 'x-error-code': 'RepoNotFound' }).end('{}');
    }
  }

  async function serveRange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = request.headers.range ?? '';
    if (hub.page !== null) {
      hub.ranges.push(asked);
      return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(hub.page);
    }
    const [, first = '0', last = ''] = (hub.knowsRanges && /bytes=(\d+)-(\d*)/.exec(asked)) || [];
    const end = last === '' ? content.length - 1 : Math.min(Number(last), content.length - 1);
    const body = content.subarray(Number(first), end + 1);
    const range = hub.knowsRanges ? { 'content-range': `bytes ${first}-${end}/${content.length}` } : {};
    response.writeHead(hub.knowsRanges ? 206 : 200, { 'content-length': body.length, ...range });
    hub.ranges.push(asked);
    const cut = hub.cuts.shift() ?? body.length;
    for (let at = 0; at < cut && !response.destroyed; at += PIECE) {
      if (hub.delayMs > 0) await sleep(hub.delayMs);
      response.write(body.subarray(at, Math.min(at + PIECE, cut)));
    }
    if (cut >= body.length) response.end();
    else response.write('', () => void hub.beforeCut(Number(first) + cut).finally(() => response.destroy()));
  }
  return hub;
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
