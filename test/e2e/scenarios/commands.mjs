import { strict as assert } from 'node:assert';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../editor.mjs';
import { makeRepository } from '../repository.mjs';

const runMs = 120_000;

/** Palette commands other than a complete tune. */
export async function commands(context) {
  const { checks, scratch } = context;
  const folder = makeRepository(join(scratch, 'hub'));
  const settings = {
    'repotune.nextEdit.record': true,
    'repotune.completions.languages': { '*': true, markdown: false },
  };
  const editor = await openEditor({ ...context, folder, settings });
  const { page } = editor;
  const panel = editor.panel();
  const quickPick = page.locator('.quick-input-widget');
  try {
    await checks.that('before a run the panel shows the training data and what is left out', async () => {
      await editor.waitForStatus('Repotune: base');
      await editor.command('Repotune: Open Panel');
      await panel.getByText('too small for daily work').waitFor();
      await panel.getByText('Training data').waitFor({ timeout: runMs });
      await panel.getByRole('rowheader', { name: 'typescript' }).waitFor();
      await panel.getByText(/Left out: \d+ files?/).click();
      assert.equal(await panel.getByRole('radio', { name: /From settings/ }).isVisible(), false);
      await panel.getByRole('radio', { name: /Quick/ }).check();
      await editor.screenshot('commands-preview');
    });
    await checks.that('the status item says why the active file gets no suggestions', async () => {
      await editor.open('README.md', 1);
      await editor.waitForStatus('Repotune: off in this file');
      await editor.waitForStatusLabel('completions.languages turns them off for markdown');
      await editor.screenshot('commands-silent');
      await editor.open('src/lib/commit.ts', 1);
      await editor.waitForStatus('Repotune: base');
    });
    await checks.that('a link in the status item says why the cursor gets no suggestion', async () => {
      await page.keyboard.press('ArrowRight');
      await page.locator('[id$="repotune.status"]').first().hover();
      await page.getByText('Why is nothing suggested here?').first().click();
      await page.getByText('The cursor is inside a word').first().waitFor();
      await editor.screenshot('commands-why');
      await page.getByRole('button', { name: 'Ask Anyway' }).waitFor();
      await page.keyboard.press('Escape');
    });
    await checks.that('a settled edit is recorded, shown in the panel, and forgotten by command', async () => {
      const recorded = join(folder, '.git', 'repotune', 'recorded-edits.jsonl');
      await editor.open('src/lib/commit.ts', 1);
      await page.keyboard.type('// Settled.');
      await page.keyboard.press('Enter');
      for (const started = Date.now(); !existsSync(recorded) && Date.now() - started < runMs; )
        await page.waitForTimeout(500);
      await panel.getByRole('tab', { name: 'Learning' }).click();
      await panel.getByText('1 edit in 1 file is recorded here').waitFor();
      await editor.screenshot('commands-recorded');
      await editor.command('Repotune: Forget Recorded Edits');
      await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Forget', exact: true }).click();
      await panel.getByText('No edits are recorded here yet').waitFor();
      assert.ok(!existsSync(recorded));
      await panel.getByRole('tab', { name: 'Tune' }).click();
    });
    await checks.that('a stopped run stores nothing', async () => {
      await panel.getByRole('button', { name: 'Tune on This Repository' }).click();
      await panel.getByRole('button', { name: 'Stop' }).waitFor();
      await editor.command('Repotune: Stop Tuning');
      await panel
        .getByText(/^Stopped/)
        .first()
        .waitFor({ timeout: runMs });
      const versions = join(folder, '.git', 'repotune', 'versions');
      assert.equal(existsSync(versions) ? readdirSync(versions).length : 0, 0);
      await editor.screenshot('commands-stopped');
    });
    await checks.that('the base models to choose from are local ones, downloads and GGUF files', async () => {
      await editor.command('Repotune: Choose Base Model');
      await quickPick.getByText('seedling-code-8m').first().waitFor({ timeout: runMs });
      await quickPick.getByText('Another GGUF file').waitFor();
      await quickPick.getByText('Qwen2.5-Coder 0.5B').first().waitFor();
      await editor.screenshot('commands-models');
      await page.keyboard.press('Escape');
    });
    await checks.that('the doctor writes a report that can be copied', async () => {
      await editor.command('Repotune: Doctor');
      await page.locator('.monaco-editor').getByText('machine').first().waitFor({ timeout: runMs });
      await editor.screenshot('commands-doctor');
      await page.getByRole('button', { name: 'Copy Report' }).click();
      let copied = '';
      for (let tries = 0; tries < 20 && copied === ''; tries += 1) {
        await page.waitForTimeout(250);
        copied = await page.evaluate(() => navigator.clipboard.readText());
      }
      assert.match(copied, /Repotune \d+\.\d+\.\d+[\s\S]*machine/);
    });
    await checks.that('forgetting a file is offered for files alone', async () => {
      await editor.open('src/lib/commit.ts', 1);
      assert.ok(await editor.offers('Repotune: Forget This File'));
      await editor.command('Create: New File');
      await page.keyboard.press('Enter');
      await page.locator('.tab.active').filter({ hasText: 'Untitled' }).waitFor();
      assert.ok(!(await editor.offers('Repotune: Forget This File')));
    });
    await checks.that('the log opens', async () => {
      await editor.command('Repotune: Show Log');
      await page.locator('.part.panel .view-line').filter({ hasText: 'ready' }).first().waitFor();
      await editor.screenshot('commands-log');
    });
  } finally {
    await editor.screenshot('commands-last').catch(() => {});
    await editor.close();
  }
}
