/** An engine process started before anybody asks for one, so that it and the server load their code at the same time. */
import { type ChildProcess, fork } from 'node:child_process';
import { SETTINGS_VARIABLE } from '../protocol/index.ts';
import { scriptPath } from '../storage/paths.ts';

/** Nobody wants completions, it seems. */
const UNUSED_MS = 30_000;

/** Where a debugger finds an engine while REPOTUNE_INSPECT_ENGINE is 1, as .vscode/launch.json sets it. */
const inspectorPorts = { complete: 6018, tune: 6019 } as const;

let waiting: ChildProcess | null = null;

export function forkEngine(role: 'complete' | 'tune', entry = scriptPath('engine')): ChildProcess {
  // The client's settings are for the server.
  const { [SETTINGS_VARIABLE]: _, ...environment } = process.env;
  return fork(entry, [role], {
    // Inside VS Code our own executable is Electron, which is Node only when told so.
    env: { ...environment, ELECTRON_RUN_AS_NODE: '1' },
    // A debugger's flags are not inherited: their port is the server's.
    execArgv: environment['REPOTUNE_INSPECT_ENGINE'] === '1' ? [`--inspect=${inspectorPorts[role]}`] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Ends by itself when nobody takes it. */
export function startAhead(fork = () => forkEngine('complete')): void {
  const child = fork();
  waiting = child;
  child.once('error', () => giveUp(child));
  setTimeout(() => giveUp(child), UNUSED_MS).unref();
}

/** The process that was started ahead, once; null where there is none that lives. */
export function takeAhead(): ChildProcess | null {
  const child = waiting;
  waiting = null;
  return child?.connected && child.exitCode === null && child.signalCode === null ? child : null;
}

function giveUp(child: ChildProcess): void {
  if (waiting !== child) return;
  waiting = null;
  if (child.connected) child.disconnect();
}
