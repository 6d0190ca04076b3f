// The extension as its user meets it: the built .vsix in a real VS Code, on real open-source code.
// usage: node test/e2e/run.mjs [--vsix <file>] [--only <scenario,…>] [--keep]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findChromium, installCodeServer } from '../../script/codeServer.mjs';
import { packageExtension } from '../../script/package.mjs';
import { Checks } from './checks.mjs';
import { chromiumArguments } from './editor.mjs';
import { scenarios } from './scenarios/index.mjs';

const { values } = parseArgs({
  options: { vsix: { type: 'string' }, only: { type: 'string' }, keep: { type: 'boolean' } },
});
const artifacts = fileURLToPath(new URL('../artifacts/e2e', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'repotune-e2e-'));
// What was started ends with us: see the exit handler of startCodeServer.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
const checks = new Checks();

try {
  rmSync(artifacts, { recursive: true, force: true });
  mkdirSync(artifacts, { recursive: true });
  const codeServer = installCodeServer();
  const vsix = values.vsix ?? (await packageExtension());
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: chromiumArguments,
  });
  const chosen = values.only?.split(',') ?? Object.keys(scenarios);
  for (const name of chosen) {
    const started = Date.now();
    console.log(name);
    await checks.scenario(name, () =>
      scenarios[name]({ browser, checks, codeServer, vsix, artifacts, scratch: join(scratch, name) }),
    );
    console.log(`  ${Math.round((Date.now() - started) / 1000)} s`);
  }
  await browser.close();
} catch (error) {
  checks.fail('set-up', error);
} finally {
  if (values.keep) console.log(scratch);
  else rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}
console.log(`${checks.passed} passed, ${checks.failed} failed`);
process.exit(checks.failed > 0 || checks.passed === 0 ? 1 : 0);
