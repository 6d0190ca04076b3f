// npm run check:ui: `--help` says what it does.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { commandLine } from '../../bench/commandLine.ts';
import { findChromium, installCodeServer } from '../../script/codeServer.mjs';
import { packageExtension } from '../../script/package.mjs';
import { report } from '../../server/common/bars.ts';
import { chromiumArguments, openEditor } from './editor.mjs';
import { ownData } from './ownData.mjs';
import { makeRepository } from './repository.mjs';

const USAGE = `usage: npm run check:ui -- [--vsix FILE] [--json]

Every view of the panel in four themes, looked at by axe-core, in a real VS Code. --vsix takes a package that is there.`;

const { values } = commandLine(USAGE, { vsix: { type: 'string' } });
const views = ['Tune', 'Progress', 'Result', 'Adapters', 'Learning', 'Activity'];
const themes = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  'high-contrast': 'Dark High Contrast',
  'high-contrast-light': 'Light High Contrast',
};
const bodyClasses = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'high-contrast': 'vscode-high-contrast',
  'high-contrast-light': 'vscode-high-contrast-light',
};
/** VS Code lets a side bar become no narrower. */
const narrowestPx = 170;
const runMs = 300_000;
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const artifacts = fileURLToPath(new URL('../artifacts/ui', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'repotune-ui-'));
ownData(scratch);
const problems = [];

rmSync(artifacts, { recursive: true, force: true });
mkdirSync(artifacts, { recursive: true });
// Exiting stops what was started: see the exit handler of startCodeServer.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
const editor = await openEditor({
  browser,
  codeServer: installCodeServer(),
  vsix: values.vsix ?? (await packageExtension()),
  scratch,
  artifacts,
  folder: makeRepository(join(scratch, 'hub')),
  settings: { 'repotune.tuning.maxMinutes': 1, 'repotune.nextEdit.record': true },
});
try {
  await fillThePanel();
  for (const [theme, name] of Object.entries(themes)) {
    await editor.chooseTheme(name);
    await editor.panel().locator(`body.${bodyClasses[theme]}`).waitFor();
    for (const view of views) await look(theme, view);
  }
  await forcedColours();
  await keyboardOnly();
  await narrow();
} catch (error) {
  problems.push(String(error));
  await editor.screenshot('failed').catch(() => {});
} finally {
  await editor.close();
  await browser.close();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}
for (const problem of problems) console.error(problem);
const expected = Object.keys(themes).flatMap((theme) =>
  views.map((view) => join(artifacts, `${theme}-${view.toLowerCase()}.png`)),
);
const missing = expected.filter((path) => !existsSync(path) || statSync(path).size === 0);
report(
  [
    { name: 'axe-violations', value: problems.length, op: '<=', bar: 0 },
    { name: 'views-without-screenshot', value: missing.length, op: '<=', bar: 0 },
  ],
  values.json,
);
process.exit();

/** Tunes once, so that every view has something to show. */
async function fillThePanel() {
  await editor.waitForStatus('Repotune: base');
  await editor.open('src/lib/commit.ts', 1);
  // An edit that settles during the run.
  await editor.page.keyboard.type('// Recorded.\n');
  await editor.command('Repotune: Tune on This Repository');
  await tab('Progress', true).waitFor({ timeout: runMs });
  await editor
    .panel()
    .getByText(/^[1-9]\d* of \d+$/)
    .waitFor({ timeout: runMs });
  await examine('while training');
  await tab('Result', true).waitFor({ timeout: runMs });
}

async function look(theme, view) {
  await tab(view).click();
  await tab(view, true).waitFor();
  if (view === 'Tune') await editor.panel().getByText('Training data').waitFor({ timeout: runMs });
  if (view === 'Learning')
    await editor
      .panel()
      .getByText(/was tuned on/)
      .waitFor({ timeout: runMs });
  if (view === 'Learning') await editor.panel().getByText('1 edit in 1 file is recorded here').waitFor();
  await editor.page.waitForTimeout(300);
  await editor.screenshot(`${theme}-${view.toLowerCase()}`);
  await examine(`${theme} ${view}`);
}

async function examine(where) {
  const frame = await editor.panelFrame();
  if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(axeSource);
  const violations = await frame.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const { violations: found } = await window.axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return found.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')} ${failureSummary}`),
    );
  });
  problems.push(...violations.map((violation) => `${where}: ${violation}`));
}

/** The system's own colours leave the chosen tab and the model in use visible as such. */
async function forcedColours() {
  await editor.page.emulateMedia({ forcedColors: 'active' });
  const frame = await editor.panelFrame();
  for (const [what, chosen, other, property] of [
    ['tab', '[role=tab][aria-selected=true]', '[role=tab][aria-selected=false]', 'borderBottomColor'],
    ['model', '.choice [aria-pressed=true]', '.choice [aria-pressed=false]', 'outlineStyle'],
  ]) {
    const [one, two] = await frame.evaluate(
      ([selectors, name]) => selectors.map((selector) => getComputedStyle(document.querySelector(selector))[name]),
      [[chosen, other], property],
    );
    if (one === two) problems.push(`forced colours: the chosen ${what} looks like the others`);
  }
  await editor.screenshot('forced-colours');
  await editor.page.emulateMedia({ forcedColors: 'none' });
}

/** The arrow keys move through the tabs, and only the chosen one is in the tab order. */
async function keyboardOnly() {
  await tab('Tune').click();
  for (const view of views.slice(1)) {
    await editor.page.keyboard.press('ArrowRight');
    await tab(view, true).waitFor();
  }
  const stops = await (await editor.panelFrame()).evaluate(
    () => document.querySelectorAll('[role=tab][tabindex="0"]').length,
  );
  if (stops !== 1) problems.push(`keyboard: ${stops} tabs are in the tab order`);
}

/** Checks that nothing is cut off or scrolls sideways in the narrowest side bar. */
async function narrow() {
  const side = await editor.page.locator('.part.sidebar').boundingBox();
  await editor.page.mouse.move(side.x + side.width + 1, side.y + 200);
  await editor.page.mouse.down();
  await editor.page.mouse.move(side.x + narrowestPx, side.y + 200, { steps: 8 });
  await editor.page.mouse.up();
  for (const view of views) {
    await tab(view).click();
    await editor.page.waitForTimeout(300);
    await editor.screenshot(`narrow-${view.toLowerCase()}`);
    const over = await (await editor.panelFrame()).evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (over > 0) problems.push(`narrow ${view}: ${over} px wider than the side bar`);
  }
}

function tab(name, selected) {
  return editor.panel().getByRole('tab', selected === undefined ? { name } : { name, selected });
}
