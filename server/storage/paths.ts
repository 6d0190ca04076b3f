/**
 * Where things lie: the same answers in a checkout (TypeScript run as it is) and in the packaged extension (bundles in
 * `dist/`). Pure look-ups: nothing is created, and a file that is missing is its user's error to report.
 */
import { existsSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

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
  miner: 'server/miner.ts',
  parser: 'server/mining/worker.ts',
} as const;

/** REPOTUNE_BUNDLES=1: as in the package, also from a checkout. Whole tests start hundreds of them, a bundle in half the time. */
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

/** The folder of libllama, libggml and the CPU backends: beside the addon when packaged. */
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

/** node-llama-cpp's name of this machine's binaries. */
export function platformFolder(): string {
  if (process.platform === 'darwin') return process.arch === 'arm64' ? 'mac-arm64-metal' : 'mac-x64';
  const system = process.platform === 'win32' ? 'win' : 'linux';
  return `${system}-${process.arch}`;
}

/** The platform's place for a program's own data; REPOTUNE_DATA names another. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['REPOTUNE_DATA'];
  return chosen ? resolve(chosen) : envPaths('repotune', { suffix: '' }).data;
}

/** Counts of what became of suggestions, and what was learned from them of a person. */
export function statisticsFile(): string {
  return join(dataFolder(), 'statistics.json');
}

/** What was measured of this machine's devices: a cache of the user's, too. */
export function measuredDevicesFile(): string {
  return join(envPaths('repotune', { suffix: '' }).cache, 'devices.json');
}

/** Where models are kept that an adapter was merged into: a cache of the user's, which may be deleted at any time. */
export function mergedModelsFolder(): string {
  return join(envPaths('repotune', { suffix: '' }).cache, 'merged');
}
