import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseCursor, completeByCommandLine } from '../commandLine.mjs';
import { openEditor } from '../editor.mjs';
import { makeRepository } from '../repository.mjs';

const runMs = 300_000;
/** A plan that fits a test: the whole path, a fraction of the default's steps. */
const settings = { 'repotune.tuning.maxMinutes': 2 };

/** The main job: tune from the palette, watch the panel reach the end, and write code with the result. */
export async function tuneAndComplete(context) {
  const { checks, scratch } = context;
  const folder = makeRepository(join(scratch, 'hub'));
  const editor = await openEditor({ ...context, folder, settings });
  const { page } = editor;
  const panel = editor.panel();
  try {
    await checks.that('the bundled base serves at once', async () => {
      await editor.waitForStatus('Repotune: base');
      await editor.command('Repotune: Open Panel');
      await panel.getByText('very small').waitFor();
      await editor.screenshot('1-before-the-run');
    });

    await checks.that('the palette starts a run and the panel follows it', async () => {
      await editor.command('Repotune: Tune on This Repository');
      await panel.getByRole('tab', { name: 'Progress', selected: true }).waitFor();
      await panel.getByText(/^[1-9]\d* of \d+$/).waitFor({ timeout: runMs });
      await panel.getByText(/tokens\/s/).waitFor();
      await panel.getByRole('button', { name: 'Stop' }).waitFor();
      await page.waitForTimeout(3000);
      await editor.screenshot('2-training');
    });

    await checks.that('a panel that was closed finds the run again', async () => {
      await page.keyboard.press('Control+Shift+E');
      await page.locator('.explorer-folders-view').waitFor();
      await editor.command('Repotune: Open Panel');
      await panel.getByRole('tab', { name: /Progress|Result/, selected: true }).waitFor();
      await editor.screenshot('3-panel-reopened');
    });

    await checks.that('the panel reaches the end and shows before and after', async () => {
      await panel.getByRole('tab', { name: 'Result', selected: true }).waitFor({ timeout: runMs });
      await panel
        .locator('.verdict')
        .filter({ hasText: /^(Activated|Kept, not activated)/ })
        .waitFor();
      const loss = await panel
        .getByText(/^\d+\.\d+ → \d+\.\d+$/)
        .first()
        .textContent();
      const [before, after] = loss.split(' → ').map(Number);
      assert.ok(after < before, `the held-out loss went from ${before} to ${after}`);
      await panel.getByText('One completion, before and after').waitFor();
      await editor.screenshot('4-result');
    });

    // On a slow machine a run this short may not convince the gate: the user can still choose the adapter.
    await checks.that('the adapter serves, by the gate or by choice', async () => {
      if (!(await panel.locator('.verdict').textContent()).startsWith('Activated'))
        await editor.command('Repotune: Use an Adapter');
      await editor.waitForStatus('Repotune: adapter');
    });

    const extension = editor.extensionFolder();
    const cursor = await checks.that('base and adapter answer differently at one cursor on the command line', () =>
      chooseCursor({ extension, folder }),
    );
    await checks.that(
      'the editor shows exactly the text that `repotune complete` prints, with the adapter',
      async () => {
        const accepted = await acceptedText({ editor, folder, cursor, shot: '5-ghost-text-adapter' });
        assert.equal(accepted, cursor.adapter);
        assert.equal(accepted, await completeByCommandLine({ extension, folder, cursor, source: 'adapter' }));
      },
    );
    await checks.that('and with the base, which differs', async () => {
      await editor.command('Repotune: Use the Base Model');
      await editor.waitForStatus('Repotune: base');
      const accepted = await acceptedText({ editor, folder, cursor, shot: '6-ghost-text-base' });
      assert.equal(accepted, cursor.base);
      assert.notEqual(accepted, cursor.adapter);
    });

    await checks.that('typing brings ghost text, and Tab accepts it', async () => {
      await editor.command('Repotune: Use an Adapter');
      await editor.waitForStatus('Repotune: adapter');
      await editor.open(cursor.path, cursor.line, cursor.column);
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await page.keyboard.type('const result = await ', { delay: 60 });
      const shown = await editor.ghostText();
      await editor.screenshot('7-ghost-text-while-typing');
      await page.keyboard.press('Tab');
      await page
        .locator('.ghost-text-decoration')
        .first()
        .waitFor({ state: 'detached', timeout: 5000 })
        .catch(() => {});
      const line = `const result = await ${shown.split('\n')[0]}`.trim();
      await page.keyboard.press('Control+S');
      await page.waitForTimeout(500);
      assert.ok(readFileSync(join(folder, cursor.path), 'utf8').includes(line), `"${line}" is not in the file`);
      await editor.screenshot('8-accepted');
    });

    await checks.that('completions go off and on again', async () => {
      await editor.command('Repotune: Toggle Completions');
      await editor.waitForStatus('Repotune: off');
      await editor.screenshot('9-off');
      await editor.command('Repotune: Toggle Completions');
      await editor.waitForStatus('Repotune: adapter');
    });
  } finally {
    await editor.screenshot('last').catch(() => {});
    await editor.close();
  }
}

/** Asks at the cursor, takes the suggestion with Tab, and reads what came into the file; the file is as before afterwards. */
async function acceptedText({ editor, folder, cursor, shot }) {
  const { page } = editor;
  const file = join(folder, cursor.path);
  const before = readFileSync(file, 'utf8');
  await editor.open(cursor.path, cursor.line, cursor.column);
  await editor.command('Trigger Inline Suggestion');
  await editor.ghostText();
  await editor.screenshot(shot);
  await page.keyboard.press('Tab');
  await page.waitForTimeout(300);
  await page.keyboard.press('Control+S');
  await page.waitForTimeout(500);
  const after = readFileSync(file, 'utf8');
  await page.keyboard.press('Control+Z');
  await page.keyboard.press('Control+S');
  await page.waitForTimeout(500);
  assert.equal(readFileSync(file, 'utf8'), before, 'undo did not restore the file');
  const start = cursor.offset;
  const tail = before.slice(start);
  assert.ok(after.startsWith(before.slice(0, start)), 'text before the cursor changed');
  return after.endsWith(tail) ? after.slice(start, after.length - tail.length) : after.slice(start);
}
