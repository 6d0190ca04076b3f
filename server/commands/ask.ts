/** A question to whoever sits at the terminal. */
import { createInterface } from 'node:readline/promises';
import { UsageError } from './command.ts';

/** `flag`: the answer that may be given beforehand, for where nobody can be asked. */
export async function ask(question: string, flag = '--yes'): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError(`${question} Confirm with ${flag}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
