/** The command line: `repotune <command> …`. Wiring only. */
import { dispatch } from './commands/dispatch.ts';

process.exitCode = await dispatch(process.argv.slice(2));
