import { strict as assert } from 'node:assert';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../editor.mjs';
import { EditedFile, leftDrawn, nextEdit } from '../nextEdit.mjs';
import { makeRepository } from '../repository.mjs';

const offerMs = 30_000;
const settledMs = 1500;
/** Time for TypeScript's server to start on a busy machine. */
const languageMs = 60_000;
const parameter = 'haystack';
const renamed = 'bytes';

/** A renamed parameter and a new field are followed with Tab, without disturbing anything the user does meanwhile. */
export async function nextEdits(context) {
  const { checks, scratch } = context;
  const folder = makeRepository(join(scratch, 'hub'));
  const editor = await openEditor({ ...context, folder });
  try {
    await editor.waitForStatus('Repotune: base', 180_000);
    await followAndDisturb({ checks, editor, folder });
  } finally {
    await editor.screenshot('next-edits-last').catch(() => {});
    await editor.close();
  }
}

export async function followAndDisturb({ checks, editor, folder }) {
  const { page } = editor;
  const uses = (text) => text.split('export function')[1].match(new RegExp(`\\b${parameter}\\b`, 'g'))?.length ?? 0;
  let search;
  /** As a user does it: select the word and type over it. */
  const rename = async () => {
    search = new EditedFile(editor, folder, 'src/utils/indexOfSubsequence.ts');
    await editor.open(search.path, 10, 36);
    for (let i = 0; i < parameter.length; i += 1) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.type(renamed, { delay: 60 });
  };
  const offered = () => nextEdit(page, offerMs);
  const saved = async (path, text) => {
    const has = () => readFileSync(join(folder, path), 'utf8').includes(text);
    for (let tries = 0; tries < 20 && !has(); tries += 1) {
      await page.waitForTimeout(500);
      await page.keyboard.press('Control+S');
    }
    assert.ok(has(), 'Tab did not apply the edit');
  };

  await checks.that('a new field is followed into the constructor', async () => {
    const blob = new EditedFile(editor, folder, 'src/utils/FileBlob.ts');
    await editor.open(blob.path, 40, 1);
    await page.keyboard.press('End');
    await page.keyboard.type('\nprivate label: string;', { delay: 60 });
    const assigned = /this\.label = label;/;
    await blob.follow('field', (text) => assigned.test(text), { timeout: offerMs, most: 6 });
    assert.match(await blob.text(), assigned);
  });

  await checks.that('an insertion reappears when the cursor returns to it, and the palette accepts it', async () => {
    const text = 'let width: number;\nlet height: number;\n\n// All of them.\ndraw(width, height);\n';
    writeFileSync(join(folder, 'src/sizes.ts'), text);
    await editor.open('src/sizes.ts', 2, 1);
    await page.keyboard.press('End');
    await page.keyboard.type('\nlet depth: number;', { delay: 60 });
    await offered();
    const ghost = page.locator('.ghost-text-decoration').filter({ hasText: 'depth' });
    await editor.command('Repotune: Go to Next Edit');
    await ghost.waitFor();
    // Down ends at the insertion, which the next keys leave and reach again faster than it can be shown.
    for (let returns = 0; returns < 10; returns += 1) {
      await page.keyboard.press('ArrowUp');
      await ghost.waitFor({ state: 'detached' });
      for (const key of ['ArrowDown', 'End', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key);
      await ghost.waitFor();
    }
    await editor.screenshot('next-edit-ghost-again');
    await editor.command('Repotune: Accept Next Edit');
    await saved('src/sizes.ts', 'draw(width, height, depth);');
  });

  await checks.that('a renamed parameter is followed to all its uses by Tab alone', async () => {
    await rename();
    const { length } = await search.follow('rename', (text) => uses(text) === 0, { timeout: offerMs, most: 16 });
    assert.equal(uses(await search.text()), 0);
    assert.ok(length > 2, 'all uses were changed at once');
  });

  await checks.that('one undo takes an edit back, and no outdated edit stays drawn', async () => {
    await page.keyboard.press('Control+Z');
    assert.deepEqual(await leftDrawn(page), []);
    assert.ok(uses(await search.text((text) => uses(text) > 0)) > 0, 'nothing came back');
  });

  await checks.that('Escape refuses an edit, and it does not come back', async () => {
    await rename();
    const refused = await offered();
    await page.keyboard.press('Escape');
    assert.deepEqual(await leftDrawn(page), []);
    await editor.screenshot('next-edit-refused');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    assert.notEqual(await nextEdit(page, 5000).catch(() => null), refused);
  });

  await checks.that('a second cursor hides the edit until only one is left', async () => {
    await rename();
    await offered();
    await page.keyboard.down('Alt');
    await page
      .locator('.view-line')
      .filter({ hasText: /const.last.=/ })
      .click();
    await page.keyboard.up('Alt');
    assert.deepEqual(await leftDrawn(page), []);
    await editor.screenshot('next-edit-second-cursor');
    await page.keyboard.press('Escape');
    await offered();
  });

  await checks.that('the command for a next edit says why there can be none', async () => {
    await page.keyboard.press('Shift+ArrowRight');
    await editor.command('Repotune: Trigger Next Edit');
    await editor.waitForStatus('no next edit here: text is selected');
    await page.keyboard.press('ArrowLeft');
  });

  await checks.that('Tab belongs to the suggest widget while that is open', async () => {
    await page.keyboard.press('End');
    await page.keyboard.type('\nnee', { delay: 60 });
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget.visible .monaco-list-row').filter({ hasText: 'needle' }).first().waitFor();
    await page.waitForTimeout(settledMs);
    await editor.screenshot('next-edit-suggest-widget');
    await page.keyboard.press('Tab');
    const text = await search.text((now) => /^\tneedle\w*$/m.test(now));
    assert.match(text, /^\tneedle\w*$/m);
    assert.equal(uses(text), uses(search.original) - 1, 'Tab took the next edit');
  });

  await checks.that('Tab goes to the next place of a snippet, and does not take the edit', async () => {
    await rename();
    await offered();
    await page.keyboard.press('Control+End');
    await editor.command('Snippets: Insert Snippet');
    await page.locator('.quick-input-widget input[type="text"]').fill('forof');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'forof' }).first().click();
    await page.keyboard.type('one');
    await page.waitForTimeout(settledMs);
    await editor.screenshot('next-edit-snippet');
    await page.keyboard.press('Tab');
    await page.keyboard.type('many');
    const text = await search.text((now) => now.includes('many'));
    assert.match(text.slice(search.original.length - 40), /for \(const one of many\)/);
    assert.equal(uses(text), uses(search.original) - 1, 'Tab took the next edit');
    await page.keyboard.press('Escape');
  });

  await checks.that('in an empty line, Tab indents', async () => {
    await rename();
    await offered();
    await page.keyboard.press('Control+End');
    const before = await search.text();
    await page.keyboard.press('Tab');
    assert.equal(await search.text((text) => text !== before), `${before}\t`);
  });

  await checks.that('a file that changes on disk keeps no edit drawn on a line with other text', async () => {
    await rename();
    await offered();
    const saved = await search.text();
    const changed = page.locator('.view-line').filter({ hasText: /Changed.elsewhere/ });
    // A write goes unseen while the editor is still processing its own.
    for (let tries = 1; tries <= 10 && (await changed.count()) === 0; tries += 1) {
      await page.waitForTimeout(settledMs);
      writeFileSync(search.file, `${'// Changed elsewhere.\n'.repeat(tries)}${saved}`);
      await changed
        .first()
        .waitFor({ timeout: 2 * settledMs })
        .catch(() => {});
    }
    assert.ok((await changed.count()) > 0, 'the editor does not follow the file');
    await editor.screenshot('next-edit-changed-on-disk');
    for (const line of await drawnLines(page)) assert.match(line, new RegExp(parameter));
  });

  await checks.that('places in other open files are listed on request, and changed there', async () => {
    await editor.open('src/utils/sha256.ts', 2, 1);
    // Kept open: otherwise the next file would replace this preview tab.
    await page.keyboard.press('Control+K');
    await page.keyboard.press('Enter');
    await editor.open('src/utils/hexFromBytes.ts', 1, 17);
    for (let i = 0; i < 'hexFromBytes'.length; i += 1) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.type('toHex', { delay: 60 });
    const hint = page.locator('.statusbar-item').filter({ hasText: '2 places' });
    await hint.waitFor();
    await hint.locator('a').click();
    const places = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'sha256.ts' });
    await places.nth(1).waitFor();
    await editor.screenshot('next-edit-places');
    await places.nth(1).click();
    await page.locator('.tab.active').filter({ hasText: 'sha256.ts' }).waitFor();
    await offered();
    await editor.screenshot('next-edit-in-another-file');
    await page.keyboard.press('Tab');
    await saved('src/utils/sha256.ts', 'toHex(');
  });

  await checks.that('places in files that are not open are listed, and changed only after going there', async () => {
    const used = join(folder, 'src/lib/copy-files.ts');
    const before = readFileSync(used, 'utf8');
    await editor.open('src/utils/promisesQueue.ts', 6, 23);
    for (let i = 0; i < 'promisesQueue'.length; i += 1) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.type('runQueue', { delay: 60 });
    // Three files, each with an import and a call.
    const hint = page.locator('.statusbar-item').filter({ hasText: '6 places' });
    await hint.waitFor({ timeout: offerMs });
    await hint.locator('a').click();
    const places = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'copy-files.ts' });
    await places.nth(1).waitFor();
    await editor.screenshot('next-edit-places-on-disk');
    assert.equal(await page.locator('.tab').filter({ hasText: 'copy-files.ts' }).count(), 0);
    await places.nth(1).click();
    await page.locator('.tab.active').filter({ hasText: 'copy-files.ts' }).waitFor();
    await offered();
    await editor.screenshot('next-edit-in-a-file-from-disk');
    assert.equal(readFileSync(used, 'utf8'), before);
    // The name begins its line, where Tab would indent had the user not jumped there.
    assert.match(before, /^\t\tpromisesQueue\(/m);
    await page.keyboard.press('Tab');
    await saved('src/lib/copy-files.ts', '\n\t\trunQueue(');
  });

  await checks.that(
    'the next edit is at an error that a change led to: a renamed method is renamed where it is called',
    async () => {
      // Its last line is wrong from the beginning: marking it shows that the language's checks have begun.
      const text =
        'class Box {\n\tarea() {\n\t\treturn 1;\n\t}\n}\n\nexport const one = new Box().area();\nexport const two: string = 2;\n';
      writeFileSync(join(folder, 'src/box.ts'), text);
      // Other scenarios disable the language's checks, which take time.
      mkdirSync(join(folder, '.vscode'), { recursive: true });
      writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify({ 'typescript.validate.enable': true }));
      await editor.open('src/box.ts', 2, 2);
      await page.locator('.squiggly-error').first().waitFor({ timeout: languageMs });
      for (let i = 0; i < 'area'.length; i += 1) await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.type('surface', { delay: 60 });
      const isFollowed = () => {
        const box = readFileSync(join(folder, 'src/box.ts'), 'utf8');
        const [, name] = /^\t(surface\w*)\(/m.exec(box) ?? [];
        return name !== undefined && box.includes(`new Box().${name}()`);
      };
      // A base that knows more suggests to go on with the name (`surfaceArea`): Tab takes that first, and the edit follows it.
      for (let tabs = 0; tabs < 2 && !isFollowed(); tabs += 1) {
        await nextEdit(page, languageMs + offerMs);
        await editor.screenshot(`next-edit-at-an-error-${tabs}`);
        await page.keyboard.press('Tab');
        await page.waitForTimeout(settledMs);
        await page.keyboard.press('Control+S');
        await page.waitForTimeout(settledMs);
      }
      assert.ok(isFollowed(), 'Tab did not apply the edit');
    },
  );
}

/** The lines drawn as to be replaced. */
function drawnLines(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('.view-line')]
      .filter((line) =>
        [...line.querySelectorAll('[class*="ced-"]')].some((node) =>
          getComputedStyle(node, '::after').content.startsWith('"'),
        ),
      )
      .map((line) => line.textContent),
  );
}
