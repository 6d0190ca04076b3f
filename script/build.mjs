// Bundles the extension, the server's processes, the command line and the webview into dist/.
// usage: node script/build.mjs            (package.mjs imports `build` instead)
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Native modules, and what loads files of its own at run time, stay packages: package.mjs copies them beside the bundles. */
export const external = ['tree-sitter', 'tree-sitter-*', 'piscina'];

const common = {
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
};
const node = { ...common, platform: 'node', target: 'node22' };

const bundles = [
  {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
  },
  {
    ...node,
    entryPoints: {
      server: 'server/main.ts',
      cli: 'server/cli.ts',
      engine: 'server/engine/main.ts',
      parser: 'server/mining/worker.ts',
    },
    format: 'esm',
    // What is imported on demand becomes a file of its own, and what several processes use is shipped once.
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

/** Answers with the names of the packages whose code went into the bundles. */
export async function build() {
  for (const name of existsSync(dist) ? readdirSync(dist) : [])
    if (/\.(cjs|mjs|js|css)$/.test(name)) rmSync(join(dist, name));
  const packages = new Set();
  for (const options of bundles) {
    const { metafile } = await esbuild({ ...options, outdir: dist });
    for (const input of Object.keys(metafile.inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
      if (name) packages.add(name);
    }
  }
  return [...packages].sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
