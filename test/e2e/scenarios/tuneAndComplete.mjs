import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../editor.mjs';
import { makeRepository } from '../repository.mjs';
import { steps, Walkthrough } from '../walkthrough.mjs';
import { adapterCommands } from './adapterCommands.mjs';
import { completeWithBoth } from './completeWithBoth.mjs';
import { manageAdapters } from './manageAdapters.mjs';

/** Longer than a run may take on the bundled base: just under five minutes, and more where its last step is slow. */
const runMs = 600_000;
/**
 * So little that a run ends with its text, not with its minutes: a slower machine takes as many steps, and no run is refused as too short.
 * Still enough for the adapter to be activated.
 */
const files = [
  'list-models',
  'list-files',
  'list-datasets',
  'dataset-info',
  'model-info',
  'space-info',
  'file-exists',
  'delete-repo',
  'delete-branch',
  'create-branch',
  'repo-exists',
  'count-commits',
  'delete-file',
].map((name) => `src/lib/${name}.ts`);

/**
 * The main job: tune from the walkthrough, watch the panel reach the end, and write code with the result. Each button of the walkthrough
 * does what it says, and each step is checked off once it is done.
 */
export async function tuneAndComplete(context) {
  const { checks, scratch, turnToTune } = context;
  const folder = makeRepository(join(scratch, 'hub'), [...files, 'package.json', 'README.md', 'LICENSE']);
  const editor = await openEditor({ ...context, folder });
  const { page } = editor;
  const panel = editor.panel();
  const walkthrough = new Walkthrough(editor);
  try {
    await checks.that(
      'the bundled base serves at once, and the walkthrough opens with nothing checked off',
      async () => {
        await editor.waitForStatus('Repotune: base');
        await walkthrough.open();
        await walkthrough.hasCheckedOff();
        await editor.screenshot('walkthrough-1-start');
      },
    );

    await checks.that('the first step opens the base models, and is checked off', async () => {
      await walkthrough.chooseBase();
      await walkthrough.hasCheckedOff('base');
      await editor.screenshot('walkthrough-2-base');
    });

    const over = await turnToTune();
    await checks.that('the second step starts a run, and is checked off', async () => {
      await walkthrough.press('tune', 'Tune on This Repository');
      await panel.getByRole('tab', { name: 'Progress', selected: true }).waitFor();
      await walkthrough.hasCheckedOff('base', 'tune');
      await editor.screenshot('walkthrough-3-tuning');
    });

    await checks.that('the third step opens the panel, and is checked off', async () => {
      await page.keyboard.press('Control+B');
      await page.locator('.part.sidebar').waitFor({ state: 'hidden' });
      await walkthrough.press('report', 'Open Panel');
      await panel.getByRole('button', { name: 'Stop' }).waitFor();
      await walkthrough.hasCheckedOff('base', 'tune', 'report');
    });

    await checks.that('the panel follows the run', async () => {
      await editor.tuneShows(panel.getByText(/^[1-9]\d* of \d+$/), runMs);
      await panel.getByText(/tokens\/s/).waitFor();
    });

    await checks.that('a run is paused from the panel, and goes on', async () => {
      // At once: the training lasts only some seconds, and a paused run does not end while it is looked at.
      await panel.getByRole('button', { name: 'Pause' }).click();
      await panel.getByText(/^Paused\. /).waitFor();
      await panel.getByRole('button', { name: 'Stop' }).waitFor();
      await editor.screenshot('2-paused');
      await panel.getByRole('button', { name: 'Resume' }).click();
      await panel.getByRole('button', { name: 'Pause' }).waitFor();
    });

    await checks.that('a reloaded window finds the run again', async () => {
      await page.reload();
      await page.waitForSelector('.monaco-workbench');
      await editor.waitForStatus(/Repotune: (?:tuning|evaluating|adapter|base)/);
      await editor.command('Repotune: Open Panel');
      await panel.getByRole('tab', { name: /Progress|Result/, selected: true }).waitFor();
      await editor.screenshot('3-panel-reopened');
    });

    await checks.that('the panel shows the verdict, the stored losses, and a completion before and after', async () => {
      await editor.tuneResult(runMs);
      await panel
        .locator('.verdict')
        .filter({ hasText: /^(Activated|Kept, not activated)/ })
        .waitFor();
      // The figures shown match the stored version's.
      await panel.getByText(storedLoss(folder)).first().waitFor();
      // After so short a run neither model may suggest anything at any example: then there is nothing to compare.
      const state = hasExample(folder) ? 'visible' : 'hidden';
      await panel.getByText('One completion, before and after').waitFor({ state });
      await editor.screenshot('4-result');
    });
    over();

    // Sums in another order may lead to weights that do not convince the gate: the user can still choose the adapter.
    await checks.that('the adapter serves, by the gate or by choice', async () => {
      const activated = (await panel.locator('.verdict').textContent()).startsWith('Activated');
      if (!activated) await editor.useAdapter();
      await editor.waitForStatus('Repotune: adapter');
      await panel.getByRole('button', { name: 'Adapter', pressed: true }).waitFor();
    });

    await checks.that('a reload of the window brings the result back', async () => {
      await page.reload();
      await page.waitForSelector('.monaco-workbench');
      await editor.waitForStatus('Repotune: adapter');
      await editor.command('Repotune: Open Panel');
      await panel.getByRole('tab', { name: 'Result' }).click();
      await panel.getByText(storedLoss(folder)).first().waitFor();
      await panel.getByText('Loss by language and kind').first().waitFor();
      await editor.screenshot('4b-after-reload');
    });

    await checks.that('the button of the last step turns completions off and on', async () => {
      await walkthrough.open();
      await walkthrough.press('write', 'Toggle Completions');
      await editor.waitForStatus('Repotune: off');
      await walkthrough.press('write', 'Toggle Completions');
      await editor.waitForStatus('Repotune: adapter');
      await walkthrough.hasCheckedOff('base', 'tune', 'report');
    });

    await completeWithBoth({ checks, editor, folder });

    await checks.that('accepting a suggestion has checked off the last step', async () => {
      await walkthrough.open();
      await walkthrough.hasCheckedOff(...steps);
      await editor.screenshot('walkthrough-4-done');
    });

    await manageAdapters({ checks, editor, folder, scratch });
    await adapterCommands({ checks, editor, folder, scratch });
  } finally {
    await editor.screenshot('last').catch(() => {});
    await editor.close();
  }
}

/** As formatted by the panel: base loss, tuned loss. */
function storedLoss(folder) {
  const { metrics } = stored(folder, 'manifest.json');
  return `${metrics.heldOutLossBase.toFixed(3)} → ${metrics.heldOutLossTuned.toFixed(3)}`;
}

/** Whether base or adapter suggested something at a measured place. */
function hasExample(folder) {
  return stored(folder, 'report.json').examples.some(({ base, tuned }) => base !== '' || tuned !== '');
}

function stored(folder, name) {
  const versions = join(folder, '.git', 'repotune', 'versions');
  const [version] = readdirSync(versions);
  assert.ok(version, 'no version was stored');
  return JSON.parse(readFileSync(join(versions, version, name), 'utf8'));
}
