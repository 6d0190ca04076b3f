import { expect, test } from 'vitest';
import { runCommandLine } from './commandLine.ts';

const ran = (script: string): Promise<string> => runCommandLine(['-e', script], new AbortController().signal);

test.each([
  [
    'says why',
    "console.error('repotune adapters: There is no adapter x here.');process.exit(1)",
    'There is no adapter x here.',
  ],
  ['crashes', "throw new TypeError('The addon is missing.')", 'The addon is missing.'],
  ['ends without a word', 'process.exit(3)', 'Its process ended without saying why (exit code 3).'],
  ['is killed', "process.kill(process.pid, 'SIGKILL')", 'Its process was killed, by hand or because memory ran out.'],
])('a command line that %s is told of in a sentence, not as the command that failed', async (_, script, said) => {
  const failure = await ran(script).catch((error: unknown) => error);
  expect((failure as Error).message).toContain(said);
  expect((failure as Error).message).not.toContain('Command failed');
});
