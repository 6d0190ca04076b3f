// Runs a script of the checkout: sets up what is missing, then starts it on our own Node. On a fresh clone too, where a shell that has
// found the machine's Node (20 or newer) once would go on with that.
// usage: node script/run.mjs <script, from the checkout's root> …
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };

// What setup prints goes to stderr: with --json, stdout is the command's alone.
const setup = spawnSync(process.execPath, [join(root, 'script', 'setup.mjs')], { stdio: ['ignore', 2, 2], env });
if (setup.status !== 0) {
  console.error('repotune: the checkout could not be set up; see above.');
  process.exit(1);
}

const [script, ...options] = process.argv.slice(2);
const command = spawn(ownNode(), [join(root, script), ...options], {
  stdio: 'inherit',
  env,
  // npm starts scripts in the package's folder; paths on the command line mean the caller's.
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
// The terminal sends Ctrl+C to both; the command decides when to end.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && command.kill(signal));
command.on('error', (error) => {
  console.error(`repotune: ${error.message}`);
  process.exit(1);
});
command.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));

/** The Node of the dev dependencies; where the platform has no such package, the one on the PATH. */
function ownNode() {
  const windows = process.platform === 'win32';
  const path = join(
    root,
    'node_modules',
    `node-${windows ? 'win' : process.platform}-${process.arch}`,
    'bin',
    windows ? 'node.exe' : 'node',
  );
  return existsSync(path) ? path : 'node';
}
