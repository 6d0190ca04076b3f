/** Work that loads native code, in a process of the command line: what fails there takes nothing down here. */
import { execFile } from 'node:child_process';

/** @returns what it wrote. Rejects with what the command line says to its user. */
export function runCommandLine(args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...args], { signal }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(signal.aborted ? error : new Error(lastSentence(stderr) || error.message));
    });
  });
}

/** What the command line said last to its user. */
export function lastSentence(stderr: string): string {
  const said = stderr.split('\n').filter((line) => line.startsWith('repotune'));
  return (said.at(-1) ?? stderr.trim().split('\n').at(-1) ?? '').replace(/^repotune[^:]*: /, '');
}
