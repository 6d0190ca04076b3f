// node test/e2e/cluster.mjs: `--help` says what it does. Not in `npm test`, since it needs packages of a gigabyte.
import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { must, pythonFor } from '../../bench/cluster/environment.ts';
import { LocalRay } from '../../bench/cluster/localRay.ts';
import { commandLine } from '../../bench/commandLine.ts';
import { findChromium, installCodeServer } from '../../script/codeServer.mjs';
import { packageExtension } from '../../script/package.mjs';
import { bundledModelPath } from '../../server/storage/paths.ts';
import { Checks } from './checks.mjs';
import { chromiumArguments, openEditor } from './editor.mjs';
import { ownData } from './ownData.mjs';
import { makeRepository } from './repository.mjs';

const USAGE = `usage: node test/e2e/cluster.mjs [--python PYTHON] [--vsix FILE]

The palette's "Tune on a Cluster…" against a real Ray on this machine, as its user meets it: the address is asked for, what would leave is
shown, the panel follows the run, and stopping it stops the job. --python is an interpreter that has the packages.`;

const runMs = 900_000;
const { values } = commandLine(USAGE, { python: { type: 'string' }, vsix: { type: 'string' } });
const artifacts = fileURLToPath(new URL('../artifacts/cluster', import.meta.url));
// A short path, since the names of Ray's sockets are limited.
const scratch = mkdtempSync(join(tmpdir(), 'rtc-'));
ownData(scratch);
const checks = new Checks();
rmSync(artifacts, { recursive: true, force: true });
mkdirSync(artifacts, { recursive: true });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

const python = pythonFor(values.python, console.log);
const base = join(scratch, 'base');
must(python, [fileURLToPath(new URL('../../bench/cluster/convertBase.py', import.meta.url)), bundledModelPath(), base]);
const ray = await LocalRay.start(python, join(scratch, 'ray'));
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
try {
  await checks.scenario('cluster', () => tuneThere());
} finally {
  await browser.close();
  await ray.stop();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}
console.log(`${checks.passed} passed, ${checks.failed} failed`);
process.exit(checks.failed > 0 || checks.passed === 0 ? 1 : 0);

async function tuneThere() {
  const editor = await openEditor({
    browser,
    codeServer: installCodeServer(),
    vsix: values.vsix ?? (await packageExtension()),
    scratch: join(scratch, 'editor'),
    artifacts,
    // Only a few files: the steps for a whole repository's text are too many for a CPU.
    folder: makeRepository(join(scratch, 'hub'), ['src/utils', 'package.json', 'LICENSE']),
    settings: {
      'repotune.tuning.maxMinutes': 2,
      'repotune.cluster.base': base,
      'repotune.cluster.device': 'cpu',
      'repotune.cluster.installed': true,
    },
  });
  const { page } = editor;
  const panel = editor.panel();
  const dialog = page.locator('.monaco-dialog-box');
  try {
    await checks.that('asks for the address', async () => {
      await editor.waitForStatus('Repotune: base');
      await editor.command('Repotune: Tune on a Cluster');
      const input = page.locator('.quick-input-widget input[type="text"]');
      await page.locator('.quick-input-title').filter({ hasText: 'Ray dashboard' }).waitFor();
      await input.fill(ray.address);
      await editor.screenshot('1-address');
      await page.keyboard.press('Enter');
    });
    await checks.that('shows what would leave, and to whom, before anything does', async () => {
      await dialog.getByRole('button', { name: 'Send' }).waitFor({ timeout: 120_000 });
      const question = await dialog.textContent();
      for (const said of ['train.jsonl', ray.address, 'Nothing has been sent to', 'no held-out file'])
        assert.ok(question.includes(said), said);
      await editor.screenshot('2-question');
      await dialog.getByRole('button', { name: 'Send' }).click();
    });
    await checks.that('follows the run in the panel', async () => {
      await panel.getByRole('tab', { name: 'Progress', selected: true }).waitFor({ timeout: runMs });
      await panel.getByText(/^[1-9]\d* of \d+$/).waitFor({ timeout: runMs });
      await editor.screenshot('3-training-there');
    });
    // Run to the end it would take an hour on a CPU; `npm run check:cluster` covers that part.
    await checks.that('stops the job on the cluster when the run is stopped', async () => {
      await panel.getByRole('button', { name: 'Stop' }).click();
      const jobs = `${ray.address}/api/jobs/`;
      for (let status = ''; status !== 'STOPPED'; await page.waitForTimeout(1000)) {
        [{ status }] = await (await fetch(jobs)).json();
        assert.ok(['RUNNING', 'STOPPED'].includes(status), status);
      }
      await editor.waitForStatus('Repotune: base');
      await editor.screenshot('4-stopped');
    });
  } catch (error) {
    await editor.screenshot('failed').catch(() => {});
    throw error;
  } finally {
    await editor.close();
  }
}
