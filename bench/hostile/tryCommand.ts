/** Runs a command line in this process: returns its output and exit code. */
import { dispatch } from '../../server/commands/dispatch.ts';
import type { Answer } from './commandTable.ts';

export async function tryCommand(args: readonly string[]): Promise<Answer> {
  const said = { stdout: '', stderr: '' };
  const restore = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name];
    const write = stream.write;
    stream.write = ((text: string | Uint8Array): boolean => {
      said[name] += String(text);
      return true;
    }) as typeof write;
    return () => {
      stream.write = write;
    };
  });
  const { log, error } = console;
  console.log = (...texts) => {
    said.stdout += `${texts.join(' ')}\n`;
  };
  console.error = (...texts) => {
    said.stderr += `${texts.join(' ')}\n`;
  };
  try {
    return { code: await dispatch(args), ...said };
  } catch (thrown) {
    return { code: -1, stdout: said.stdout, stderr: `${said.stderr}${String(thrown)}` };
  } finally {
    for (const undo of restore) undo();
    Object.assign(console, { log, error });
  }
}
