/**
 * Locations of files: the same answers in a checkout (TypeScript run directly) and in the packaged extension (bundles in `dist/`). Pure
 * look-ups: nothing is created, and reporting a missing file is up to its user.
 */
// First: a package below asks for the home folder as it loads.
import './home.ts';

import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { homeFolder } from './home.ts';

const here = dirname(fileURLToPath(import.meta.url));
/** Bundles are `.mjs` and lie directly in `dist/`; sources are `.ts`. */
const bundled = extname(fileURLToPath(import.meta.url)) === '.mjs';

/** The folder that contains package.json, models/ and dist/. */
export const packageRoot = bundled ? dirname(here) : dirname(dirname(here));

/** Scripts run in their own process or worker: the source in a checkout, its bundle in the package. */
const scripts = {
  server: 'server/main.ts',
  cli: 'server/cli.ts',
  engine: 'server/engine/main.ts',
  miner: 'server/miner.ts',
  parser: 'server/mining/worker.ts',
} as const;

/** REPOTUNE_BUNDLES=1: bundles even in a checkout. Complete test runs start hundreds of them, and a bundle takes half the time. */
export function scriptPath(name: keyof typeof scripts): string {
  return bundled || process.env['REPOTUNE_BUNDLES'] === '1'
    ? join(packageRoot, 'dist', `${name}.mjs`)
    : join(packageRoot, scripts[name]);
}

/** The native addon. */
export function addonPath(): string {
  const packaged = join(packageRoot, 'dist', 'native', 'repotune.node');
  return bundled && existsSync(packaged) ? packaged : join(packageRoot, 'native', 'build', 'Release', 'repotune.node');
}

/** The folder of libllama, libggml and the CPU backends: next to the addon when packaged. */
export function librariesPath(): string {
  const packaged = join(packageRoot, 'dist', 'native');
  if (bundled && existsSync(join(packaged, 'repotune.node'))) return packaged;
  const platform = platformFolder();
  return join(packageRoot, 'node_modules', '@node-llama-cpp', platform, 'bins', platform);
}

/** The base model that ships with the extension. */
export function bundledModelPath(): string {
  return join(packageRoot, 'models', 'seedling-code-8m-f16.gguf');
}

/** node-llama-cpp's name for this machine's binaries. */
export function platformFolder(): string {
  if (process.platform === 'darwin') return process.arch === 'arm64' ? 'mac-arm64-metal' : 'mac-x64';
  const system = process.platform === 'win32' ? 'win' : 'linux';
  return `${system}-${process.arch}`;
}

/** The platform's location for application data; REPOTUNE_DATA overrides it. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['REPOTUNE_DATA'];
  return chosen ? resolve(chosen) : ownFolder('data');
}

/** Never within the folder that one works in, where relative ones would be: of an empty HOME, or an XDG_DATA_HOME without a slash. */
function ownFolder(kind: 'data' | 'cache'): string {
  const folder = envPaths('repotune', { suffix: '' })[kind];
  if (isAbsolute(folder)) return folder;
  const home = homeFolder(() => userInfo().homedir);
  return join(home, folder);
}

/** Counts of the outcomes of suggestions, and what was learned from a person's. */
export function statisticsFile(): string {
  return join(dataFolder(), 'statistics.json');
}

/** Measurements of this machine's devices, a per-user cache. */
export function measuredDevicesFile(): string {
  return join(ownFolder('cache'), 'devices.json');
}

/** Models with an adapter merged in: a per-user cache, which may be deleted at any time. */
export function mergedModelsFolder(): string {
  return join(ownFolder('cache'), 'merged');
}
