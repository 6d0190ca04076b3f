// For commandLine.test.ts: runs the bench's commands one after another in one process, which loads their common modules once. Each runs
// until it would exit.
import { pathToFileURL } from 'node:url';

export interface Asked {
  readonly script: string;
  readonly args: readonly string[];
}

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Thrown instead of exiting the process. */
class End extends Error {}

let asked = 0;

async function run({ script, args }: Asked): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  let status: number | undefined;
  // Output after the exit is dropped: a command may catch the error that stands for it.
  for (const name of ['stdout', 'stderr'] as const)
    process[name].write = (text: string | Uint8Array) => {
      if (status === undefined) said[name] += text;
      return true;
    };
  process.exit = (code) => {
    status ??= Number(code ?? 0);
    throw new End();
  };
  process.argv = [process.execPath, script, ...args];
  try {
    // A different URL each time, so that the command's own module runs again.
    await import(`${pathToFileURL(script).href}?${asked++}`);
  } catch (error) {
    if (!(error instanceof End)) throw error;
  }
  return { status: status ?? 0, ...said };
}

process.on('message', (message: Asked) => void run(message).then((ended) => process.send?.(ended)));
