/** Asks the person at the terminal. */
import { UsageError } from './command.ts';
import { asked } from './terminal.ts';

/** `flag`: gives the answer in advance, for use without a terminal. */
export async function ask(question: string, flag = '--yes'): Promise<boolean> {
  requireTerminal(question, flag);
  return (await asked(question)) ?? false;
}

/** @throws {UsageError} without a terminal, before work that only an answer would be good for */
export function requireTerminal(question: string, flag: string): void {
  if (!process.stdin.isTTY) throw new UsageError(`${question} Confirm with ${flag}`);
}
