/** An engine process started before anybody asks for one, so that it and the server load their code at the same time. */
import type { ChildProcess } from 'node:child_process';
import { scriptPath } from '../storage/paths.ts';
import { forkScript } from '../system/child.ts';

/** Nobody wants completions, it seems. */
const UNUSED_MS = 30_000;

/** Where a debugger finds an engine while REPOTUNE_INSPECT_ENGINE is 1, as .vscode/launch.json sets it. */
const inspectorPorts = { complete: 6018, tune: 6019 } as const;

let waiting: ChildProcess | null = null;

export function forkEngine(role: 'complete' | 'tune', entry = scriptPath('engine')): ChildProcess {
  const debugged = process.env['REPOTUNE_INSPECT_ENGINE'] === '1';
  return forkScript(entry, [role], debugged ? [`--inspect=${inspectorPorts[role]}`] : []);
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
