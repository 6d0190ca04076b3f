/** Entry of an engine process: `main.ts complete` or `main.ts tune`, started with an IPC channel. */
import { serveCompletions } from './completeRole.ts';
import { loadAddon } from './native.ts';
import { serveTuning } from './tuneRole.ts';

const roles = { complete: serveCompletions, tune: serveTuning } as const;
const role = process.argv[2];

if (process.send === undefined || (role !== 'complete' && role !== 'tune')) {
  console.error('The engine is started by the language server: repotune-engine <complete|tune>, with an IPC channel.');
  process.exit(2);
}
// Ctrl-C in a terminal, and the terminal's end, reach every process there. What stops is up to the one that asked: it ends this one when it
// has stopped.
for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => {});
// The server is gone: nobody is waiting for an answer.
process.on('disconnect', () => process.exit(0));
const addon = loadAddon();
addon.dieWithParent();
roles[role](addon, {
  onMessage: (listener) => process.on('message', listener),
  send: (message) => process.send?.(message),
});
