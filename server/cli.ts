/** The command line: `repotune <command> …`. Wiring only. */
import { dispatch } from './commands/dispatch.ts';
import { surviveLostOutput } from './commands/outputErrors.ts';
import { printPlainly } from './commands/printPlainly.ts';
import { messageFor } from './storage/fileErrors.ts';

printPlainly(console, process);
surviveLostOutput(process, (reason) => {
  console.error(`repotune: the output could not be written (${reason}).`);
  // Whatever the command returns meanwhile or afterwards.
  process.once('exit', (code) => {
    if (code === 0) process.exitCode = 1;
  });
});

// What fails as a command is loaded, before it can say so itself.
process.exitCode = await dispatch(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`repotune: ${messageFor(error)}`);
  if (process.env['REPOTUNE_DEBUG']) console.error(error);
  return 1;
});
