// npm run check:package: `--help` says what it does.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { commandLine } from '../bench/commandLine.ts';
import { report } from '../server/common/bars.ts';
import { chromiumArguments, openEditor } from '../test/e2e/editor.mjs';
import { ownData } from '../test/e2e/ownData.mjs';
import { makeRepository } from '../test/e2e/repository.mjs';
import { findChromium, installCodeServer } from './codeServer.mjs';
import { mayShip } from './mayShip.ts';
import { packageExtension } from './package.mjs';
import { useInstalled } from './useInstalled.mjs';

const USAGE = `usage: npm run check:package -- [--vsix FILE] [--json]

What is in the package, how large it is, and whether it works from scratch in an empty profile. --vsix takes one that is there.`;

const { values } = commandLine(USAGE, { vsix: { type: 'string' } });
const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'repotune-package-'));
ownData(scratch);

// Exiting stops what was started: see the exit handler of startCodeServer.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
try {
  const vsix = values.vsix ? resolve(values.vsix) : await packageExtension();
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
  const editor = await openEditor({
    browser,
    codeServer: installCodeServer(),
    vsix,
    scratch,
    artifacts: scratch,
    folder: makeRepository(join(scratch, 'hub')),
  });
  const unusable = await openWindow(editor);
  await browser.close();
  const foreign = [];
  const folder = editor.extensionFolder();
  const files = readdirSync(folder, { recursive: true }).filter((file) => statSync(join(folder, file)).isFile());
  for (const file of files) {
    if (!mayShip(file)) foreign.push(`${file} should not ship`);
    else if (/\.(node|so|mjs|cjs|js|json)$/.test(file) && readFileSync(join(folder, file)).includes(root))
      foreign.push(`${file} names the folder it was built in`);
  }
  unusable.push(...useInstalled(folder));
  for (const problem of [...foreign, ...unusable]) console.error(problem);
  report(
    [
      { name: 'vsix-mb', value: statSync(vsix).size / 1e6, op: '<=', bar: 80 },
      { name: 'files-that-should-not-ship', value: files.length === 0 ? Number.NaN : foreign.length, op: '<=', bar: 0 },
      { name: 'parts-that-do-not-work', value: unusable.length, op: '<=', bar: 0 },
    ],
    values.json,
    { files: files.length, works: unusable.length === 0 },
  );
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Checks that the extension activates in the profile it was installed into, and that its server loads the base. Returns what does not work.
 */
async function openWindow(editor) {
  try {
    await editor.waitForStatus('Repotune: base');
    return [];
  } catch (error) {
    return [`the editor does not come up with the base when installed: ${error}\n${editor.server.output()}`];
  } finally {
    await editor.close();
  }
}
