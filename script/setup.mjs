// Makes a checkout ready: dependencies, llama.cpp headers, native addon. Idempotent, and quick when there is nothing to do. Starts on the
// machine's own Node (20 or newer), before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const native = join(root, 'native');
const build = join(native, 'build');
const addon = join(build, 'Release', 'repotune.node');

try {
  requireNode();
  installDependencies();
  fetchHeaders();
  buildAddon();
} catch (error) {
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}

/** npm provides a Node for Linux and Windows, on which everything runs. Elsewhere it is the machine's, which must run TypeScript. */
function requireNode() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  if (Object.hasOwn(optionalDependencies, `node-${platform}`) || Number.parseInt(process.version.slice(1), 10) >= 24)
    return;
  throw new Error(
    `On ${platform} Repotune runs on your own Node, which must be 24 or newer. This one is ${process.version}.`,
  );
}

function installDependencies() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  const stale = Object.entries(wanted).some(([path, entry]) => {
    if (path === '' || entry.link) return false;
    const found = installed[path];
    return found ? found.version !== entry.version : !entry.optional;
  });
  if (!stale) return;
  // On Node 20 npm warns about every package that wants a newer one, which is being installed with them: only errors are shown. On Windows
  // `npm` is a script, which spawn can start only through a shell.
  run(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'npm ci failed: see its message above. It needs the npm registry once.',
    { shell: process.platform === 'win32' },
  );
}

function packagesOf(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}

/** Headers of exactly the prebuilt libraries' release: node-llama-cpp ships its source as a git bundle. */
function fetchHeaders() {
  const headers = join(build, 'llama.cpp');
  const bundle = join(root, 'node_modules', 'node-llama-cpp', 'llama', 'gitRelease.bundle');
  // The interface for writing a backend is among the sources.
  const internal = join('ggml', 'src', 'ggml-backend-impl.h');
  if (existsSync(join(headers, internal)) && statSync(headers).mtimeMs > statSync(bundle).mtimeMs) return;
  need('git', 'git is missing: install it (Debian: apt install git).');
  const fresh = `${headers}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(build, { recursive: true });
  run(
    'git',
    ['-c', 'init.defaultBranch=main', 'clone', '--quiet', '--no-checkout', bundle, fresh],
    'The source bundle of node-llama-cpp cannot be read: delete node_modules and run setup again.',
  );
  run(
    'git',
    ['-C', fresh, 'checkout', '--quiet', 'HEAD', '--', 'include', 'ggml/include', 'ggml/src/ggml-backend-impl.h'],
    'The headers of llama.cpp cannot be checked out.',
  );
  rmSync(join(fresh, '.git'), { recursive: true, force: true });
  rmSync(headers, { recursive: true, force: true });
  renameSync(fresh, headers);
}

function buildAddon() {
  if (existsSync(addon) && statSync(addon).mtimeMs > newestSource(native)) return;
  if (process.platform === 'win32')
    throw new Error(
      'The native addon is not built on Windows. On Linux, "npm run package -- --target win32-x64" builds the whole package.',
    );
  const hint =
    'The native addon needs CMake 3.19 or newer and a C++17 compiler (Debian: apt install cmake g++ make; macOS: xcode-select --install and CMake).';
  need('cmake', `cmake is missing. ${hint}`);
  need(process.env.CXX ?? 'c++', `The C++ compiler is missing. ${hint}`);
  const started = Date.now();
  const cmakeJs = join(root, 'node_modules', 'cmake-js', 'bin', 'cmake-js');
  const options = ['-d', native, '-O', build, '--parallel', String(availableParallelism()), '--target', 'repotune'];
  // CMake refuses a build folder configured elsewhere or by another CMake: then start over.
  if (
    !start(process.execPath, [cmakeJs, 'configure', ...options]) ||
    !start(process.execPath, [cmakeJs, 'build', ...options])
  ) {
    for (const name of ['CMakeCache.txt', 'CMakeFiles']) rmSync(join(build, name), { recursive: true, force: true });
    run(process.execPath, [cmakeJs, 'configure', ...options], `Configuring the native addon failed. ${hint}`);
    run(
      process.execPath,
      [cmakeJs, 'build', ...options],
      'Compiling the native addon failed: see the compiler message above.',
    );
  }
  console.log(`setup: native addon built in ${Math.round((Date.now() - started) / 1000)} s`);
}

function newestSource(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (/^build(-|$)/.test(entry.name) || entry.name === 'test') continue;
    const path = join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestSource(path) : statSync(path).mtimeMs);
  }
  return newest;
}

function need(program, message) {
  if (spawnSync(program, ['--version'], { stdio: 'ignore' }).error) throw new Error(message);
}

function start(program, args, options = {}) {
  return spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options }).status === 0;
}

function run(program, args, message, options) {
  if (!start(program, args, options)) throw new Error(message);
}
