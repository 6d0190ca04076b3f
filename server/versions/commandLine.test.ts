import { expect, test } from 'vitest';
import { runCommandLine } from './commandLine.ts';

const ran = (script: string): Promise<string> => runCommandLine(['-e', script], new AbortController().signal);

test.each([
  [
    'prints an error',
    "console.error('repotune adapters: There is no adapter x here.');process.exit(1)",
    'There is no adapter x here.',
  ],
  ['crashes', "throw new TypeError('The addon is missing.')", 'The addon is missing.'],
  ['exits silently', 'process.exit(3)', 'Its process ended without saying why (exit code 3).'],
  ['is killed', "process.kill(process.pid, 'SIGKILL')", 'Its process was killed, by hand or because memory ran out.'],
])('a command line that %s gives a message without "Command failed"', async (_, script, said) => {
  const failure = await ran(script).catch((error: unknown) => error);
  expect((failure as Error).message).toContain(said);
  expect((failure as Error).message).not.toContain('Command failed');
});
