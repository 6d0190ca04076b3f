// Builds the addon for another platform, if the distribution has a cross compiler that links it. What cannot be linked here is built by the
// release workflow on a runner of that platform; nothing is packaged without its addon.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { nodeApiImports, writeImportLibraries } from './importLibraries.ts';

/** By VS Code's platform name. */
export const crossTargets = {
  'linux-arm64': {
    compiler: 'aarch64-linux-gnu-g++',
    debian: 'g++-aarch64-linux-gnu',
    options: () => ['-DCMAKE_SYSTEM_NAME=Linux', '-DCMAKE_SYSTEM_PROCESSOR=aarch64'],
  },
  'win32-x64': {
    // The variant with std::thread.
    compiler: 'x86_64-w64-mingw32-g++-posix',
    debian: 'g++-mingw-w64-x86-64-posix',
    options: windowsOptions,
  },
};

const require = createRequire(import.meta.url);
const nodeApiVersion = 'v8';

/** Import libraries and stubs for Node's functions are made here: neither comes with the prebuilt libraries or with mingw. */
function windowsOptions({ root, folder }) {
  const bins = librariesFor(root, 'win32-x64', 'win-x64');
  writeImportLibraries({ bins, folder, dlltool: 'x86_64-w64-mingw32-dlltool' });
  const { node_api_symbols: ofNode, js_native_api_symbols: ofJs } = require('node-api-headers').symbols[nodeApiVersion];
  const imports = join(folder, 'node_api_imports.cc');
  writeFileSync(imports, nodeApiImports([...ofNode, ...ofJs]));
  return [
    '-DCMAKE_SYSTEM_NAME=Windows',
    '-DCMAKE_SYSTEM_PROCESSOR=AMD64',
    `-DREPOTUNE_IMPORT_LIBRARIES=${folder}`,
    `-DCMAKE_JS_SRC=${imports}`,
  ];
}

/** node-llama-cpp's libraries by its platform name, unpacked beside the build if npm did not install them for this machine. */
export function librariesFor(root, target, name) {
  const installed = join(root, 'node_modules', '@node-llama-cpp', name, 'bins', name);
  if (existsSync(installed)) return installed;
  const fetched = join(root, 'native', `build-${target}`, 'libraries', name);
  const bins = join(fetched, 'package', 'bins', name);
  if (existsSync(bins)) return bins;
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { version, integrity } = lock.packages[`node_modules/@node-llama-cpp/${name}`];
  rmSync(fetched, { recursive: true, force: true });
  mkdirSync(fetched, { recursive: true });
  run('npm', ['pack', '--silent', '--pack-destination', fetched, `@node-llama-cpp/${name}@${version}`]);
  const archive = join(fetched, `node-llama-cpp-${name}-${version}.tgz`);
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== integrity) throw new Error(`${archive} is not the one package-lock.json names (${integrity}).`);
  run('tar', ['-xzf', archive, '-C', fetched]);
  rmSync(archive);
  return bins;
}

/** Returns the addon's path. Throws, saying what to install, if it cannot be built here. */
export function crossBuild(root, target) {
  const cross = crossTargets[target];
  if (cross === undefined)
    throw new Error(
      `The addon for ${target} cannot be linked on ${process.platform}-${process.arch}: run this on ${target}, or pass --addon with one that was built there.`,
    );
  if (spawnSync(cross.compiler, ['--version'], { stdio: 'ignore' }).error)
    throw new Error(`${cross.compiler} is missing: install it (Debian: apt install ${cross.debian}).`);
  const headers = join(root, 'native', 'build', 'llama.cpp');
  if (!existsSync(headers)) throw new Error('The headers of llama.cpp are missing: run "node script/setup.mjs" first.');
  const modules = join(root, 'node_modules');
  const folder = join(root, 'native', `build-${target}`);
  mkdirSync(folder, { recursive: true });
  const includes = [join(modules, 'node-api-headers', 'include'), join(modules, 'node-addon-api')].join(';');
  run('cmake', [
    '-S',
    join(root, 'native'),
    '-B',
    folder,
    '-DCMAKE_BUILD_TYPE=Release',
    `-DCMAKE_CXX_COMPILER=${cross.compiler}`,
    ...cross.options({ root, folder }),
    // What cmake-js would pass: it builds only for the machine it runs on.
    '-DCMAKE_JS_VERSION=8',
    `-DCMAKE_JS_INC=${includes}`,
    '-DCMAKE_CXX_FLAGS=-DBUILDING_NODE_EXTENSION',
    `-DLLAMA_HEADERS=${headers}`,
  ]);
  run('cmake', ['--build', folder, '--target', 'repotune', '--parallel', String(availableParallelism())]);
  return join(folder, 'repotune.node');
}

function run(program, args) {
  // Compiler output goes to stderr: the caller prints the package's path on stdout.
  const { status } = spawnSync(program, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: see its message above.`);
}
