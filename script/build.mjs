// Bundles the extension, the server's processes, the command line and the webview into dist/.
// usage: node script/build.mjs [--debug]            (package.mjs imports `build` instead)
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Native modules stay packages, which package.mjs copies beside the bundles. */
export const external = ['tree-sitter', 'tree-sitter-*'];

const common = {
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/** CommonJS bundles are not split: `import('./client.ts')` in one loads the other's file in dist/. */
const besideEachOther = {
  name: 'beside-each-other',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/client\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './client.cjs', external: true } : undefined,
    ),
};
/**
 * Where the extension downloads backends from (server/backends/registry.ts), since its users may have no npm. A package for a network with
 * its own registry is built with REPOTUNE_REGISTRY; the build machine's registry is never used.
 */
const registry = process.env.REPOTUNE_REGISTRY ?? 'https://registry.npmjs.org';
const define = { REPOTUNE_REGISTRY: JSON.stringify(new URL(registry).href) };
const node = { ...common, platform: 'node', target: 'node22', define };

const bundles = [
  {
    ...node,
    // The language client is nine tenths of the code and only needed after activation, so it is a file of its own.
    entryPoints: { extension: 'src/extension.ts', client: 'src/client.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
    plugins: [besideEachOther],
    // Through require, like everything else: `vscode` can only be found that way.
    supported: { 'dynamic-import': false },
  },
  {
    ...node,
    entryPoints: {
      server: 'server/start.ts',
      cli: 'server/cli.ts',
      engine: 'server/engine/main.ts',
      miner: 'server/miner.ts',
      parser: 'server/mining/worker.ts',
    },
    format: 'esm',
    // Dynamic imports become files of their own, and code shared by several processes ships once.
    splitting: true,
    chunkNames: 'shared-[hash]',
    outExtension: { '.js': '.mjs' },
    external,
    // CommonJS packages inside an ESM bundle still call require().
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  },
  { ...common, platform: 'browser', target: 'chrome124', entryPoints: { webview: 'webview/main.ts' }, format: 'iife' },
];

/** Readable code with source maps, for a debugger. */
const debugging = { minify: false, sourcemap: 'linked' };

/** Returns the names of the packages whose code went into the bundles. */
export async function build({ debug = false } = {}) {
  for (const name of existsSync(dist) ? readdirSync(dist) : [])
    if (/\.(cjs|mjs|js|css|map)$/.test(name)) rmSync(join(dist, name));
  const packages = new Set();
  for (const options of bundles) {
    const { metafile } = await esbuild({ ...options, ...(debug ? debugging : {}), outdir: dist });
    for (const input of Object.keys(metafile.inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
      if (name) packages.add(name);
    }
  }
  return [...packages].sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build({ debug: process.argv.includes('--debug') });
