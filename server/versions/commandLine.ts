/** Runs work that loads native code in a process of the command line: a crash there does not take this one down. */
import { type ExecFileException, execFile } from 'node:child_process';
import { lastWords } from '../system/lastWords.ts';
import { startProblem } from '../system/notStarted.ts';
import { silentEnd } from '../system/silentEnd.ts';

/** @returns its output. Rejects with the command line's message to its user. */
export function runCommandLine(args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...args], { signal }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(signal.aborted ? error : new Error(whyEnded(error, stderr)));
    });
  });
}

function whyEnded(error: ExecFileException, stderr: string): string {
  const { code, signal } = error;
  return startProblem(error) ?? (lastSentence(stderr) || silentEnd('Its process', { code, signal }));
}

/** The last message of the command line; if it crashed, the cause. */
export function lastSentence(stderr: string): string {
  const lines = stderr.split('\n');
  const said = lines.findLast((line) => line.startsWith('repotune')) ?? lastWords(lines) ?? '';
  return said.replace(/^(?:repotune[^:]*|\w*Error): /, '');
}
