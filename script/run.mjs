// Runs a script of the checkout: sets up what is missing, then starts it on our own Node. This also works on a fresh clone, where a shell
// that has cached the machine's Node (20 or newer) would keep using it.
// usage: node script/run.mjs <script, from the checkout's root> …
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };

// Setup prints to stderr: with --json, stdout belongs to the command.
const setup = spawnSync(process.execPath, [join(root, 'script', 'setup.mjs')], { stdio: ['ignore', 2, 2], env });
if (setup.status !== 0) {
  console.error('repotune: the checkout could not be set up; see above.');
  process.exit(1);
}

const [script, ...options] = process.argv.slice(2);
const command = spawn(ownNode(), [join(root, script), ...options], {
  stdio: 'inherit',
  env,
  // npm starts scripts in the package's folder, but paths on the command line are relative to the caller's.
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
// The terminal sends Ctrl+C to both; the command decides when to end.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && command.kill(signal));
command.on('error', (error) => {
  console.error(`repotune: ${error.message}`);
  process.exit(1);
});
command.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));

/** The Node of the dev dependencies, or the one on the PATH if the platform has no such package. */
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
