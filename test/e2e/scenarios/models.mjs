import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue } from '../../../server/models/catalogue.ts';
import { processorKey } from '../../../server/models/keptSpeed.ts';
import { startHub } from '../../../server/models/testing.ts';
import { openEditor } from '../editor.mjs';
import { makeRepository } from '../repository.mjs';

const bundled = fileURLToPath(new URL('../../../models/seedling-code-8m-f16.gguf', import.meta.url));
const measuringMs = 120_000;
const repository = 'team/coder-GGUF';
const file = 'coder.F16.gguf';
/** The same length as the bundled base's name, so that nothing else in the file moves. */
const name = 'hub-served-coder';
/** Bytes of the download at which the connection is cut. */
const cutAt = 6_000_000;

/** A base model from the hub: looked up, downloaded over a breaking connection, used, abandoned, deleted. */
export async function models(context) {
  const { checks, scratch, data } = context;
  const folder = makeRepository(join(scratch, 'hub'));
  const stored = join(data, 'models', `team--coder-GGUF--${file}`);
  const hub = await startHub({ repository, file, content: otherModel(), license: 'apache-2.0' });
  hub.delayMs = 200;
  hub.cuts = [cutAt];
  mkdirSync(data, { recursive: true });
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(join(data, 'statistics.json'), JSON.stringify({ days: { [today]: { offered: 12, accepted: 5 } } }));
  const env = { HF_ENDPOINT: hub.url, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' };
  const editor = await openEditor({ ...context, folder, env, takesOffer: true });
  const { page } = editor;
  const picker = page.locator('.quick-input-widget');
  const input = picker.locator('input[type="text"]');
  const row = (text) => picker.locator('.monaco-list-row').filter({ hasText: text }).first();
  const toast = page.locator('.notification-toast');
  const panel = editor.panel();
  const dialog = page.locator('.monaco-dialog-box');
  let offered = null;
  const openPicker = async () => {
    await editor.command('Repotune: Choose Base Model');
    await row('seedling-code-8m').waitFor({ timeout: measuringMs });
  };
  const deleteDownload = async () => {
    await openPicker();
    // Dispatched rather than clicked: the row's own hover may cover it.
    await row(file).locator('.quick-input-list-entry-action-bar .action-label').first().dispatchEvent('click');
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete', exact: true }).click();
  };
  try {
    await checks.that(
      'the recommendation is explained, and a repository on the hub is looked up by its address',
      async () => {
        await editor.waitForStatus('Repotune: base');
        await editor.waitForStatusLabel('seedling-code-8m');
        await openPicker();
        await picker.locator('.action-label.codicon-info').click();
        await toast
          .filter({ hasText: /measured on the CPU.*per suggestion on the CPU/ })
          .first()
          .waitFor();
        await editor.screenshot('models-0-recommendation');
        await row('Another model on Hugging Face').click();
        await picker.getByText('Hugging Face repository with GGUF models').waitFor();
        await input.fill(`${hub.url}/${repository}/tree/main`);
        await page.keyboard.press('Enter');
        await row(file).getByText('17 MB').waitFor();
        await picker.getByText(`${repository} (apache-2.0)`).waitFor();
        await editor.screenshot('models-1-repository');
      },
    );

    await checks.that('a model is downloaded with progress, over a connection that breaks in the middle', async () => {
      await row(file).click();
      const progress = toast.filter({ hasText: `Downloading ${file} (apache-2.0)` });
      await progress.getByText(/[1-9]\d* MB of 17 MB/).waitFor();
      await editor.screenshot('models-2-progress');
      await editor.waitForStatusLabel(name);
      const starts = hub.ranges.map((range) => Number(/\d+/.exec(range)?.[0] ?? 0));
      assert.equal(starts.length, 2, `asked for ${hub.ranges}`);
      assert.ok(starts[1] > 0 && starts[1] <= cutAt, `taken up at ${starts[1]}`);
      assert.deepEqual(readFileSync(stored), otherModel());
    });

    await checks.that('the downloaded model serves, and the list shows it in use, with its disk space', async () => {
      await editor.waitForStatus('Repotune: base');
      await openPicker();
      await picker.getByText('downloads use 17 MB').waitFor();
      await row(file).locator('.codicon-check').waitFor();
      await editor.screenshot('models-3-in-use');
      await page.keyboard.press('Escape');
    });

    await checks.that(
      'a base can be prepared: the question says what that reads and takes, and cancelling leaves nothing',
      async () => {
        await editor.command('Repotune: Open Panel');
        await panel.getByText('This base model is not prepared').waitFor();
        await panel.getByRole('button', { name: 'Prepare…' }).click();
        await dialog.getByText(/none of your code is read.* about \d+ minutes, once/).waitFor({ timeout: measuringMs });
        await editor.screenshot('models-8-prepare');
        await dialog.getByRole('button', { name: 'Prepare', exact: true }).click();
        const progress = toast.filter({ hasText: `Preparing ${name}` });
        await progress.getByText(/Step \d+ of \d+/).waitFor({ timeout: measuringMs });
        await editor.screenshot('models-9-preparing');
        await progress.getByRole('button', { name: 'Cancel' }).click();
        await progress.waitFor({ state: 'detached' });
        await panel.getByText('This base model is not prepared').waitFor();
        // The notification disappears at once; the process takes a moment to end.
        const layouts = join(data, 'layouts');
        const left = () => readdirSync(layouts).flatMap((made) => readdirSync(join(layouts, made)));
        for (let tries = 0; tries < 80 && left().length > 0; tries += 1) await page.waitForTimeout(250);
        assert.deepEqual(left(), []);
      },
    );

    await checks.that('statistics are cleared after a confirmation', async () => {
      await editor.command('Repotune: Clear Statistics');
      await dialog.getByText('Clear the counts of 12 suggestions on 1 day?').waitFor();
      await editor.screenshot('models-10-clear-statistics');
      await dialog.getByRole('button', { name: 'Clear', exact: true }).click();
      await toast.filter({ hasText: 'The statistics were cleared' }).first().waitFor();
      assert.deepEqual(JSON.parse(readFileSync(join(data, 'statistics.json'), 'utf8')).days, {});
    });

    await checks.that('a model in use is not deleted, and a notification says what to do first', async () => {
      await deleteDownload();
      await toast.filter({ hasText: 'Choose another base model first' }).first().waitFor();
      assert.ok(existsSync(stored));
      await page.keyboard.press('Escape');
    });

    await checks.that('once the bundled base is chosen, the download can be deleted', async () => {
      await openPicker();
      await row('seedling-code-8m').click();
      await editor.waitForStatusLabel('seedling-code-8m');
      await deleteDownload();
      // The list is shown again.
      await picker.getByText('downloads use 0 MB').waitFor({ timeout: measuringMs });
      assert.deepEqual(readdirSync(join(data, 'models')), []);
      await editor.screenshot('models-4-deleted');
      await page.keyboard.press('Escape');
      await editor.waitForStatus('Repotune: base');
    });

    const begin = async () => {
      await openPicker();
      await row('Another model on Hugging Face').click();
      await picker.getByText('Hugging Face repository with GGUF models').waitFor();
      await input.fill(repository);
      await page.keyboard.press('Enter');
      await row(file).getByText('17 MB').waitFor();
      await row(file).click();
    };
    await checks.that('a download that a reload of the window ends is said, once, not to have finished', async () => {
      // Slow enough to go on for the reload; the hub waits before each MB.
      hub.delayMs = 3000;
      await begin();
      await toast
        .filter({ hasText: `Downloading ${file}` })
        .getByText(/[1-9]\d* MB of 17 MB/)
        .waitFor();
      // A browser window saves its state every five seconds, and does not wait for that on reload.
      await page.waitForTimeout(6000);
      await page.reload();
      await page.waitForSelector('.monaco-workbench');
      const said = toast.filter({ hasText: `Downloading ${file} (apache-2.0) did not finish: the window was closed` });
      await said.waitFor();
      await editor.screenshot('models-11-reloaded');
      await said.getByRole('button', { name: 'Start Again' }).click();
      await row(/MB of it downloaded/).waitFor({ timeout: measuringMs });
      await page.keyboard.press('Escape');
      await editor.waitForStatus('Repotune: base');
    });

    await checks.that('a cancelled download is kept, listed, and resumed', async () => {
      hub.ranges.length = 0;
      // Slow enough to be cancelled on a busy machine.
      hub.delayMs = 2000;
      await begin();
      const progress = toast.filter({ hasText: `Downloading ${file}` });
      await progress.getByText(/[1-9]\d* MB of 17 MB/).waitFor();
      await progress.getByRole('button', { name: 'Cancel' }).click();
      await progress.waitFor({ state: 'detached' });
      hub.delayMs = 100;
      await openPicker();
      await row(/MB of it downloaded/).waitFor();
      await editor.screenshot('models-5-unfinished');
      await row(/MB of it downloaded/).click();
      await editor.waitForStatusLabel(name);
      const starts = hub.ranges.map((range) => Number(/\d+/.exec(range)?.[0] ?? 0));
      assert.ok(starts.at(-1) > 0, `began again at ${starts.at(-1)}`);
    });

    await checks.that('a model that the hub does not have is reported as not found', async () => {
      await openPicker();
      await row('Qwen2.5-Coder 0.5B').click();
      await toast
        .filter({ hasText: /was not found on the hub/ })
        .first()
        .waitFor();
    });

    await checks.that('tuning with only the bundled base offers a base of the catalogue', async () => {
      await openPicker();
      await row('seedling-code-8m').click();
      await editor.waitForStatusLabel('seedling-code-8m');
      // A fixed speed profile: how fast the machine is during tests must not matter here.
      const fast = { speed: 'measured', bytesPerSecond: 20e9, blockOverheadMs: 0.05, operationsPerSecond: 2e11 };
      writeFileSync(join(data, 'speed.json'), JSON.stringify({ [processorKey()]: fast }));
      await editor.command('Repotune: Restart Server');
      await editor.waitForStatus('Repotune: base');
      await editor.command('Repotune: Tune on This Repository');
      const question = dialog.getByText(/Tune .* instead of the bundled base\?/);
      await question.waitFor({ timeout: measuringMs });
      const asked = await question.textContent();
      offered = catalogue.find(({ title }) => asked.includes(title));
      await dialog.getByText(/Download: [\d.]+ [MG]B from 127\.0\.0\.1/).waitFor();
      await editor.screenshot('models-6-offer');
    });

    await checks.that('no tune starts when the offered base cannot be downloaded', async () => {
      hub.paths.length = 0;
      await dialog.getByRole('button', { name: 'Download and Tune' }).click();
      for (let tries = 0; tries < 40 && !hub.paths.some((path) => path.includes(offered.repository)); tries += 1)
        await page.waitForTimeout(250);
      assert.ok(
        hub.paths.some((path) => path.includes(offered.repository)),
        `asked for ${hub.paths}`,
      );
      await toast
        .filter({ hasText: /was not found on the hub/ })
        .first()
        .waitFor();
      await editor.waitForStatusLabel('seedling-code-8m');
      assert.equal(existsSync(join(folder, '.git', 'repotune', 'run.json')), false);
    });

    await checks.that('an offered base that is here is chosen by one click, and the tune begins', async () => {
      writeFileSync(join(data, 'models', offered.file), otherModel());
      await editor.command('Repotune: Tune on This Repository');
      await dialog.getByText('Already on this machine').waitFor({ timeout: measuringMs });
      await dialog.getByRole('button', { name: 'Use It and Tune' }).click();
      await panel.getByRole('tab', { name: 'Progress', selected: true }).waitFor();
      await panel.getByRole('button', { name: 'Stop' }).waitFor();
      await editor.screenshot('models-7-tuning');
      await panel.getByText(name).first().waitFor();
      await panel.getByRole('button', { name: 'Stop' }).click();
    });
  } finally {
    await editor.screenshot('models-last').catch(() => {});
    await editor.close();
    await hub.close();
  }
}

/** The bundled base under another name: the same weights, but distinguishable for the editor. */
function otherModel() {
  const content = readFileSync(bundled);
  const at = content.indexOf('seedling-code-8m');
  assert.ok(at > 0, 'the bundled base names itself otherwise');
  content.write(name, at, 'latin1');
  return content;
}
