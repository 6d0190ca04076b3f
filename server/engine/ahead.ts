/** An engine process started before the first request, so that it and the server load their code in parallel. */
import type { ChildProcess } from 'node:child_process';
import { scriptPath } from '../storage/paths.ts';
import { forkScript } from '../system/child.ts';

/** By then, completions are apparently not wanted. */
const UNUSED_MS = 30_000;

/** Inspector ports of the engine processes if REPOTUNE_INSPECT_ENGINE is 1, as set by .vscode/launch.json. */
const inspectorPorts = { complete: 6018, tune: 6019 } as const;

let waiting: ChildProcess | null = null;

export function forkEngine(role: 'complete' | 'tune', entry = scriptPath('engine')): ChildProcess {
  const debugged = process.env['REPOTUNE_INSPECT_ENGINE'] === '1';
  return forkScript(entry, [role], debugged ? [`--inspect=${inspectorPorts[role]}`] : []);
}

/** The process ends by itself if unused. */
export function startAhead(fork = () => forkEngine('complete')): void {
  const child = fork();
  waiting = child;
  child.once('error', () => giveUp(child));
  setTimeout(() => giveUp(child), UNUSED_MS).unref();
}

/** The process started ahead, handed out once; null if there is none alive. */
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
