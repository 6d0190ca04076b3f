/** The command line: `repotune <command> …`. Wiring only. */
import { dispatch } from './commands/dispatch.ts';
import { printPlainly } from './commands/printPlainly.ts';

printPlainly(console, process);

process.exitCode = await dispatch(process.argv.slice(2));
