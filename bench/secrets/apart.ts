/** Runs a program that mines in a process of its own, with the secret filter or without it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Filter = 'with filter' | 'without filter';

/** What the process printed; rejects with it on failure. */
export function logOf(args: readonly string[], filter: Filter): Promise<string> {
  const removing = pathToFileURL(join(import.meta.dirname, 'withoutFilter.ts')).href;
  // Through the environment, so that the parser processes get it too.
  const options = filter === 'with filter' ? '' : `--import ${removing}`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} ${options}`.trim() },
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        log += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(log) : reject(new Error(`Mining failed:\n${log}`))));
  });
}
