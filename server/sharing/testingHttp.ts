/** A git server over http for tests: node in front of git's own http-backend (git-http-backend(1), CGI/1.1). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export class HttpRemote implements Disposable {
  /** Bytes of answers so far. */
  transferredBytes = 0;
  /** Cuts every connection after so many bytes of one answer; null: never. */
  cutAfterBytes: number | null = null;
  /** Requests that begin like this are taken in and never answered; null: none. */
  silentOn: RegExp | null = null;
  /** What whoever fetches gets every 100 ms, after the beginning of an answer and without end; null: an answer. */
  dripsToFetches: (() => Buffer) | null = null;
  /** The status of the answer to whoever fetches; null: the server's own. */
  statusOfFetches: number | null = null;
  /** Bytes of an answer in a millisecond; null: as fast as it goes. */
  bytesPerMs: number | null = null;
  /** Bytes of a request that are taken in a millisecond; null: as fast as it goes. */
  takenBytesPerMs: number | null = null;
  /** How long every answer takes to begin. */
  delayMs = 0;
  readonly #server: Server;

  private constructor(folder: string) {
    this.#server = createServer((request, response) => {
      const go = (): void => void setTimeout(() => answer(folder, request, response, this), this.delayMs);
      if (request.method === 'GET') return go();
      request.once('data', (beginning: Buffer) => {
        const text = beginning.toString('latin1');
        if (this.silentOn?.test(text)) return;
        if (this.statusOfFetches !== null && text.includes('command=fetch'))
          return void response.writeHead(this.statusOfFetches).end();
        if (this.dripsToFetches !== null && text.includes('command=fetch')) return drip(response, this.dripsToFetches);
        request.pause();
        request.unshift(beginning);
        go();
      });
    });
  }

  /** Serves the repositories of a folder. */
  static async start(folder: string): Promise<HttpRemote> {
    const remote = new HttpRemote(folder);
    remote.#server.listen(0, '127.0.0.1');
    await once(remote.#server, 'listening');
    return remote;
  }

  url(name: string): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/${name}`;
  }

  [Symbol.dispose](): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function answer(folder: string, request: IncomingMessage, response: ServerResponse, remote: HttpRemote): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      CONTENT_LENGTH: request.headers['content-length'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
      REMOTE_USER: 'someone',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const { takenBytesPerMs } = remote;
  if (takenBytesPerMs !== null)
    request.on('data', (chunk: Buffer) => {
      request.pause();
      setTimeout(() => request.resume(), chunk.length / takenBytesPerMs);
    });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => undefined);
  let head = Buffer.alloc(0);
  let sent = 0;
  backend.stdout.on('data', (chunk: Buffer) => {
    let body = chunk;
    if (!response.headersSent) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      writeHead(response, head.toString('latin1', 0, end));
      body = head.subarray(end + 4);
    }
    remote.transferredBytes += body.length;
    sent += body.length;
    response.write(body);
    if (remote.bytesPerMs !== null) {
      backend.stdout.pause();
      setTimeout(() => backend.stdout.resume(), body.length / remote.bytesPerMs);
    }
    if (remote.cutAfterBytes !== null && sent > remote.cutAfterBytes) response.destroy();
  });
  backend.on('close', () => response.end());
}

function drip(response: ServerResponse, next: () => Buffer): void {
  response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
  response.write(packet(Buffer.from('packfile\n')));
  const dripping = setInterval(() => response.write(packet(next())), 100);
  response.on('close', () => clearInterval(dripping));
}

/** gitprotocol-common(5), "pkt-line". */
function packet(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from((content.length + 4).toString(16).padStart(4, '0')), content]);
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const [name = '', value = ''] = line.split(/:\s*/, 2);
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
