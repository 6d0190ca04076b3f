/**
 * The server's process. The extension forks it, not the language client: so it loads its code while the client's half megabyte is still
 * being loaded. No vscode here.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { SERVER_NODE_FLAGS } from '../server/protocol/nodeFlags.ts';

export interface ServerScript {
  readonly module: string;
  /** Added to the environment of this process. Called at every fork: a restarted server gets the current settings. */
  readonly env: () => Readonly<Record<string, string>>;
}

/** How long a server that was told to end may take. */
const GRACE_MS = 2000;

export class ServerProcess {
  readonly #script: ServerScript;
  readonly #fork: typeof fork;
  #ahead: ChildProcess | null = null;
  #current: ChildProcess | null = null;

  constructor(script: ServerScript, forkProcess = fork) {
    this.#script = script;
    this.#fork = forkProcess;
  }

  /** Forks ahead of the first request. */
  start(): void {
    this.#ahead ??= this.#forked();
  }

  /** The process to talk to by IPC: the one started ahead, once and if still alive, else a new one. The previous one ends. */
  take(): ChildProcess {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (this.#current !== null) tellToEnd(this.#current);
    this.#current = ahead !== null && alive(ahead) ? ahead : this.#forked();
    return this.#current;
  }

  /** For a process that no longer responds: killing it closes the connection. */
  kill(): void {
    this.#current?.kill('SIGKILL');
  }

  /** After the server was told to end, or cannot be: kills it if it still runs after a while. */
  end(): void {
    if (this.#ahead !== null) tellToEnd(this.#ahead);
    if (this.#current !== null) killLater(this.#current);
    this.#ahead = null;
    this.#current = null;
  }

  #forked(): ChildProcess {
    const { module, env } = this.#script;
    // An editor under a debugger gives the server one too.
    const debugged = process.execArgv.some((argument) => argument.startsWith('--inspect'));
    const child = this.#fork(module, ['--node-ipc', `--clientProcessId=${process.pid}`], {
      // The editor's executable is Electron, which is Node only when told so.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...env() },
      execArgv: [...SERVER_NODE_FLAGS, ...(debugged ? ['--inspect=6017'] : [])],
      silent: true,
    });
    // Whoever talks to it notices: the connection ends.
    child.on('error', () => {});
    return child;
  }
}

function tellToEnd(child: ChildProcess): void {
  killLater(child);
  if (child.connected) child.disconnect();
}

/** A process that lost its channel may still be running. */
function killLater(child: ChildProcess): void {
  if (!running(child)) return;
  const kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  child.once('exit', () => clearTimeout(kill));
}

function alive(child: ChildProcess): boolean {
  return child.connected && running(child);
}

function running(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
