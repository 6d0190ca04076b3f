/** Asks the person at the terminal. */
import { UsageError } from './command.ts';
import { asked } from './terminal.ts';

/** `flag`: gives the answer in advance, for use without a terminal. */
export async function ask(question: string, flag = '--yes'): Promise<boolean> {
  const answer = await asked(question);
  if (answer === null) throw new UsageError(`${question} Confirm with ${flag}`);
  return answer;
}
