/** Lets the check have a server collect its garbage: V8 keeps what is dead for minutes, and a leak would be lost in it. */
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const SIGNAL = 'SIGUSR2';
/** For a heap of some hundred megabytes on a busy machine. */
const COLLECTED_MS = 1000;

/** Environment of a Node process that collects its garbage when asked, and of those it starts. */
export function collecting(): { readonly NODE_OPTIONS: string } {
  const given = process.env['NODE_OPTIONS'] ?? '';
  return {
    NODE_OPTIONS: `${given} --expose-gc --import ${pathToFileURL(`${import.meta.dirname}/collector.mjs`).href}`.trim(),
  };
}

/** Resolves once that process has had time to. */
export async function collect(pid: number): Promise<void> {
  process.kill(pid, SIGNAL);
  await pause(COLLECTED_MS);
}
