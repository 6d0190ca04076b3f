/** An editor that opens a folder: the language server over stdio, with everything it says recorded for the judge. */
import { once } from 'node:events';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  ConfigurationRequest,
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  InlineCompletionRequest,
  LogMessageNotification,
  type ProtocolConnection,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  WorkspaceFoldersRequest,
} from 'vscode-languageserver-protocol/node';
import { uriOf } from '../../server/lsp/testing.ts';
import { Requests } from '../../server/protocol/requests.ts';
import { scriptPath } from '../../server/storage/paths.ts';
import { OwnTime } from './ownTime.ts';
import { endGroup, start } from './process.ts';

/** A slower answer ends the session; the bar is far below. */
const GIVE_UP_MS = 20_000;
const MOST_BYTES = 3 * 2 ** 30;
const DIED = 'the server died';
/** Time for background work after the answers (looking at the remote, indexing). */
const AFTER_MS = 1500;
/** How often the server is asked for its state during a longer request. */
const PULSE_MS = 500;

export interface OpenOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Sent by clients with workspace trust; omitted by others. */
  readonly trusted: boolean;
  /** The user's settings as modified by the folder. */
  readonly settings?: object;
  readonly folderSettings?: object;
  /** A document of the folder; by default a new one. */
  readonly document?: { readonly path: string; readonly text: string };
}

export interface Session {
  /** Longest wait for an answer, by request, in the server's own time. */
  readonly waits: ReadonlyMap<string, number>;
  /** Everything the server said, as JSON. */
  readonly transcript: string;
  /** Adapters that would serve, according to the state. */
  readonly serving: readonly string[];
  /** How long the session took of the server's own time. */
  readonly ownMs: number;
  readonly killed: string;
}

export async function open(options: OpenOptions): Promise<Session> {
  const { folder, env, trusted, settings = {}, folderSettings } = options;
  const child = start({ args: [scriptPath('server'), '--stdio'], cwd: folder, env });
  const exited = once(child, 'exit');
  const said: string[] = [];
  const waits = new Map<string, number>();
  let killed = '';
  let serving: readonly string[] = [];
  child.stderr!.setEncoding('utf8').on('data', (text: string) => said.push(text));
  child.stdin!.on('error', () => {});
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout!),
    new StreamMessageWriter(child.stdin!),
  );
  listen(connection, said, { folder, settings, folderSettings });
  const time = new OwnTime(child.pid!);
  const memory = setInterval(() => {
    time.now();
    if (time.residentBytes > MOST_BYTES) killed ||= 'took 3 GB';
    if (killed !== '') endGroup(child);
  }, 250);

  /** The answer, or why there is none; too long a wait ends the server. */
  const ask = async (name: string, request: () => Promise<unknown>): Promise<unknown> => {
    const began = time.now();
    const ended = exited.then(() => new Error(DIED));
    // A closed connection throws synchronously.
    const answer = Promise.resolve().then(request);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Error>((resolve) => {
      timer = setInterval(() => time.now() - began > GIVE_UP_MS && resolve(new Error('too late')), 250);
    });
    const outcome = await Promise.race([
      answer.catch((error: unknown) => error),
      ...(name === 'exit' ? [] : [ended]),
      late,
    ]);
    clearInterval(timer);
    waits.set(name, Math.max(waits.get(name) ?? 0, time.now() - began));
    said.push(`${name}: ${outcome instanceof Error ? outcome.message : JSON.stringify(outcome)}\n`);
    if (outcome instanceof Error && outcome.message === DIED) killed ||= `${name}: ${DIED}`;
    if (outcome instanceof Error && outcome.message === 'too late') {
      killed ||= `${name} unanswered for ${GIVE_UP_MS / 1000} s`;
      endGroup(child);
    }
    return outcome;
  };

  try {
    await ask('initialize', () =>
      connection.sendRequest(InitializeRequest.type, {
        processId: process.pid,
        rootUri: uriOf(folder),
        capabilities: {
          textDocument: { inlineCompletion: {} },
          workspace: { workspaceFolders: true, configuration: true },
        },
        initializationOptions: { ...settings, ...(trusted ? { trusted: true } : {}) },
        workspaceFolders: [{ uri: uriOf(folder), name: basename(folder) }],
      }),
    );
    await tell(() => connection.sendNotification(InitializedNotification.type, {}));
    const document = options.document ?? { path: `${folder}/attempt.ts`, text: 'export function attempt(' };
    const uri = uriOf(document.path);
    await tell(() =>
      connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId: 'typescript', version: 1, text: document.text },
      }),
    );
    const lines = document.text.split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)!.length };
    await ask('inlineCompletion', () =>
      connection.sendRequest(InlineCompletionRequest.type, {
        textDocument: { uri },
        position,
        context: { triggerKind: 1 },
      }),
    );
    const preview = ask('preview', () => connection.sendRequest(Requests.preview, {}));
    // A server busy on its main thread cannot answer.
    let previewing = true;
    void preview.finally(() => {
      previewing = false;
    });
    do {
      const state = await ask('state', () => connection.sendRequest(Requests.state, {}));
      serving = servingOf(state);
      await Promise.race([preview, sleep(PULSE_MS)]);
    } while (previewing && killed === '');
    await preview;
    await sleep(AFTER_MS);
    serving = servingOf(await ask('state', () => connection.sendRequest(Requests.state, {})));
    await ask('shutdown', () => connection.sendRequest(ShutdownRequest.type));
    await tell(() => connection.sendNotification(ExitNotification.type));
    await ask('exit', () => exited);
    return { waits, transcript: said.join(''), serving, ownMs: time.now(), killed };
  } finally {
    clearInterval(memory);
    endGroup(child);
    await exited;
    connection.dispose();
  }
}

function listen(
  connection: ProtocolConnection,
  said: string[],
  { folder, settings, folderSettings }: { folder: string; settings: object; folderSettings: object | undefined },
): void {
  connection.onError(() => {});
  connection.onUnhandledNotification((message) => said.push(`${JSON.stringify(message)}\n`));
  connection.onNotification(LogMessageNotification.type, ({ message }) => {
    said.push(`${message}\n`);
  });
  connection.onRequest(RegistrationRequest.type, () => {});
  connection.onRequest(WorkspaceFoldersRequest.type, () => [{ uri: uriOf(folder), name: basename(folder) }]);
  connection.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map(({ scopeUri }) =>
      scopeUri === undefined || fileURLToPath(scopeUri) !== folder ? settings : (folderSettings ?? settings),
    ),
  );
  connection.listen();
}

/** A state's adapters that are marked active while adapters serve. */
function servingOf(state: unknown): string[] {
  if (typeof state !== 'object' || state === null || !('adapters' in state) || !('source' in state)) return [];
  const { adapters, source } = state;
  if (source !== 'adapter' || !Array.isArray(adapters)) return [];
  return (adapters as readonly { readonly id: string; readonly active: boolean }[])
    .filter(({ active }) => active)
    .map(({ id }) => id);
}

/** A dead server is ignored here: the next request reports it. */
async function tell(send: () => Promise<void>): Promise<void> {
  await Promise.resolve()
    .then(send)
    .catch(() => {});
}
