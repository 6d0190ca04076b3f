/** Work that loads native code, in a process of the command line: what fails there takes nothing down here. */
import { type ExecFileException, execFile } from 'node:child_process';
import { lastWords } from '../system/lastWords.ts';
import { startProblem } from '../system/notStarted.ts';
import { silentEnd } from '../system/silentEnd.ts';

/** @returns what it wrote. Rejects with what the command line says to its user. */
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

/** What the command line said last to its user; where it crashed, what it crashed of. */
export function lastSentence(stderr: string): string {
  const lines = stderr.split('\n');
  const said = lines.findLast((line) => line.startsWith('repotune')) ?? lastWords(lines) ?? '';
  return said.replace(/^(?:repotune[^:]*|\w*Error): /, '');
}
