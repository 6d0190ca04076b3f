// The extension as users meet it: the built .vsix in a real VS Code, on real open-source code. Two scenarios run at a time, since each
// mostly waits: for windows to open, and for tunes of fixed duration, of which only one runs at a time. What failed beside another on a
// slow machine is retried alone, and only that counts.
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine, namesOf, wholeNumber } from '../../bench/commandLine.ts';
import { extensionsOf, findChromium, installCodeServer, installVsix } from '../../script/codeServer.mjs';
import { packageExtension } from '../../script/package.mjs';
import { scenarios } from './scenarios/index.mjs';
import { Turns } from './turns.mjs';

const USAGE = `usage: node test/e2e/run.mjs [options]

The extension as its user meets it, in a real VS Code, on real open-source code.

options:
  --vsix FILE                  a package that is there
  --only SCENARIO[,SCENARIO]   ${Object.keys(scenarios).join(', ')} (all)
  --at-once N                  scenarios (2)
  --keep                       leave their folders on disk`;

const { values } = commandLine(USAGE, {
  vsix: { type: 'string' },
  only: { type: 'string' },
  'at-once': { type: 'string', default: '2' },
  keep: { type: 'boolean', default: false },
});
const chosen = namesOf('--only', values.only ?? Object.keys(scenarios).join(','), Object.keys(scenarios));
const atOnce = wholeNumber('--at-once', values['at-once']);
const artifacts = fileURLToPath(new URL('../artifacts/e2e', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'repotune-e2e-'));
const running = new Set();
const turns = new Turns();
// Stop what was started.
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM');
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
const total = { passed: 0, failed: 0 };

try {
  rmSync(artifacts, { recursive: true, force: true });
  mkdirSync(artifacts, { recursive: true });
  // Before the first scenario, so that no two install it at once.
  const codeServer = installCodeServer();
  const chromium = findChromium();
  const vsix = values.vsix ?? (await packageExtension());
  // Installed once by VS Code itself; every scenario gets a copy.
  installVsix(codeServer, scratch, vsix);
  const found = JSON.stringify({ codeServer, chromium, vsix, extensions: extensionsOf(scratch) });
  const waiting = [...chosen];
  const lanes = Math.min(waiting.length, atOnce);
  const again = [];
  const count = ({ passed, failed }) => {
    total.passed += passed;
    total.failed += failed;
  };
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const counted = await run(name, found, lanes === 1);
      if (counted.failed > 0 && lanes > 1) again.push(name);
      else count(counted);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  for (const name of again) {
    console.log(`${name}: once more, alone`);
    count(await run(name, found, true));
  }
} catch (error) {
  total.failed += 1;
  console.log(`  ✗ set-up\n    ${error instanceof Error ? (error.stack ?? error.message) : error}`);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

/** Returns its counts. When run beside another, its output is printed at its end. */
function run(name, found, live) {
  const options = ['--found', found, '--artifacts', artifacts, ...(values.keep ? ['--keep'] : [])];
  const child = fork(fileURLToPath(new URL('scenario.mjs', import.meta.url)), [name, ...options], {
    stdio: ['ignore', live ? 'inherit' : 'pipe', 'inherit', 'ipc'],
  });
  running.add(child);
  turns.serve(child);
  let said = '';
  let counted = null;
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  child.on('message', (message) => {
    counted = message.counted ?? counted;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      if (said !== '') process.stdout.write(said);
      if (counted === null) console.log(`  ✗ ${name}: ended with ${signal ?? code}`);
      resolve(counted ?? { passed: 0, failed: 1 });
    });
  });
}
