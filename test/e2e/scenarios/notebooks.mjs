import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../editor.mjs';
import { makeRepository } from '../repository.mjs';

const definition = [
  'def total_hypotenuse(opposite, adjacent):\n',
  '    return (opposite ** 2 + adjacent ** 2) ** 0.5\n',
];
const cell = (id, source, cell_type = 'code') =>
  cell_type === 'code'
    ? { cell_type, id, source, execution_count: null, metadata: {}, outputs: [] }
    : { cell_type, id, source, metadata: {} };

/** A notebook, whose cells are completed with what the cells above them say. */
export async function notebooks(context) {
  const { checks, scratch } = context;
  const folder = makeRepository(join(scratch, 'hub'), ['src/utils']);
  const metadata = { language_info: { name: 'python' } };
  const cells = [cell('a', definition), cell('b', ['Some text.'], 'markdown'), cell('c', ['pass\n'])];
  const book = join(folder, 'book.ipynb');
  writeFileSync(book, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1));
  const editor = await openEditor({ ...context, folder });
  const { page } = editor;
  const last = page.locator('.notebook-editor .code-cell-row, .notebookOverlay .code-cell-row').last();
  try {
    await editor.waitForStatus('Repotune: base');
    await page.goto(editor.addressOf(book));
    await checks.that('a cell is completed with a function that a cell above it defines', async () => {
      await last.locator('.view-line').first().click();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('longest = total_hypo', { delay: 40 });
      assert.match(await editor.ghostText(), /^tenuse/);
      await editor.screenshot('notebook-cell');
    });
    await checks.that('and with one that a cell inserted since defines', async () => {
      await editor.command('Notebook: Insert Code Cell Above');
      await page.waitForTimeout(500);
      await page.keyboard.type('def average_temperature(values): return sum(values)', { delay: 20 });
      await last.locator('.view-line').first().click();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('mean = average_temper', { delay: 40 });
      assert.match(await editor.ghostText(), /^ature\(values/);
      await editor.screenshot('notebook-inserted-cell');
    });
  } finally {
    await editor.screenshot('notebook-last').catch(() => {});
    await editor.close();
  }
}
