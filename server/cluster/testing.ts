/** A server that speaks Ray's Jobs API like Ray 2.60: status codes, bodies and the log's websocket were taken from one. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface JobsStandIn {
  readonly address: string;
  readonly packages: Map<string, Buffer>;
  readonly submitted: Record<string, unknown>[];
  readonly stopped: string[];
  /** The log so far, in chunks: each is sent as one message. */
  readonly log: string[];
  status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  message: string;
  version: unknown;
  /** Accepts submissions without answering; called for each. */
  onUnanswered: (() => void) | null;
  /** Without it every request is refused, as by Ray's token authentication. */
  token: string | null;
  /** Number of requests that brought a token. */
  authorized: number;
  /** Number of submissions refused because there is no agent yet. */
  busyFor: number;
  /** Answers every request with this status instead. */
  answer: number | null;
  /** Number of messages after which log connections are cut. */
  cutAfter: number;
  /** Number of log connections so far. */
  tails: number;
  /** Called for each log connection, before anything is sent. */
  onTail: () => void;
  close(): Promise<void>;
}

const VERSION = {
  version: '4',
  ray_version: '2.60.0',
  ray_commit: 'f4d1a0d',
  session_name: 'session_2026-01-01_00-00-00',
};

export async function startJobs(): Promise<JobsStandIn> {
  const server: Server = createServer((request, response) => void handle(stand, request, response));
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket) => void tail(stand, request, socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stand: JobsStandIn = {
    address: `http://127.0.0.1:${port}`,
    packages: new Map(),
    submitted: [],
    stopped: [],
    log: [],
    status: 'RUNNING',
    message: 'Job is currently running.',
    version: VERSION,
    onUnanswered: null,
    token: null,
    authorized: 0,
    busyFor: 0,
    answer: null,
    cutAfter: Number.POSITIVE_INFINITY,
    tails: 0,
    onTail: () => {},
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stand;
}

async function handle(stand: JobsStandIn, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const reply = (status: number, text: string, type = 'application/json'): void => {
    response.writeHead(status, { 'content-type': type }).end(text);
  };
  if (stand.answer !== null) {
    response.writeHead(stand.answer, { location: 'http://elsewhere.invalid/' }).end('no');
    return;
  }
  const { method = '', url = '' } = request;
  if (request.headers.authorization !== undefined) stand.authorized++;
  if (stand.token !== null && request.headers.authorization !== `Bearer ${stand.token}`)
    return reply(401, 'Unauthorized', 'text/plain');
  // Ray refuses requests from browsers.
  if (method !== 'GET' && request.headers['sec-fetch-mode'] !== undefined)
    return reply(405, `'${method}' method not allowed for browser traffic.`, 'text/plain');
  const [, name] = /^\/api\/packages\/gcs\/([\w.]+)$/.exec(url) ?? [];
  const [, id, verb] = /^\/api\/jobs\/([\w-]+)(\/\w+)?$/.exec(url) ?? [];
  if (url === '/api/version')
    return reply(200, typeof stand.version === 'string' ? stand.version : JSON.stringify(stand.version));
  if (name !== undefined && method === 'PUT') {
    stand.packages.set(name, body);
    return reply(200, '', 'application/octet-stream');
  }
  if (name !== undefined)
    return stand.packages.has(name)
      ? reply(200, '', 'application/octet-stream')
      : reply(404, `Package gcs://${name} does not exist`, 'text/plain');
  if (url === '/api/jobs/' && method === 'POST' && stand.busyFor-- > 0)
    return reply(500, 'No available agent to submit job, please try again later.', 'text/plain');
  if (url === '/api/jobs/' && method === 'POST') {
    const job = JSON.parse(body.toString());
    stand.submitted.push(job);
    if (stand.onUnanswered !== null) {
      stand.onUnanswered();
      response.destroy();
      return;
    }
    return reply(200, JSON.stringify({ job_id: job.submission_id, submission_id: job.submission_id }));
  }
  if (id === undefined) return reply(404, '404: Not Found', 'text/plain');
  if (stand.submitted.length > 0 && !stand.submitted.some((job) => job['submission_id'] === id))
    return reply(404, `Job ${id} does not exist`, 'text/plain');
  if (verb === '/stop') {
    stand.stopped.push(id);
    stand.status = 'STOPPED';
    return reply(200, JSON.stringify({ stopped: true }));
  }
  if (verb === '/logs') return reply(200, JSON.stringify({ logs: stand.log.join('') }));
  return reply(
    200,
    JSON.stringify({
      type: 'SUBMISSION',
      job_id: null,
      submission_id: id,
      driver_info: null,
      status: stand.status,
      entrypoint: 'python job.py',
      message: stand.message,
      error_type: null,
      start_time: 1795756774307,
      end_time: null,
      metadata: { repotune: '0.1.0' },
      runtime_env: {},
      driver_agent_http_address: null,
      driver_node_id: null,
      driver_exit_code: null,
    }),
  );
}

/** Sends the log from its start, then closes as Ray does at the job's end; RFC 6455, server side, text frames only. */
async function tail(stand: JobsStandIn, request: IncomingMessage, socket: Duplex): Promise<void> {
  stand.tails++;
  socket.on('error', () => socket.destroy());
  const key = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write([...head, `Sec-WebSocket-Accept: ${key}`, '', ''].join('\r\n'));
  stand.onTail();
  for (const [i, text] of stand.log.entries()) {
    if (i >= stand.cutAfter) {
      socket.destroy();
      return;
    }
    socket.write(frame(0x81, Buffer.from(text)));
  }
  socket.write(frame(0x88, Buffer.from([0x03, 0xe8])));
  socket.end();
}

function frame(opcode: number, payload: Buffer): Buffer {
  const head = payload.length < 126 ? Buffer.alloc(2) : Buffer.alloc(payload.length < 65_536 ? 4 : 10);
  head[0] = opcode;
  if (head.length === 2) head[1] = payload.length;
  else if (head.length === 4) head.writeUInt16BE(payload.length, 2);
  else head.writeBigUInt64BE(BigInt(payload.length), 2);
  if (head.length === 4) head[1] = 126;
  if (head.length === 10) head[1] = 127;
  return Buffer.concat([head, payload]);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** An event line of the job, as printed by job.py. */
export function told(event: Readonly<Record<string, unknown>>): string {
  return `@repotune ${JSON.stringify(event)}\n`;
}
