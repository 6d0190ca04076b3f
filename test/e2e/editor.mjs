import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extensionsOf, installVsix, startCodeServer } from '../../script/codeServer.mjs';

/** A VS Code without distractions: welcome pages, other assistants, the suggest widget. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.colorTheme': 'Dark Modern',
  'telemetry.telemetryLevel': 'off',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.parameterHints.enabled': false,
  'editor.formatOnSave': false,
  // Blinking is drawn by the processor, which the tests need.
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'workbench.reduceMotion': 'on',
  'files.trimTrailingWhitespace': false,
  'files.insertFinalNewline': false,
  'typescript.validate.enable': false,
  'javascript.validate.enable': false,
  'typescript.tsserver.enableTracing': false,
  'git.openRepositoryInParentFolders': 'never',
  'extensions.ignoreRecommendations': true,
};

export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const slowMs = 30_000;

/** In the page. The processor draws every frame of what spins while a run lasts, and `workbench.reduceMotion` lets that spin. */
function standStill() {
  if (window !== window.top) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, ::before, ::after { animation: none !important; transition: none !important; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/**
 * Opens `folder` in a fresh profile with the extension installed, from `vsix` or as a copy of `extensions`, where it is already installed;
 * `close()` ends everything it started. `context`: if the browser's own profile matters; otherwise one is created from `browser`. `env` is
 * added to the environment. `takesOffer`: the caller answers the offer of a larger base before a tune, and the question whether to stop one;
 * otherwise the bundled one is tuned, and it is stopped.
 */
export async function openEditor({
  browser,
  checks,
  context: given,
  codeServer,
  vsix,
  extensions = null,
  scratch,
  artifacts,
  folder,
  settings = {},
  env = {},
  workspaceTrust = false,
  takesOffer = false,
  viewport = { width: 1280, height: 800 },
}) {
  const profile = join(scratch, 'profile');
  const settingsFile = settingsFileOf(profile);
  mkdirSync(join(profile, 'user', 'User'), { recursive: true });
  writeFileSync(settingsFile, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  if (extensions === null) installVsix(codeServer, profile, vsix);
  else cpSync(extensions, extensionsOf(profile), { recursive: true });
  const server = await startCodeServer(codeServer, { profile, folder, workspaceTrust, env });
  const context = given ?? (await browser.newContext({ viewport, reducedMotion: 'reduce' }));
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(server.url).origin });
  const page = await context.newPage();
  await page.addInitScript(standStill);
  page.setDefaultTimeout(slowMs);
  const editor = new Editor(page, server, artifacts, profile);
  if (checks) checks.witness = (name) => editor.witness(name);
  await editor.load();
  if (!takesOffer) {
    void editor.tuneBundled();
    void editor.stopAnyway();
  }
  return editor;
}

function settingsFileOf(profile) {
  return join(profile, 'user', 'User', 'settings.json');
}

export class Editor {
  constructor(page, server, artifacts, profile) {
    this.page = page;
    this.server = server;
    this.artifacts = artifacts;
    this.extensions = join(profile, 'extensions');
  }

  /** The installed extension's folder: the tests call the command line that ships. */
  extensionFolder() {
    const name = readdirSync(this.extensions).find((entry) => entry.startsWith('repotune.'));
    if (!name) throw new Error('the extension is not installed');
    return join(this.extensions, name);
  }

  /** Our output channel's lines with timestamps, as the editor keeps them on disk. */
  logLines() {
    const logs = join(this.extensions, '..', 'user', 'logs');
    const files = readdirSync(logs, { recursive: true }).filter((name) => /Repotune\.log$/.test(name));
    return files
      .flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'))
      .flatMap((line) => {
        const [, time, text] = /^(\d{4}-\d\d-\d\d [\d:.]+) \[\w+\] (.*)/.exec(line) ?? [];
        return time ? [{ at: Date.parse(time), line: text }] : [];
      });
  }

  /** The URL of a window with a file of the folder open. */
  addressOf(file) {
    const address = new URL(this.server.url);
    const path = file.split('/').map(encodeURIComponent).join('/');
    address.searchParams.set('payload', JSON.stringify([['openFile', `vscode-remote://${address.host}${path}`]]));
    return address.href;
  }

  async load() {
    await this.page.goto(this.server.url);
    await this.page.waitForSelector('.monaco-workbench', { timeout: slowMs });
  }

  /** Declines the larger base that fast machines are offered before the first tune; the answer is remembered. */
  async tuneBundled() {
    const bundled = this.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Tune the Bundled Base' });
    await bundled.click({ timeout: 0 }).catch(() => {});
  }

  /** Answers the question whether to stop a run, which comes once it has gone on for a minute. */
  async stopAnyway() {
    const stop = this.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Stop Tuning' });
    for (let open = true; open; )
      open = await stop.click({ timeout: 0 }).then(
        () => true,
        () => false,
      );
  }

  async close() {
    await this.page.context().close();
    this.server.close();
  }

  async screenshot(name) {
    await this.page.screenshot({ path: join(this.artifacts, `${name}.png`) });
  }

  /** Saves a screenshot and our log. */
  async witness(name) {
    writeFileSync(
      join(this.artifacts, `${name}.log`),
      this.logLines()
        .map(({ line }) => `${line}\n`)
        .join(''),
    );
    await this.screenshot(name);
  }

  /** Runs a palette command by its title. */
  async command(title) {
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    await this.#listed('F1', `>${title}`, row);
    await row.click();
  }

  /** Types `text` into the list that `key` opens, until `row` is in it. */
  async #listed(key, text, row) {
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    // A list opened too early never sees commands registered later, or a file just written; one that loses the focus, to a panel coming
    // forward, is closed; and a key pressed while the focus moves opens none.
    for (let found = false, tries = 0; !found && tries < 5; tries += 1) {
      if (tries > 0) await this.page.keyboard.press('Escape');
      await this.page.keyboard.press(key);
      const timeout = slowMs / 5;
      const listed = input
        .waitFor({ state: 'visible', timeout })
        .then(() => input.fill(text, { timeout }))
        .then(() => row.waitFor({ timeout }));
      found = await listed.then(
        () => true,
        () => false,
      );
    }
  }

  /** Whether the palette offers a command. */
  async offers(title) {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    await input.waitFor({ state: 'visible' });
    await input.fill(`>${title}`);
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    const found = await row.waitFor({ timeout: slowMs / 6 }).then(
      () => true,
      () => false,
    );
    await this.page.keyboard.press('Escape');
    return found;
  }

  /** Opens a file with the cursor at a line and column, both from 1. */
  async open(path, line = 1, column = 1) {
    const name = path.split('/').at(-1);
    // Recently opened files are listed before the search has answered.
    const row = this.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: name });
    await this.#listed('Control+P', `${path}:${line}:${column}`, row);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.tab.active').filter({ hasText: name }).waitFor();
    // The tab appears before its text: typing now would go into the previous file.
    await this.page.locator(`.monaco-editor.focused[data-uri$="/${name}"]`).first().waitFor();
    await this.page
      .locator('.statusbar-item')
      .filter({ hasText: `Ln ${line}, Col` })
      .waitFor();
  }

  /** The ghost text in view, with its lines joined; waits until there is some. */
  async ghostText(timeout = 20_000) {
    await this.page
      .locator('.ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text .view-line')
      .first()
      .waitFor({ timeout });
    return this.page.evaluate(() => {
      const text = (node) => (node.textContent ?? '').replaceAll('\u00a0', ' ').replaceAll('\u200c', '');
      const inline = [...document.querySelectorAll('.ghost-text-decoration, .ghost-text-decoration-preview')]
        .map(text)
        .join('');
      const below = [...document.querySelectorAll('.ghost-text .view-line, .suggest-preview-text')].map(text);
      return [inline, ...below].join('\n');
    });
  }

  /** Saves the file in view; returns its text once `done` holds for it. Saving takes a while on a busy machine. */
  async save(file, done) {
    await this.page.keyboard.press('Control+S');
    let text = readFileSync(file, 'utf8');
    for (const started = Date.now(); !done(text) && Date.now() - started < slowMs; text = readFileSync(file, 'utf8'))
      await this.page.waitForTimeout(100);
    return text;
  }

  async hasStatus(text) {
    return (await this.page.locator('.statusbar-item').filter({ hasText: text }).count()) > 0;
  }

  async waitForStatus(text, timeout = slowMs) {
    await this.page.locator('.statusbar-item').filter({ hasText: text }).first().waitFor({ timeout });
  }

  /** The status item's accessible label, which names the serving model. */
  async waitForStatusLabel(text, timeout = slowMs) {
    await this.page.locator(`.statusbar-item [aria-label*="${text}"]`).first().waitFor({ timeout });
  }

  /** Waits until a run's result is in view. */
  tuneResult(timeout) {
    return this.tuneShows(this.panel().getByRole('tab', { name: 'Result', selected: true }), timeout);
  }

  /** Waits until a run has brought `part` into view; a failing run ends the wait with its message. */
  async tuneShows(part, timeout) {
    const shown = part.waitFor({ timeout });
    const toast = this.page.locator('.notification-toast').filter({ has: this.page.locator('.codicon-error') });
    // While the panel is in view, it alone says why.
    const problem = this.panel().locator('#page-progress .problem');
    const failed = [toast, problem].map((one) =>
      one
        .first()
        .waitFor({ timeout })
        .then(() => one.first().innerText()),
    );
    // The losers of the race may reject unheard.
    for (const waiting of [shown, ...failed]) waiting.catch(() => {});
    const text = await Promise.race([shown.then(() => null), ...failed]);
    if (text !== null) throw new Error(`the run came to no result: ${text}`);
  }

  /** Activates the one adapter, whatever the gate says: on a slow machine a short run may not convince it. */
  async useAdapter() {
    await this.command('Repotune: Use an Adapter');
    // The gate's verdict is shown first.
    const anyway = this.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Use Anyway' });
    const serves = this.page.locator('.statusbar-item').filter({ hasText: 'Repotune: adapter' });
    await anyway.or(serves).first().waitFor();
    if (await anyway.isVisible()) await anyway.click();
    await this.waitForStatus('Repotune: adapter');
  }

  /** Chooses a colour theme by its label. */
  async chooseTheme(label) {
    await this.command('Preferences: Color Theme');
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    await this.page.waitForTimeout(500);
    await input.fill(label);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first().click();
    await this.page.waitForTimeout(500);
  }

  /** The frame of the panel's document, for running code in it. */
  async panelFrame() {
    const element = await this.panel().locator('#app').elementHandle();
    return element.ownerFrame();
  }

  /** The side panel's document, a nested frame. Walkthroughs have their own frames. */
  panel() {
    return this.page.frameLocator('iframe.webview.ready[src*="extensionId=repotune"]').frameLocator('#active-frame');
  }
}
