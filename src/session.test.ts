import { beforeEach, expect, test, vi } from 'vitest';
import type { ChosenFolder } from './chosenFolder.ts';
import { Session } from './session.ts';

/** Clients and servers in order of creation. `start` and `answer` settle when a test says so. */
const made = vi.hoisted(() => ({
  clients: [] as {
    readonly start: PromiseWithResolvers<void>;
    readonly answer: PromiseWithResolvers<object>;
    disposed: boolean;
  }[],
  servers: [] as { killed: boolean; ended: boolean }[],
  fired: [] as unknown[],
}));

vi.mock('vscode', () => ({
  EventEmitter: class {
    readonly event = () => ({ dispose: () => {} });
    fire(value: unknown): void {
      made.fired.push(value);
    }
    dispose(): void {}
  },
  Uri: { joinPath: () => ({ fsPath: '/extension' }) },
  workspace: { isTrusted: true },
}));
vi.mock('./settings.ts', () => ({ settingsIn: () => ({}) }));
vi.mock('./serverProcess.ts', () => ({
  ServerProcess: class {
    readonly own = { killed: false, ended: false };
    constructor() {
      made.servers.push(this.own);
    }
    start(): void {}
    kill(): void {
      this.own.killed = true;
    }
    end(): void {
      this.own.ended = true;
    }
  },
}));
vi.mock('./client.ts', () => ({
  createClient: () => {
    const own = { start: Promise.withResolvers<void>(), answer: Promise.withResolvers<object>(), disposed: false };
    let started = false;
    made.clients.push(own);
    return {
      start: async () => {
        await own.start.promise;
        started = true;
      },
      sendRequest: () => own.answer.promise,
      // Like the library's: a client that is still starting rejects, saying that it cannot be stopped.
      dispose: async () => {
        own.disposed = true;
        if (!started) throw new Error("Client is not running and can't be stopped.");
      },
    };
  },
}));

const state = { source: 'base', adapters: [], base: null, folder: null, folders: [] };

function begun() {
  const log = { info: () => {}, error: vi.fn(), warn: () => {} };
  const uri = {} as never;
  const session = new Session(uri, uri, { path: null } as Pick<ChosenFolder, 'path'>, log as never);
  return { session, log, starting: session.start() };
}

const client = (index: number) => vi.waitUntil(() => made.clients[index], 20_000);

beforeEach(() => Object.assign(made, { clients: [], servers: [], fired: [] }));

test.each([
  ['whose server does not answer', async () => {}],
  ['whose server has started and answers no request', async () => (await client(0)).start.resolve()],
])('restarting ends a start %s', async (_, goOn) => {
  const { session, log, starting } = begun();
  await client(0);
  await goOn();
  const restarting = session.restart();
  const second = await client(1);
  await starting;
  expect(made.clients[0]!.disposed).toBe(true);
  expect(made.servers[0]!.ended).toBe(true);
  second.start.resolve();
  second.answer.resolve(state);
  await restarting;
  expect(session.panel).toMatchObject({ kind: 'live', state });
  expect(log.error).not.toHaveBeenCalled();
});

test('a server that cannot be told to end is killed', async () => {
  const { session } = begun();
  await client(0);
  void session.restart();
  await client(1);
  expect(made.servers.map(({ killed }) => killed)).toEqual([true, false]);
});

test('a start that was ended changes nothing when it completes after all', async () => {
  const { session } = begun();
  const first = await client(0);
  const restarting = session.restart();
  const second = await client(1);
  first.start.resolve();
  first.answer.resolve({ ...state, source: 'adapter' });
  await new Promise(setImmediate);
  expect(session.panel).toEqual({ kind: 'starting' });
  second.start.resolve();
  second.answer.resolve(state);
  await restarting;
  expect(await session.connection()).not.toBeNull();
  expect(session.panel).toMatchObject({ state });
});

test('a window that is closed while its server starts ends that server', async () => {
  const { session, starting } = begun();
  await client(0);
  session.dispose();
  await starting;
  await expect.poll(() => made.servers[0]!.ended).toBe(true);
  expect(made.servers).toEqual([{ killed: true, ended: true }]);
});

test('a server that ends while it starts is reported in one sentence that says what to do, once', async () => {
  const { session, starting } = begun();
  const ended = Object.assign(new Error('Pending response rejected since connection got disposed'), { code: -32097 });
  (await client(0)).start.reject(ended);
  await starting;
  const message = expect.stringMatching(
    /^The Repotune server ended while it was starting\. .*Restart Server" tries again/,
  );
  expect(session.panel).toEqual({ kind: 'failed', message });
  const again = session.start();
  (await client(1)).start.reject(ended);
  await again;
  const told = (): unknown[] => made.fired.filter((value) => (value as { severity?: string })?.severity !== undefined);
  expect(told()).toEqual([expect.objectContaining({ severity: 'error', message, inPanel: true })]);
  const restarting = session.restart();
  (await client(2)).start.reject(ended);
  await restarting;
  expect(told()).toHaveLength(2);
});

test('reports a failed start, and starts anew on a restart', async () => {
  const { session, starting } = begun();
  (await client(0)).start.reject(new Error('The server is broken.'));
  await starting;
  expect(session.panel).toEqual({ kind: 'failed', message: 'The server is broken.' });
  const restarting = session.restart();
  const second = await client(1);
  second.start.resolve();
  second.answer.resolve(state);
  await restarting;
  expect(session.panel).toMatchObject({ kind: 'live' });
});
