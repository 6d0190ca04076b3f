import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openEditor } from '../editor.mjs';
import { makeRepository } from '../repository.mjs';

const runMs = 300_000;
const narrowestPx = 240;
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A window with two repositories: the panel shows one of them, by the active editor or by choice. */
export async function severalFolders(context) {
  const { checks, scratch, turnToTune } = context;
  mkdirSync(scratch, { recursive: true });
  const hub = makeRepository(join(scratch, 'hub'), ['src/lib', 'src/utils', 'README.md']);
  const tools = makeRepository(join(scratch, 'tools'), ['src/utils']);
  const workspace = join(scratch, 'both.code-workspace');
  writeFileSync(workspace, JSON.stringify({ folders: [{ path: 'hub' }, { path: 'tools' }] }));
  // Only in one folder: otherwise both have the same files.
  writeFileSync(join(tools, 'only-in-tools.ts'), 'export const tool = 1;\n');
  writeFileSync(join(tools, 'also-in-tools.ts'), 'export const other = 2;\n');
  const editor = await openEditor({
    ...context,
    folder: workspace,
    // Too little time to learn: tuned anyway, as the panel offers.
    settings: { 'repotune.tuning.maxMinutes': 0.2 },
  });
  const { page } = editor;
  const panel = editor.panel();
  const selector = panel.getByRole('combobox', { name: /^Folder/ });
  const working = (name) => panel.locator('#folder-label').filter({ hasText: `Folder ${name}` });
  const shows = async (name) => {
    await working(name).waitFor();
    await panel.getByRole('heading', { name: `Tune on ${name}` }).waitFor();
  };
  const pick = async (label) => {
    await editor.command('Repotune: Choose Folder');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first().click();
  };
  const versions = (folder) => {
    const stored = join(folder, '.git', 'repotune', 'versions');
    return existsSync(stored) ? readdirSync(stored) : [];
  };
  const files = async () => {
    const row = panel.getByRole('row').filter({ has: panel.getByRole('rowheader', { name: 'typescript' }) });
    await row.waitFor({ timeout: runMs });
    return Number(await row.getByRole('cell').first().textContent());
  };
  try {
    const filesOfHub = await checks.that('the panel names its folder and counts the files in it', async () => {
      await editor.waitForStatus('Repotune: base');
      await editor.command('Repotune: Open Panel');
      await shows('hub');
      await selector.waitFor();
      return await files();
    });
    await checks.that('the panel follows an editor to another folder, with its own files', async () => {
      await editor.open('only-in-tools.ts');
      await shows('tools');
      await panel.getByText(tools, { exact: true }).waitFor();
      await panel.getByText('Scanning the files…').waitFor({ state: 'detached', timeout: runMs });
      const found = await files();
      assert.ok(found > 0 && found < filesOfHub, `${found} files, ${filesOfHub} in the other folder`);
      await editor.screenshot('folders-followed');
    });
    await checks.that('a folder chosen by keyboard in the panel stays when an editor of another opens', async () => {
      await selector.focus();
      await page.keyboard.press('ArrowDown');
      await shows('hub');
      assert.equal(await files(), filesOfHub);
      await editor.open('also-in-tools.ts');
      await page.waitForTimeout(1000);
      await shows('hub');
      await editor.screenshot('folders-pinned');
    });
    await checks.that('a run in one folder is seen and stopped while another is chosen', async () => {
      // Longer than anything here may take, so it is stopped.
      await panel.getByRole('radio', { name: /Thorough/ }).check();
      await panel.getByRole('button', { name: 'Tune on hub' }).click();
      await panel.getByText('Tuning hub').waitFor({ timeout: runMs });
      await editor.waitForStatusLabel('Repotune. hub: ');
      await pick('tools');
      await working('tools').waitFor();
      await panel.getByText('Tuning hub').waitFor();
      await editor.waitForStatusLabel('Repotune. hub: ');
      // The panel has it in view: a notification would cover code for as long as it takes.
      assert.equal(await page.locator('.notification-toast').filter({ hasText: 'Repotune: hub' }).count(), 0);
      await panel.getByRole('tab', { name: 'Tune' }).click();
      await panel.getByText('A run is in progress in hub').waitFor();
      await panel.getByRole('tab', { name: 'Progress' }).click();
      await editor.screenshot('folders-run-elsewhere');
      await panel.getByRole('button', { name: 'Stop' }).click();
      await panel.getByText('No run yet').waitFor({ timeout: runMs });
      assert.deepEqual([versions(hub), versions(tools)], [[], []]);
    });
    const over = await turnToTune();
    await checks.that('the panel tunes on the chosen folder, and only that folder gets the adapter', async () => {
      await panel.getByRole('tab', { name: 'Tune' }).click();
      await panel.getByRole('radio', { name: /From settings/ }).check();
      await panel.getByRole('checkbox', { name: 'Train even if the time is short' }).check();
      await panel.getByRole('button', { name: 'Tune on tools' }).click();
      await editor.tuneResult(runMs);
      await editor.screenshot('folders-result');
      assert.deepEqual([versions(hub).length, versions(tools).length], [0, 1]);
      await panel.getByRole('tab', { name: 'Adapters' }).click();
      await panel.locator('.cards li').first().waitFor();
      await pick('hub');
      await working('hub').waitFor();
      await panel.getByText('No adapter yet').waitFor();
    });
    over();
    await checks.that('choosing to follow the active editor brings its folder back', async () => {
      await pick('Follow the active editor');
      await working('tools').waitFor();
      await panel.locator('.cards li').first().waitFor();
    });
    await checks.that('rolling back asks first, and names the folder', async () => {
      // Offered only once something served: so short a run may not convince the gate.
      if (!(await editor.hasStatus('Repotune: adapter'))) await editor.useAdapter();
      await editor.command('Repotune: Roll Back');
      const dialog = page.locator('.monaco-dialog-box');
      await dialog.getByText('Roll back in tools?').waitFor();
      await editor.screenshot('folders-roll-back');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });
    await checks.that('the selector fits the narrowest side bar, and has no accessibility violation', async () => {
      const side = await page.locator('.part.sidebar').boundingBox();
      await page.mouse.move(side.x + side.width + 1, side.y + 300);
      await page.mouse.down();
      await page.mouse.move(side.x + narrowestPx, side.y + 300, { steps: 8 });
      await page.mouse.up();
      const frame = await editor.panelFrame();
      await selector.click();
      await panel.getByRole('option', { name: 'Follow the active editor' }).waitFor();
      await page.waitForTimeout(300);
      await editor.screenshot('folders-narrow');
      const over = await frame.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(over <= 0, `${over} px wider than the side bar`);
      await frame.evaluate(axeSource);
      const violations = await frame.evaluate(async () => {
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
        const { violations: found } = await window.axe.run(document, { runOnly: { type: 'tag', values: tags } });
        return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} at ${target.join(' ')}`));
      });
      assert.deepEqual(violations, []);
    });
    await checks.that('the chosen folder outlives a reload of the window', async () => {
      await panel.getByRole('option', { name: 'hub' }).click();
      await working('hub').waitFor();
      // A browser window saves its state every five seconds, and does not wait for that on reload.
      await page.waitForTimeout(6000);
      await page.reload();
      await page.waitForSelector('.monaco-workbench');
      await working('hub').waitFor();
      assert.match(await selector.evaluate((element) => element.value), /hub$/);
    });
  } finally {
    await editor.screenshot('folders-last').catch(() => {});
    await editor.close();
  }
}
