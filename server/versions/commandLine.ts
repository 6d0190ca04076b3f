/** Work that loads native code, in a process of the command line: what fails there takes nothing down here. */
import { execFile } from 'node:child_process';
import { lastWords } from '../system/lastWords.ts';
import { silentEnd } from '../system/silentEnd.ts';

/** @returns what it wrote. Rejects with what the command line says to its user. */
export function runCommandLine(args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...args], { signal }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(
          signal.aborted
            ? error
            : new Error(lastSentence(stderr) || silentEnd('Its process', { code: error.code, signal: error.signal })),
        );
    });
  });
}

/** What the command line said last to its user; where it crashed, what it crashed of. */
export function lastSentence(stderr: string): string {
  const lines = stderr.split('\n');
  const said = lines.findLast((line) => line.startsWith('repotune')) ?? lastWords(lines) ?? '';
  return said.replace(/^(?:repotune[^:]*|\w*Error): /, '');
}
