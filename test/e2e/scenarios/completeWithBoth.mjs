import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseCursor, completeByCommandLine } from '../commandLine.mjs';

/** Where a person goes on writing: behind a call, what to do with its answer. */
const typing = { path: 'src/lib/dataset-info.ts', after: '\t);', text: 'const dataset = await ' };

/** Writes code with the adapter and with the base: what the editor shows is what the command line prints. */
export async function completeWithBoth({ checks, editor, folder }) {
  const { page } = editor;
  const extension = editor.extensionFolder();
  const cursor = await checks.that('base and adapter answer differently at one cursor on the command line', () =>
    chooseCursor({ extension, folder }),
  );
  const shown = {};
  const showsWhatIsPrinted = async (source) => {
    await editor.waitForStatus(`Repotune: ${source}`);
    shown[source] = await acceptedText({ editor, folder, cursor, shot: `5-ghost-text-${source}` });
    assert.equal(shown[source], completeByCommandLine({ extension, folder, cursor, source }));
  };
  await checks.that('with the adapter the editor shows exactly what `repotune complete` prints', () =>
    showsWhatIsPrinted('adapter'),
  );
  await checks.that('with the base too, and it is something else', async () => {
    await editor.command('Repotune: Use the Base Model');
    await showsWhatIsPrinted('base');
    assert.notEqual(shown.base, shown.adapter);
  });

  await checks.that('typing brings ghost text, and Tab accepts it', async () => {
    await editor.command('Repotune: Use an Adapter');
    await editor.waitForStatus('Repotune: adapter');
    await editor.open(typing.path, lineOf(join(folder, typing.path), typing.after), 1);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type(typing.text, { delay: 60 });
    const ghost = await editor.ghostText();
    await editor.screenshot('7-ghost-text-while-typing');
    await page.keyboard.press('Tab');
    await page
      .locator('.ghost-text-decoration')
      .first()
      .waitFor({ state: 'detached', timeout: 5000 })
      .catch(() => {});
    const line = `${typing.text}${ghost.split('\n')[0]}`.trim();
    const saved = await editor.save(join(folder, typing.path), (text) => text.includes(line));
    assert.ok(saved.includes(line), `"${line}" is not in the file`);
    await editor.screenshot('8-accepted');
  });

  await checks.that('completions go off and on again', async () => {
    await editor.command('Repotune: Toggle Completions');
    await editor.waitForStatus('Repotune: off');
    await editor.screenshot('9-off');
    await editor.command('Repotune: Toggle Completions');
    await editor.waitForStatus('Repotune: adapter');
  });
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
  const after = await editor.save(file, (text) => text !== before);
  await page.keyboard.press('Control+Z');
  assert.equal(await editor.save(file, (text) => text === before), before, 'undo did not restore the file');
  const start = cursor.offset;
  const tail = before.slice(start);
  assert.ok(after.startsWith(before.slice(0, start)), 'text before the cursor changed');
  return after.endsWith(tail) ? after.slice(start, after.length - tail.length) : after.slice(start);
}

/** The number, from 1, of the last line that is `text`. */
function lineOf(file, text) {
  const index = readFileSync(file, 'utf8').split('\n').lastIndexOf(text);
  assert.notEqual(index, -1, `${file} has no such line`);
  return index + 1;
}
