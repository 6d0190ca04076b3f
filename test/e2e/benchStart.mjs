// `npm run bench -- start`: VS Code's own figure for activation, processor time and memory of the server and its engine while
// idle, and the seconds from opening a window to the first suggestion (beside: to the editor being there at all).
// usage: node test/e2e/benchStart.mjs [--json] [--vsix <file>]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findChromium, installCodeServer } from '../../script/codeServer.mjs';
import { packageExtension } from '../../script/package.mjs';
import { report } from '../../server/bars.ts';
import { chromiumArguments, openEditor } from './editor.mjs';
import { makeRepository } from './repository.mjs';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, vsix: { type: 'string' } } });
const idleSeconds = 20;
const warmWindows = 2;
const clockTicksPerSecond = 100;
const bootedMs = Date.now() - 1000 * Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
const file = 'src/lib/list-files.ts';
const scratch = mkdtempSync(join(tmpdir(), 'repotune-start-'));
// What was started ends with us: see the exit handler of startCodeServer.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
const folder = makeRepository(join(scratch, 'hub'));
// A browser with a profile on disk: it keeps the editor's compiled code from one window to the next, as the desktop's editor does.
const context = await chromium.launchPersistentContext(join(scratch, 'browser'), {
  executablePath: findChromium(),
  args: chromiumArguments,
  viewport: { width: 1280, height: 800 },
});
const editor = await openEditor({
  context,
  codeServer: installCodeServer(),
  vsix: values.vsix ?? (await packageExtension()),
  scratch,
  artifacts: scratch,
  folder,
});
const { page } = editor;
let figures;
const timeline = [];
try {
  // Opened before, so that the browser has the code compiled (it is stored the second time), and closed: ending the old window's
  // processes is no part of opening the new one. Then as `code <folder> <file>` opens a window.
  await closed();
  for (let warm = 1; warm < warmWindows; warm++) {
    await page.goto(editor.addressOf(join(folder, file)));
    await closed();
  }
  const opened = Date.now();
  const since = () => (Date.now() - opened) / 1000;
  await page.goto(editor.addressOf(join(folder, file)), { waitUntil: 'commit' });
  await page.waitForSelector('.monaco-workbench');
  timeline.push({ what: 'window', seconds: since() });
  await page.locator('.monaco-editor .view-lines .view-line').first().waitFor();
  timeline.push({ what: 'editor', seconds: since() });
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nfor (let i = 0; ');
  timeline.push({ what: 'typed', seconds: since() });
  await page.locator('.ghost-text-decoration, .ghost-text .view-line').first().waitFor({ timeout: 60_000 });
  const firstSuggestionSeconds = since();
  timeline.push({ what: 'suggestion', seconds: firstSuggestionSeconds });
  for (const { name, startedMs } of usage().names)
    timeline.push({ what: `${name} starts`, seconds: (startedMs - opened) / 1000 });
  for (const { at, line } of editor.logLines()) timeline.push({ what: `log: ${line}`, seconds: (at - opened) / 1000 });
  await page.keyboard.press('Escape');

  const activationMs = await activation();
  await page.waitForTimeout(5000);
  const before = usage();
  await page.waitForTimeout(idleSeconds * 1000);
  const after = usage();
  figures = {
    activationMs,
    firstSuggestionSeconds,
    timeline: timeline.filter(({ seconds }) => seconds >= 0).sort((a, b) => a.seconds - b.seconds),
    idleCpuPercent: (100 * (after.ticks - before.ticks)) / clockTicksPerSecond / idleSeconds,
    idleRssMb: after.rssBytes / 1e6,
    processes: after.names,
  };
} finally {
  await editor.close();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}
if (!values.json) {
  for (const { what, seconds } of figures.timeline) console.log(`${seconds.toFixed(2).padStart(6)} s  ${what}`);
  for (const { name, rssBytes } of figures.processes) console.log(`idle: ${name} ${(rssBytes / 1e6).toFixed(0)} MB`);
}
report(
  [
    { name: 'activation-ms', value: figures.activationMs, op: '<=', bar: 80 },
    { name: 'idle-cpu-percent', value: figures.idleCpuPercent, op: '<=', bar: 1 },
    { name: 'idle-rss-mb', value: figures.idleRssMb, op: '<=', bar: 250 },
    { name: 'first-suggestion-seconds', value: figures.firstSuggestionSeconds, op: '<=', bar: 5 },
  ],
  values.json,
  figures,
);
process.exit();

/** Waits for the window to be up, closes it, and waits for what it started to have ended. */
async function closed() {
  await editor.waitForStatus('Repotune: base');
  await page.goto('about:blank');
  for (const started = Date.now(); processes().length > 0 && Date.now() - started < 30_000; )
    await page.waitForTimeout(500);
  await page.waitForTimeout(3000);
}

/** As "Developer: Show Running Extensions" tells it: loading the code, and the call of activate. */
async function activation() {
  await editor.command('Developer: Show Running Extensions');
  const row = page
    .locator('.runtime-extensions-editor .monaco-list-row, .runtime-extension')
    .filter({ hasText: 'Repotune' })
    .first();
  await row.waitFor();
  const text = await row.locator('.activation-time').textContent();
  const match = /(\d+)\s*ms/.exec(text ?? '');
  if (!match) throw new Error(`VS Code tells no activation time: ${text}`);
  return Number(match[1]);
}

/** The server and the engine, by their scripts: the extension host is the editor's and holds other extensions too. */
function processes() {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        const script = command.find(
          (part) => part.startsWith(join(scratch, 'profile')) && /dist\/(server|engine|parser)\.mjs$/.test(part),
        );
        if (!script) return [];
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
        const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
        return [
          {
            name: script.split('/').at(-1),
            ticks: Number(stat[11]) + Number(stat[12]),
            rssBytes: Number(rss?.[1] ?? 0) * 1024,
            startedMs: bootedMs + (1000 * Number(stat[19])) / clockTicksPerSecond,
          },
        ];
      } catch {
        return [];
      }
    });
}

function usage() {
  const own = processes();
  if (own.length === 0) throw new Error('neither server nor engine is running');
  return {
    names: own,
    ticks: own.reduce((sum, { ticks }) => sum + ticks, 0),
    rssBytes: own.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
  };
}
