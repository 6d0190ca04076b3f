/**
 * Where things lie: the same answers in a checkout (TypeScript run as it is) and in the packaged extension (bundles in
 * `dist/`). Pure look-ups: nothing is created, and a file that is missing is its user's error to report.
 */
import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LIBRARIES_RELEASE } from '../common/backendCatalogue.ts';
import { dataFolder } from './location.ts';

const here = dirname(fileURLToPath(import.meta.url));
/** Bundles are `.mjs` and lie directly in `dist/`; sources are `.ts`. */
const bundled = extname(fileURLToPath(import.meta.url)) === '.mjs';

/** The folder that holds package.json, models/ and dist/. */
export const packageRoot = bundled ? dirname(here) : dirname(dirname(here));

/** Scripts that run in their own process or worker: source in a checkout, its bundle in the package. */
const scripts = {
  server: 'server/main.ts',
  cli: 'server/cli.ts',
  engine: 'server/engine/main.ts',
  parser: 'server/mining/worker.ts',
} as const;

export function scriptPath(name: keyof typeof scripts): string {
  return bundled ? join(packageRoot, 'dist', `${name}.mjs`) : join(packageRoot, scripts[name]);
}

/** The native addon. */
export function addonPath(): string {
  const packaged = join(packageRoot, 'dist', 'native', 'repotune.node');
  return bundled && existsSync(packaged) ? packaged : join(packageRoot, 'native', 'build', 'Release', 'repotune.node');
}

/** The folder of libllama, libggml and the CPU backends: beside the addon when packaged. */
export function librariesPath(): string {
  const packaged = join(packageRoot, 'dist', 'native');
  if (bundled && existsSync(join(packaged, 'repotune.node'))) return packaged;
  const platform = platformFolder();
  return join(packageRoot, 'node_modules', '@node-llama-cpp', platform, 'bins', platform);
}

/**
 * A GPU backend's plug-in, or null when it is not there. In the package it lies apart from the libraries: ggml loads every
 * backend of that folder, and a driver must not be touched for the CPU's sake.
 */
export function gpuBackendPath(backend: 'vulkan' | 'cuda'): string | null {
  const name = plugInName(backend);
  const folder = `${platformFolder()}-${backend}`;
  const candidates = [
    join(packageRoot, 'dist', 'native', 'gpu', name),
    downloadedBackendPath(backend),
    join(packageRoot, 'node_modules', '@node-llama-cpp', folder, 'bins', folder, name),
  ];
  return candidates.find((path) => existsSync(path)) ?? null;
}

/** Where a plug-in that was downloaded lies: by the release it fits, since it outlives an update of the extension. */
export function downloadedBackendPath(backend: 'vulkan' | 'cuda'): string {
  return join(dataFolder(), 'backends', LIBRARIES_RELEASE, plugInName(backend));
}

function plugInName(backend: string): string {
  return process.platform === 'win32' ? `ggml-${backend}.dll` : `libggml-${backend}.so`;
}

/** The base model that ships with the extension. */
export function bundledModelPath(): string {
  return join(packageRoot, 'models', 'seedling-code-8m-f16.gguf');
}

/** node-llama-cpp's name of this machine's binaries. */
function platformFolder(): string {
  if (process.platform === 'darwin') return process.arch === 'arm64' ? 'mac-arm64-metal' : 'mac-x64';
  const system = process.platform === 'win32' ? 'win' : 'linux';
  return `${system}-${process.arch}`;
}
