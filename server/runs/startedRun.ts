/** A run's process as its window's server knows it: started, and what its end means. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { TuneProgress } from '../protocol/tune.ts';
import { scriptPath } from '../storage/paths.ts';
import { silentEnd } from '../system/silentEnd.ts';
import { lastSentence } from '../versions/commandLine.ts';

export interface Started {
  readonly child: ChildProcess;
  readonly progress: TuneProgress;
  /** null until known. */
  store: string | null;
  stopped: boolean;
  /** Whether it was stopped to make way. */
  madeWay: boolean;
}

/** How much of the process's stderr is kept: one message. */
const STDERR_CHARS = 4000;

/** `onError`: it could not be started; `onEnd`: it has exited, with its last words on stderr. */
export function startRun(
  args: readonly string[],
  progress: TuneProgress,
  onError: (started: Started, error: Error) => void,
  onEnd: (started: Started, words: string) => void,
): Started {
  const child = spawn(process.execPath, [scriptPath('cli'), ...args], {
    // A group of its own: signals that end the server must not end the run.
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  child.unref();
  const started: Started = { child, progress, store: null, stopped: false, madeWay: false };
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-STDERR_CHARS);
  });
  child.once('error', (error) => onError(started, error));
  child.once('close', () => onEnd(started, words));
  return started;
}

/** The last progress of a run whose process has ended without reporting it. */
export function endOf({ child, stopped, madeWay }: Started, last: TuneProgress, words: string): TuneProgress {
  const ended = { ...last, etaSeconds: null };
  if (stopped || child.exitCode === 130)
    return { ...ended, stage: 'stopped', message: 'Stopped. Nothing was changed.', ...(madeWay && { madeWay: true }) };
  const { exitCode: code, signalCode: signal } = child;
  return { ...ended, stage: 'failed', message: lastSentence(words) || silentEnd('The run', { code, signal }) };
}
