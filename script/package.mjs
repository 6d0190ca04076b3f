// Writes dist/repotune-<platform>-<version>.vsix, an installable package for one platform.
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { commandLine } from '../bench/commandLine.ts';
import { crossBuild } from './cross.mjs';
import { stageExtension } from './stage.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const here = `${process.platform}-${process.arch}`;

const USAGE = `usage: npm run package -- [--target PLATFORM] [--addon FILE]

Writes dist/repotune-PLATFORM-VERSION.vsix, for \`code --install-extension\`.

options:
  --target PLATFORM   linux-x64, linux-arm64, win32-x64 or darwin-arm64 (${here})
  --addon FILE        a repotune.node that was built elsewhere, instead of ours or a cross build`;

/** `addon`: one built elsewhere; by default ours, or a cross build for another platform. */
export async function packageExtension({ target = here, addon } = {}) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const stage = join(root, 'dist', 'stage');
  const ours = target === here ? join(root, 'native', 'build', 'Release', 'repotune.node') : null;
  await stageExtension({ root, stage, platform: target, addon: addon ?? ours ?? crossBuild(root, target) });
  const path = join(root, 'dist', `repotune-${target}-${version}.vsix`);
  rmSync(path, { force: true });
  // The stage already holds the packages that ship, so vsce must neither walk dependencies nor ask about a repository.
  await createVSIX({
    cwd: stage,
    ignoreFile: join(root, '.vscodeignore'),
    packagePath: path,
    target,
    dependencies: false,
    allowMissingRepository: true,
    skipLicense: true,
    useYarn: false,
    rewriteRelativeLinks: false,
    // The list is explicit already, and scanning compiled libraries for secrets takes minutes.
    allowPackageAllSecrets: true,
  });
  rmSync(stage, { recursive: true, force: true });
  return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = commandLine(USAGE, { target: { type: 'string' }, addon: { type: 'string' } });
  try {
    const path = await packageExtension(values);
    console.log(`${path} ${(statSync(path).size / 2 ** 20).toFixed(1)} MiB`);
  } catch (error) {
    console.error(`package: ${error.message}`);
    process.exitCode = 1;
  }
}
