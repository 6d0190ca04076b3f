// One scenario in its own process: its waiting, even for a command line, blocks no other.
// usage: node test/e2e/scenario.mjs NAME --found JSON --artifacts FOLDER [--keep]
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { Checks } from './checks.mjs';
import { chromiumArguments } from './editor.mjs';
import { ownData } from './ownData.mjs';
import { scenarios } from './scenarios/index.mjs';
import { turnToTune } from './turns.mjs';

const { values, positionals } = parseArgs({
  options: { found: { type: 'string' }, artifacts: { type: 'string' }, keep: { type: 'boolean' } },
  allowPositionals: true,
});
const [name] = positionals;
const { artifacts } = values;
/** VS Code, the browser, our package, and the folder where it is installed. */
const { codeServer, chromium: executablePath, vsix, extensions } = JSON.parse(values.found);
/** With what a home folder may be named, and addresses and shells read otherwise. */
const scratch = mkdtempSync(join(tmpdir(), 'repotune-e2e Jörg & %41#$x-'));
const { data, strayed } = ownData(scratch);
// Exiting stops what was started: see the exit handler of startCodeServer.
for (const signal of ['SIGINT', 'SIGTERM', 'disconnect']) {
  process.once(signal, () => {
    // Registered after the handler that ends the editor.
    process.once('exit', clearUp);
    process.exit(130);
  });
}
const checks = new Checks();

try {
  const browser = await chromium.launch({ executablePath, args: chromiumArguments });
  const started = Date.now();
  console.log(name);
  await checks.scenario(name, () =>
    scenarios[name]({
      browser,
      checks,
      codeServer,
      vsix,
      extensions,
      artifacts,
      data,
      turnToTune,
      scratch: join(scratch, name),
    }),
  );
  await checks.scenario(name, () =>
    checks.that('all data went to the data folder of the run', () => assert.deepEqual(strayed(), [])),
  );
  console.log(`  ${Math.round((Date.now() - started) / 1000)} s`);
  await browser.close();
} catch (error) {
  checks.fail('set-up', error);
} finally {
  clearUp();
}
const { passed, failed } = checks;
process.send({ counted: { passed, failed } }, () => process.exit());

function clearUp() {
  if (values.keep) console.log(scratch);
  else rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}
