import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseAnsweredPlace } from '../commandLine.mjs';
import { openEditor } from '../editor.mjs';
import { makeRepository } from '../repository.mjs';

const runMs = 300_000;
const steps = ['base', 'tune', 'report', 'write'];
/** Enough to tune on, with little held out, so that measuring is short. */
const little = [
  'list-models',
  'list-files',
  'list-datasets',
  'list-spaces',
  'dataset-info',
  'model-info',
  'space-info',
];

/** The walkthrough from its first step to its last: each button does what it says, each step is checked off once it is done. */
export async function walkthrough(context) {
  const { checks, scratch, turnToTune } = context;
  const files = little.map((name) => `src/lib/${name}.ts`);
  const folder = makeRepository(join(scratch, 'hub'), [...files, 'README.md', 'LICENSE']);
  const editor = await openEditor({ ...context, folder, settings: { 'repotune.tuning.maxMinutes': 1 } });
  const { page } = editor;
  const panel = editor.panel();
  const picker = page.locator('.quick-input-widget');
  const mark = (step) => page.locator(`[data-done-step-id$="#start#${step}"]`).first();
  const done = async () => {
    const states = await Promise.all(steps.map((step) => mark(step).getAttribute('aria-checked')));
    return steps.filter((_, at) => states[at] === 'true');
  };
  const open = async () => {
    await editor.command('Welcome: Open Walkthrough');
    await picker.locator('input[type="text"]').fill('Repotune');
    await picker.locator('.monaco-list-row').filter({ hasText: 'Get Started with Repotune' }).first().click();
    await mark('base').waitFor();
  };
  /** Opens the step and presses its button. */
  const press = async (step, button) => {
    await page.locator(`.getting-started-step[data-step-id$="#start#${step}"]`).first().click();
    await page.locator('.getting-started-step.expanded').getByRole('button', { name: button }).first().click();
  };
  const checkedOff = async (...expected) => {
    for (let tries = 0; tries < 40 && (await done()).join() !== expected.join(); tries += 1)
      await page.waitForTimeout(250);
    assert.deepEqual(await done(), expected);
  };
  try {
    await checks.that('the walkthrough opens with nothing checked off', async () => {
      await editor.waitForStatus('Repotune: base');
      await open();
      await checkedOff();
      await editor.screenshot('walkthrough-1-start');
    });

    await checks.that('the first step opens the base models, and is checked off', async () => {
      await press('base', 'Choose Base Model');
      const bundled = picker.locator('.monaco-list-row').filter({ hasText: 'seedling-code-8m' }).first();
      await bundled.waitFor({ timeout: runMs });
      await bundled.click();
      await checkedOff('base');
      await editor.screenshot('walkthrough-2-base');
    });

    const over = await turnToTune();
    await checks.that('the second step tunes, and is checked off', async () => {
      await press('tune', 'Tune on This Repository');
      await panel.getByRole('tab', { name: 'Progress', selected: true }).waitFor();
      await checkedOff('base', 'tune');
      await editor.screenshot('walkthrough-3-tuning');
      await editor.tuneResult(runMs);
    });
    over();

    await checks.that('the third step shows the report, and is checked off', async () => {
      await page.keyboard.press('Control+B');
      await press('report', 'Open Panel');
      await panel.getByText('One completion, before and after').waitFor();
      await checkedOff('base', 'tune', 'report');
      await editor.screenshot('walkthrough-4-report');
    });

    await checks.that('the button of the last step turns completions off and on', async () => {
      await press('write', 'Toggle Completions');
      await editor.waitForStatus('Repotune: off');
      await press('write', 'Toggle Completions');
      await editor.waitForStatus(/Repotune: (base|adapter)/);
      await checkedOff('base', 'tune', 'report');
    });

    await checks.that('accepting a suggestion checks off the last step', async () => {
      const cursor = chooseAnsweredPlace({ extension: editor.extensionFolder(), folder });
      const path = join(folder, cursor.path);
      const before = readFileSync(path, 'utf8');
      await editor.waitForStatus(/Repotune: (base|adapter)/);
      if (await editor.hasStatus('Repotune: adapter')) await editor.command('Repotune: Use the Base Model');
      await editor.waitForStatus('Repotune: base');
      await editor.open(cursor.path, cursor.line, cursor.column);
      await editor.command('Trigger Inline Suggestion');
      await editor.ghostText();
      await page.keyboard.press('Tab');
      const after = await editor.save(path, (text) => text !== before);
      assert.notEqual(after, before);
      await open();
      await checkedOff(...steps);
      await editor.screenshot('walkthrough-5-done');
    });
  } finally {
    await editor.screenshot('walkthrough-last').catch(() => {});
    await editor.close();
  }
}
