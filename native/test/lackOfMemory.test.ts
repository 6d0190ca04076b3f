/** A base that does not fit into memory is said to be that, and what to do: libllama's log says which buffer. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addonPath, bundledModelPath, librariesPath } from '../../server/storage/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Loads the bundled base (17 MB) with 12 MB of address space left, and prints the error. With 4 MB left, Node itself sometimes died: V8 and
 * the thread pool want some as well.
 */
const SCRIPT = `
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const addon = require(process.argv[2]);
const [librariesPath, modelPath] = process.argv.slice(3);
const options = { librariesPath, gpuBackends: [], modelPath, device: 'cpu', contextTokens: 1024, threads: 1, mergeFolder: '' };
(async () => {
  // Libraries, threads and what a first load leaves behind.
  (await addon.loadSession(options)).dispose();
  const used = Number(/VmSize:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  execFileSync('prlimit', ['--pid', String(process.pid), '--as=' + (used + 12 * 2 ** 20)]);
  const { code, message } = await addon.loadSession(options).then(() => ({}), (error) => error);
  require('node:fs').writeSync(1, JSON.stringify({ code, message }));
  process.exit(0);
})();
`;

test.runIf(process.platform === 'linux')('a lack of memory for a model is told as that', () => {
  const script = join(folder, 'load.cjs');
  writeFileSync(script, SCRIPT);
  const said = execFileSync(process.execPath, [script, addonPath(), librariesPath(), bundledModelPath()]);
  expect(JSON.parse(said.toString())).toEqual({
    code: 'out-of-memory',
    message: expect.stringMatching(/^There is not enough .*: close other programs, or choose a smaller model\./),
  });
});
