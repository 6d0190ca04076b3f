/** A base that does not fit into memory is said to be that, and what to do: libllama's log says which buffer. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addonPath, bundledModelPath, librariesPath } from '../../server/storage/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Loads the bundled base, then a file of a gigabyte with 256 MB of address space left, and prints the error. Less for both, such as 12 MB for
 * the base alone, sometimes ended Node itself: its heap grows at any time, by megabytes.
 */
const SCRIPT = `
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const addon = require(process.argv[2]);
const [librariesPath, modelPath, largePath] = process.argv.slice(3);
const options = { librariesPath, gpuBackends: [], device: 'cpu', contextTokens: 1024, threads: 1, mergeFolder: '' };
(async () => {
  // Libraries, threads and what a first load leaves behind.
  (await addon.loadSession({ ...options, modelPath })).dispose();
  const used = Number(/VmSize:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  execFileSync('prlimit', ['--pid', String(process.pid), '--as=' + (used + 256 * 2 ** 20)]);
  const loading = addon.loadSession({ ...options, modelPath: largePath });
  const { code, message } = await loading.then(() => ({}), (error) => error);
  require('node:fs').writeSync(1, JSON.stringify({ code, message }));
  process.exit(0);
})();
`;

test.runIf(process.platform === 'linux')('a lack of memory for a model is told as that', () => {
  const script = join(folder, 'load.cjs');
  writeFileSync(script, SCRIPT);
  const large = join(folder, 'large.gguf');
  copyFileSync(bundledModelPath(), large);
  // It takes no room on the disk, and all of it in the address space.
  truncateSync(large, 2 ** 30);
  const paths = [addonPath(), librariesPath(), bundledModelPath(), large];
  const said = execFileSync(process.execPath, [script, ...paths]);
  expect(JSON.parse(said.toString())).toEqual({
    code: 'out-of-memory',
    message: expect.stringMatching(/^There is not enough .*: close other programs, or choose a smaller model\./),
  });
});
