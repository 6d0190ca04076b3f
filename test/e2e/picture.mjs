// The README's pictures: a suggestion and the panel at the end of a run, in a real VS Code, on the given repository and base model.
// Nothing is retouched. The folder itself is left alone; typing goes into a copy.
// usage: node test/e2e/picture.mjs --folder <repository> --model <gguf> --picture <png> [--at <path:line> --typed <text>] [--vsix <file>]
//   --at, --typed: the line's text is removed, <text> is typed instead, and what is suggested there is the picture. The folder's
//                  active adapter serves, else the base.
//   Without them: the panel's Result tab, with the active adapter's figures.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findChromium, installCodeServer } from '../../script/codeServer.mjs';
import { packageExtension } from '../../script/package.mjs';
import { chromiumArguments, openEditor } from './editor.mjs';

const loadMs = 180_000;
/** Lines of code around the cursor that the picture shows. */
const linesAbove = 9;
const linesBelow = 4;

const option = { type: 'string' };
const { values } = parseArgs({
  options: { folder: option, model: option, at: option, typed: option, picture: option, vsix: option },
});
const ofPanel = values.at === undefined && values.typed === undefined;
for (const name of ['folder', 'model', 'picture', ...(ofPanel ? [] : ['at', 'typed'])])
  if (values[name] === undefined) throw new Error(`--${name} is missing`);

const scratch = mkdtempSync(join(tmpdir(), 'repotune-picture-'));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
try {
  const folder = join(scratch, 'repository');
  cpSync(resolve(values.folder), folder, { recursive: true });
  const editor = await openEditor({
    browser,
    codeServer: installCodeServer(),
    vsix: values.vsix ?? (await packageExtension()),
    scratch: join(scratch, 'editor'),
    artifacts: scratch,
    folder,
    settings: { 'repotune.model.path': resolve(values.model) },
  });
  try {
    await editor.waitForStatus(/Repotune: (adapter|base)/, loadMs);
    await (ofPanel ? panelIn(editor) : suggestionIn(editor, folder));
  } finally {
    await editor.close();
  }
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}
process.exit();

async function suggestionIn(editor, folder) {
  const [path, lineText] = values.at.split(/:(?=\d+$)/);
  const line = Number(lineText);
  const file = join(folder, path);
  const lines = readFileSync(file, 'utf8').split('\n');
  const indent = /^\s*/.exec(lines[line - 1])[0];
  writeFileSync(file, lines.with(line - 1, indent).join('\n'));
  await editor.open(path, line, indent.length + 1);
  await editor.page.keyboard.press('End');
  await editor.page.keyboard.type(values.typed, { delay: 120 });
  console.log(await editor.ghostText(loadMs));
  // The editor colours the ghost text a moment after drawing it.
  await editor.page.waitForTimeout(500);
  await editor.page.screenshot({ path: resolve(values.picture), clip: await around(editor.page) });
}

/** Down to the run's figures. */
async function panelIn(editor) {
  await editor.command('Repotune: Open Panel');
  const panel = editor.panel();
  await panel.getByRole('tab', { name: 'Result' }).click();
  const example = panel.getByText('One completion, before and after');
  await example.waitFor();
  const { y: bottom } = await example.boundingBox();
  const { x, y, width } = await editor.page.locator('.part.sidebar').boundingBox();
  await editor.page.screenshot({ path: resolve(values.picture), clip: { x, y, width, height: bottom - y } });
}

/** The rectangle of some lines of code around the cursor, with their numbers. */
async function around(page) {
  const editor = await page.locator('.monaco-editor.focused').first().boundingBox();
  const cursor = await page.locator('.monaco-editor.focused .cursors-layer .cursor').first().boundingBox();
  const top = Math.max(editor.y, cursor.y - linesAbove * cursor.height);
  const bottom = Math.min(editor.y + editor.height, cursor.y + (linesBelow + 1) * cursor.height);
  return { x: editor.x, y: top, width: Math.min(860, editor.width), height: bottom - top };
}
