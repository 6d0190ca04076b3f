// Lays out the packaged extension in a folder. It takes from the checkout what .vscodeignore lets through; what is located elsewhere
// (packages, native libraries) is listed here, and vsce applies .vscodeignore to the folder again: nothing ships by accident.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { build } from './build.mjs';
import { crossTargets, librariesFor } from './cross.mjs';
import { thirdPartyNotices } from './licences.ts';
import { keepShippedLinks } from './shippedLinks.ts';

/** Manifest fields that the running extension reads or the marketplace shows. */
const manifestFields = [
  'name',
  'displayName',
  'description',
  'version',
  'publisher',
  'license',
  'type',
  'engines',
  'main',
  'extensionKind',
  'categories',
  'keywords',
  'activationEvents',
  'icon',
  'repository',
  'homepage',
  'bugs',
  'capabilities',
  'contributes',
];

/** Packages that stay packages, with the files that each needs at run time; `{platform}` is Node's name, as in `linux-x64`. */
const loader = ['package.json', 'node-gyp-build.js', 'index.js'];
const parser = ['package.json', 'index.js', 'prebuilds/{platform}/tree-sitter.node'];
const grammar = (prebuild) => ['package.json', 'bindings/node/index.js', `prebuilds/{platform}/${prebuild}.node`];

function runtimePackages(root) {
  const manifestIn = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const { dependencies } = manifestIn('.');
  const grammars = Object.keys(dependencies).filter((name) => name.startsWith('tree-sitter-'));
  return {
    'node-gyp-build': loader,
    'tree-sitter': parser,
    // Its prebuild has the package's own name, whatever we know it by.
    ...Object.fromEntries(
      grammars.map((name) => [name, grammar(manifestIn(`node_modules/${name}`).name.replace('/', '+'))]),
    ),
  };
}

/** Fills `stage` for a platform (`linux-x64`): bundles, addon, llama.cpp libraries, grammars, base model, licences. */
export async function stageExtension({ root, stage, platform, addon }) {
  if (!existsSync(addon))
    throw new Error(`The native addon for ${platform} is missing at ${addon}: run "node script/setup.mjs" first.`);
  rmSync(stage, { recursive: true, force: true });
  const bundled = await build();
  const copy = (from, to) => {
    if (!existsSync(from)) throw new Error(`${from} is missing: it belongs into the package.`);
    mkdirSync(dirname(join(stage, to)), { recursive: true });
    cpSync(from, join(stage, to), { dereference: true });
  };

  const listed = await shipped(root, root);
  for (const file of listed) copy(join(root, file), file);
  // vsce renames the licence.
  const ships = (file) => file !== 'LICENSE' && existsSync(join(stage, file));
  for (const file of listed.filter((name) => name.endsWith('.md')))
    writeFileSync(join(stage, file), keepShippedLinks(file, readFileSync(join(root, file), 'utf8'), ships));
  const packages = runtimePackages(root);
  for (const [name, files] of Object.entries(packages))
    for (const file of files.map((pattern) => pattern.replace('{platform}', platform)))
      copy(join(root, 'node_modules', name, file), `dist/node_modules/${name}/${file}`);
  copyNative({ root, platform, addon, copy });

  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const kept = Object.fromEntries(
    manifestFields.filter((field) => field in manifest).map((field) => [field, manifest[field]]),
  );
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(kept, null, 2)}\n`);
  const names = new Set([...bundled, ...Object.keys(packages), 'node-llama-cpp', 'node-addon-api']);
  writeFileSync(join(stage, 'THIRD_PARTY_LICENSES.txt'), thirdPartyNotices(root, [...names].sort()));
  await checkComplete(root, stage);
}

/** What .vscodeignore lets through of a folder, as relative paths with `/`. */
function shipped(root, folder) {
  return listFiles({ cwd: folder, packageManager: PackageManager.None, ignoreFile: join(root, '.vscodeignore') });
}

/** A line of .vscodeignore that lets nothing through means a missing or renamed file. */
async function checkComplete(root, stage) {
  const files = await shipped(root, stage);
  const patterns = readFileSync(join(root, '.vscodeignore'), 'utf8').match(/(?<=^!).+$/gm) ?? [];
  const idle = patterns.filter((pattern) => !files.some((file) => matchesGlob(file, pattern)));
  if (idle.length > 0) throw new Error(`The package lacks what .vscodeignore lets through: ${idle.join(', ')}.`);
}

/** VS Code's platform names, and node-llama-cpp's names for their CPU (macOS: Metal) and Vulkan libraries. */
const libraryFolders = {
  'linux-x64': ['linux-x64', 'linux-x64-vulkan'],
  'linux-arm64': ['linux-arm64'],
  'win32-x64': ['win-x64', 'win-x64-vulkan'],
  'darwin-arm64': ['mac-arm64-metal'],
};

/** Our addon with the libraries it is linked to and the backends, from which it chooses at run time. */
function copyNative({ root, platform, addon, copy }) {
  const [main, vulkan] = libraryFolders[platform] ?? [];
  if (!main)
    throw new Error(`There are no libraries for ${platform}. Known: ${Object.keys(libraryFolders).join(', ')}.`);
  copy(addon, 'dist/native/repotune.node');
  // Found by server/system/windowsPower.ts.
  if (platform === 'win32-x64') copy(join(dirname(addon), 'power.node'), 'dist/native/power.node');
  const installed = (folder) => join(root, 'node_modules', '@node-llama-cpp', folder, 'bins', folder);
  const here = existsSync(installed(main)) || !(platform in crossTargets);
  const bins = (folder) => (here ? installed(folder) : librariesFor(root, platform, folder));
  if (!existsSync(bins(main)))
    throw new Error(`The libraries for ${platform} are not installed: run "npm ci" on that platform.`);
  const ours = /^(lib)?(ggml|llama)[\w.-]*\.(so|dll|dylib)$/;
  for (const file of readdirSync(bins(main)))
    if (ours.test(file) && !file.includes('llama-common')) copy(join(bins(main), file), `dist/native/${file}`);
  if (!vulkan || !existsSync(bins(vulkan))) return;
  const plugIn = readdirSync(bins(vulkan)).find((file) => /^(lib)?ggml-vulkan\.(so|dll)$/.test(file));
  // Kept apart from the libraries: see gpuBackendPath in server/storage/paths.ts.
  if (plugIn) copy(join(bins(vulkan), plugIn), `dist/native/gpu/${plugIn}`);
}
