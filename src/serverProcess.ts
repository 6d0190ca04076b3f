/**
 * The server's process. The extension forks it itself, and not the language client: it loads its code while the client's half
 * megabyte is still being loaded. No vscode here.
 */
import { type ChildProcess, fork } from 'node:child_process';

export interface ServerScript {
  readonly module: string;
  /** Added to the environment of this process. Asked at every fork: a server started again gets the settings of now. */
  readonly env: () => Readonly<Record<string, string>>;
}

/** A server that was told to end has so long. */
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

  /** Forks before anybody asks. */
  start(): void {
    this.#ahead ??= this.#forked();
  }

  /** The process to talk to by IPC: the one started ahead, once, and while it lives; a new one otherwise. The one before ends. */
  take(): ChildProcess {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (this.#current !== null) tellToEnd(this.#current);
    this.#current = ahead !== null && alive(ahead) ? ahead : this.#forked();
    return this.#current;
  }

  /** For one nobody can talk to any more: its connection closes by that. */
  kill(): void {
    this.#current?.kill('SIGKILL');
  }

  /** For when the server was told to end, or nobody will: what still runs after a while is killed. */
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
      execArgv: debugged ? ['--inspect=6017'] : [],
      silent: true,
    });
    // Heard of by whoever talks to it: its connection ends.
    child.on('error', () => {});
    return child;
  }
}

function tellToEnd(child: ChildProcess): void {
  killLater(child);
  if (child.connected) child.disconnect();
}

/** One that lost its channel may still run. */
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
