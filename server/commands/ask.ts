/** A question to whoever sits at the terminal. */
import { UsageError } from './command.ts';
import { asked } from './terminal.ts';

/** `flag`: the answer that may be given beforehand, for where nobody can be asked. */
export async function ask(question: string, flag = '--yes'): Promise<boolean> {
  const answer = await asked(question);
  if (answer === null) throw new UsageError(`${question} Confirm with ${flag}`);
  return answer;
}
