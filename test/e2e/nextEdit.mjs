// Shared by the next-edit scenarios: what is shown, and files to try it in.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Waits for a next edit, drawn or as ghost text, and returns what is shown. */
export async function nextEdit(page, timeout) {
  for (const started = Date.now(); Date.now() - started < timeout; await page.waitForTimeout(100)) {
    const shown = await drawn(page);
    if (shown.some((text) => text.trim().startsWith('Tab'))) return shown.join(' ');
    const ghost = await page.locator('.ghost-text-decoration, .ghost-text .view-line').allTextContents();
    if (ghost.length > 0) return `ghost text ${ghost.join('⏎')}`;
  }
  throw new Error(`No next edit came within ${timeout / 1000} s.`);
}

/** Waits until something else, or nothing, is drawn: a key's effect shows a moment later. */
async function otherThan(page, shown) {
  for (let tries = 0; tries < 50 && (await drawn(page)).join(' ') === shown; tries += 1) await page.waitForTimeout(100);
}

/** Waits until nothing is drawn; returns what still is. */
export async function leftDrawn(page) {
  for (let tries = 0; tries < 20 && (await drawn(page)).length > 0; tries += 1) await page.waitForTimeout(250);
  return await drawn(page);
}

/** The texts that our decorations append to the code; they are in style sheets. */
export function drawn(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('.view-line [class*="ced-"]')]
      .map((node) => getComputedStyle(node, '::after').content)
      .filter((content) => content.startsWith('"'))
      .map((content) => JSON.parse(content).replaceAll('\u00a0', ' ')),
  );
}

/** A copy of a source file, so that trials do not disturb each other, and its text in the editor. */
export class EditedFile {
  static #copies = 0;

  constructor(editor, folder, source) {
    this.editor = editor;
    EditedFile.#copies += 1;
    this.path = source.replace('.ts', `Copy${EditedFile.#copies}.ts`);
    this.file = join(folder, this.path);
    this.original = readFileSync(join(folder, source), 'utf8');
    writeFileSync(this.file, this.original);
  }

  /**
   * Its text in the editor, once `done` holds for it. A key's effect shows a moment later, and a file being written may be read in part.
   */
  async text(done = () => true) {
    const { page } = this.editor;
    for (let text = '', before = null, tries = 0; ; before = text, tries += 1) {
      await page.waitForTimeout(400);
      await page.keyboard.press('Control+S');
      await page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
      text = readFileSync(this.file, 'utf8');
      if (text !== '' && text === before && (done(text) || tries > 20)) return text;
    }
  }

  /** Presses Tab as long as edits are offered, until `done`; returns what was offered. */
  async follow(name, done, { timeout, most }) {
    const { editor } = this;
    const offered = [];
    while (offered.length < most && !done(await this.text())) {
      const shown = await nextEdit(editor.page, timeout).catch(() => null);
      if (shown === null) break;
      offered.push(shown);
      await editor.screenshot(`${name}-${offered.length}`);
      await editor.page.keyboard.press('Tab');
      await otherThan(editor.page, shown);
    }
    console.log(`    offered: ${offered.join(' | ')}`);
    await editor.screenshot(`${name}-done`);
    return offered;
  }
}
