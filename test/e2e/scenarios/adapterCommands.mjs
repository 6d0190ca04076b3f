import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mayHaveNvidia } from '../../../src/nvidia.ts';
import { commitAll } from '../repository.mjs';

const workMs = 120_000;
const name = 'first try';

/** What the palette does with the only version, `first try`, which is also on the team's remote; at first the base serves. */
export async function adapterCommands({ checks, editor, folder, scratch }) {
  const { page } = editor;
  const dialog = page.locator('.monaco-dialog-box');
  const pick = page.locator('.quick-input-widget');
  const rows = pick.locator('.monaco-list-row');
  const input = pick.locator('input[type="text"]');
  const toast = (text) => page.locator('.notification-toast').filter({ hasText: text }).first();
  const choose = (text) => rows.filter({ hasText: text }).first().click();
  const holds = async (value) => {
    for (const started = Date.now(); !value(await input.inputValue()); await page.waitForTimeout(50))
      assert.ok(Date.now() - started < workMs, `the box holds ${await input.inputValue()}`);
  };
  /** Lists and input boxes follow each other in one widget: the box's initial text tells which one is shown. */
  const enter = async (was, text) => {
    await holds((value) => was.test(value));
    // The file dialog checks the disk before accepting what was typed, and if it opens late, first overwrites it with its folder.
    const written = async () => {
      await input.fill(text);
      await page.waitForTimeout(500);
      return (await input.inputValue()) === text;
    };
    for (let left = 10; !(await written()); left -= 1) assert.ok(left > 0, `the box holds ${await input.inputValue()}`);
    await page.keyboard.press('Enter');
  };

  await checks.that('the palette activates an adapter again', async () => {
    await editor.useAdapter();
  });

  await checks.that('the details of an adapter open as a page of their own', async () => {
    await editor.command('Repotune: Show Adapter Details');
    await choose(name);
    await page
      .locator('.tab.active')
      .filter({ hasText: `Adapter ${name}` })
      .waitFor();
    await page.locator('.monaco-editor').getByText('seedling-code-8m').first().waitFor();
    await editor.screenshot('b1-lineage');
  });

  await checks.that('a language is routed to the base model, and back', async () => {
    await editor.open('src/lib/list-files.ts');
    const open = () => editor.command('Repotune: Choose an Adapter by Folder or Language');
    await open();
    await choose('typescript files');
    await choose('The base model');
    await open();
    await rows.filter({ hasText: 'uses the base model' }).waitFor();
    await editor.screenshot('b2-routes');
    await choose('typescript files');
    await choose('Same as all other files');
    await open();
    await rows.filter({ hasText: 'from the active editor' }).first().waitFor();
    assert.equal(await rows.filter({ hasText: 'uses the' }).count(), 0);
    await page.keyboard.press('Escape');
  });

  await checks.that('an adapter is exported, and imported again under another name', async () => {
    const file = join(scratch, 'exported.gguf');
    await editor.command('Repotune: Export Adapter');
    await choose(name);
    await choose('llama.cpp adapter');
    await enter(/first-try\.gguf$/, file);
    await toast('was exported to').waitFor({ timeout: workMs });
    assert.equal(readFileSync(file).subarray(0, 4).toString(), 'GGUF');
    await editor.command('Repotune: Import Adapter');
    await choose('GGUF file');
    await enter(/\/$/, file);
    await enter(/^exported$/, 'taken in');
    await toast('taken in was imported and is not active').waitFor({ timeout: workMs });
    await editor.screenshot('b3-imported');
  });

  await checks.that("the team's adapters are listed with their figures", async () => {
    await editor.command('Repotune: Get Team Adapters');
    await rows.filter({ hasText: 'held-out loss' }).first().waitFor({ timeout: workMs });
    await editor.screenshot('b4-team');
    await page.keyboard.press('Escape');
  });

  await checks.that('tuning continues from the active adapter after a commit', async () => {
    const source = readFileSync(join(folder, 'src', 'lib', 'list-files.ts'), 'utf8');
    writeFileSync(join(folder, 'src', 'lib', 'list-everything.ts'), source.replaceAll('listFiles', 'listEverything'));
    commitAll(folder);
    await editor.command('Repotune: Continue Tuning from the Active Adapter');
    const panel = editor.panel();
    await panel.getByRole('button', { name: 'Stop' }).waitFor({ timeout: workMs });
    await editor.command('Repotune: Stop Tuning');
    await panel
      .getByText(/^Stopped/)
      .first()
      .waitFor({ timeout: workMs });
  });

  await checks.that(
    'the CUDA backend is offered where there may be an NVIDIA GPU, and is checked by its hash',
    async () => {
      const title = 'Repotune: Download the CUDA Backend';
      const mayHave = await mayHaveNvidia();
      assert.equal(await editor.offers(title), mayHave);
      if (!mayHave) return;
      await editor.command(title);
      await dialog.getByText('checked by its hash').waitFor();
      await editor.screenshot('b5-cuda');
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached' });
    },
  );

  await checks.that("the settings open at Repotune's", async () => {
    await editor.command('Repotune: Open Settings');
    await page.locator('.settings-editor').getByText('Repotune', { exact: false }).first().waitFor();
    await page.waitForTimeout(1000);
    await editor.screenshot('b6-settings');
  });
}
