// npm run bench -- start: `--help` says what it measures.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { commandLine } from '../../bench/commandLine.ts';
import { findChromium, installCodeServer } from '../../script/codeServer.mjs';
import { packageExtension } from '../../script/package.mjs';
import { report } from '../../server/common/bars.ts';
import { chromiumArguments, openEditor } from './editor.mjs';
import { instantStatus, packageInstantExtension } from './instantExtension.mjs';
import { ownData } from './ownData.mjs';
import { makeRepository } from './repository.mjs';

const USAGE = `usage: npm run bench -- start [--vsix FILE] [--json]

VS Code's own figure for activation, processor time and memory of the server and its engine while idle, and the seconds from opening a
window to the first suggestion (beside: to the editor being there at all). --vsix takes a package that is there.`;

const { values } = commandLine(USAGE, { vsix: { type: 'string' } });
const idleSeconds = 20;
const warmWindows = 2;
const clockTicksPerSecond = 100;
const bootedMs = Date.now() - 1000 * Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
/** A file in which the base is confident enough to suggest unasked. */
const file = 'src/lib/list-models.ts';
const scratch = mkdtempSync(join(tmpdir(), 'repotune-start-'));
ownData(scratch);
// Exiting stops what was started: see the exit handler of startCodeServer.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
const folder = makeRepository(join(scratch, 'hub'));

const instant = await openedWith(await packageInstantExtension(scratch), 'instant');
let floorSeconds;
try {
  floorSeconds = (await firstSuggestion(instant, instantStatus)).at(-1).seconds;
} finally {
  await instant.close();
}

const editor = await openedWith(values.vsix ?? (await packageExtension()), 'ours');
const { page } = editor;
let figures;
try {
  const opened = await firstSuggestion(editor, 'Repotune: base');
  const timeline = [...opened];
  const firstSuggestionSeconds = opened.at(-1).seconds;
  const openedAt = opened.openedAt;
  for (const { name, startedMs } of usage().names)
    timeline.push({ what: `${name} starts`, seconds: (startedMs - openedAt) / 1000 });
  for (const { at, line } of editor.logLines())
    timeline.push({ what: `log: ${line}`, seconds: (at - openedAt) / 1000 });
  await page.keyboard.press('Escape');

  const activationMs = await activation();
  await page.waitForTimeout(5000);
  const before = usage();
  await page.waitForTimeout(idleSeconds * 1000);
  const after = usage();
  figures = {
    activationMs,
    firstSuggestionSeconds,
    instantExtensionSeconds: floorSeconds,
    timeline: timeline.filter(({ seconds }) => seconds >= 0).sort((a, b) => a.seconds - b.seconds),
    // A process that ended meanwhile takes its ticks with it: then nothing was measured.
    idleCpuPercent:
      after.ticks < before.ticks
        ? Number.NaN
        : (100 * (after.ticks - before.ticks)) / clockTicksPerSecond / idleSeconds,
    idleRssMb: after.rssBytes / 1e6,
    processes: after.names,
  };
} finally {
  await editor.close();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}
if (!values.json) {
  console.log(
    `an extension that answers at once: first suggestion after ${floorSeconds.toFixed(2)} s; ours takes ${(figures.firstSuggestionSeconds / floorSeconds).toFixed(2)} of that`,
  );
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

/**
 * A separate VS Code with one extension, in a browser with a profile on disk, which keeps the editor's compiled code between windows, as
 * the desktop editor does.
 */
async function openedWith(vsix, name) {
  const context = await chromium.launchPersistentContext(join(scratch, `browser-${name}`), {
    executablePath: findChromium(),
    args: chromiumArguments,
    viewport: { width: 1280, height: 800 },
  });
  const own = join(scratch, name);
  return openEditor({ context, codeServer: installCodeServer(), vsix, scratch: own, artifacts: own, folder });
}

/**
 * Opens a window as `code <folder> <file>` does and types at once: returns the steps with their seconds, the last being the suggestion.
 * Windows were opened before, so that the browser has compiled code (stored the second time), and closed, since ending an old window's
 * processes is not part of opening a new one.
 */
async function firstSuggestion(editor, readyStatus) {
  const { page } = editor;
  const address = editor.addressOf(join(folder, file));
  await closed(editor, readyStatus);
  for (let warm = 1; warm < warmWindows; warm++) {
    await page.goto(address);
    await closed(editor, readyStatus);
  }
  const openedAt = Date.now();
  const steps = [];
  const step = (what) => steps.push({ what, seconds: (Date.now() - openedAt) / 1000 });
  await page.goto(address, { waitUntil: 'commit' });
  await page.waitForSelector('.monaco-workbench');
  step('window');
  await page.locator('.monaco-editor .view-lines .view-line').first().waitFor();
  step('editor');
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nfor (let i = 0; i < items.length; ');
  step('typed');
  await page.locator('.ghost-text-decoration, .ghost-text .view-line').first().waitFor({ timeout: 60_000 });
  step('suggestion');
  return Object.assign(steps, { openedAt });
}

/** Waits for the window to be up, closes it, and waits until everything it started has ended. */
async function closed(editor, readyStatus) {
  const { page } = editor;
  await editor.waitForStatus(readyStatus);
  await page.goto('about:blank');
  for (const started = Date.now(); processes().length > 0 && Date.now() - started < 30_000; )
    await page.waitForTimeout(500);
  await page.waitForTimeout(3000);
}

/** As shown by "Developer: Show Running Extensions": loading the code, and the call to activate. */
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

/** The server and the engine, found by their scripts. The extension host is left out, since it also runs other extensions. */
function processes() {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        const script = command.find(
          (part) =>
            part.startsWith(join(scratch, 'ours', 'profile')) && /dist\/(server|engine|miner|parser)\.mjs$/.test(part),
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
