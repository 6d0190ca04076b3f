// For commandLine.test.ts: commands of the bench, one after the other in one process, which loads once what they have in common. Each goes
// on until it would end its process.
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

/** Takes the place of the end of the process. */
class End extends Error {}

let asked = 0;

async function run({ script, args }: Asked): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  let status: number | undefined;
  // Behind the end nobody hears what is said: a command may catch what stands for it.
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
    // Another address each time: the command itself begins anew.
    await import(`${pathToFileURL(script).href}?${asked++}`);
  } catch (error) {
    if (!(error instanceof End)) throw error;
  }
  return { status: status ?? 0, ...said };
}

process.on('message', (message: Asked) => void run(message).then((ended) => process.send?.(ended)));
