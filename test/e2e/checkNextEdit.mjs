// npm run check:next-edit-ui: `--help` says what it does.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { commandLine, refuse } from '../../bench/commandLine.ts';
import { findChromium, installCodeServer } from '../../script/codeServer.mjs';
import { packageExtension } from '../../script/package.mjs';
import { report } from '../../server/common/bars.ts';
import { Checks } from './checks.mjs';
import { chromiumArguments, openEditor } from './editor.mjs';
import { ownData } from './ownData.mjs';
import { makeRepository } from './repository.mjs';
import { followAndDisturb } from './scenarios/nextEdits.mjs';

const USAGE = `usage: npm run check:next-edit-ui -- --model FILE [--vsix FILE] [--json]

Next edits in a real VS Code, as a person meets them: a new field and a renamed parameter followed by Tab; Escape, undo, a second cursor, a
snippet, the suggest widget, an empty line, a file that changes on disk, places in another file. --model is a GGUF file that knows the tokens
of files, such as Qwen2.5-Coder-0.5B; the bundled one does not. --vsix takes a package that is there. Screenshots go to
test/artifacts/next-edit.`;

const option = { type: 'string' };
const { values } = commandLine(USAGE, { model: option, vsix: option });
if (values.model === undefined || !existsSync(values.model)) refuse('--model must name a GGUF file.');
const loadMs = 180_000;
const artifacts = fileURLToPath(new URL('../artifacts/next-edit', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'repotune-next-edit-'));
ownData(scratch);
const checks = new Checks();

rmSync(artifacts, { recursive: true, force: true });
mkdirSync(artifacts, { recursive: true });
// Exiting stops what was started: see the exit handler of startCodeServer.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
const folder = makeRepository(join(scratch, 'hub'));
const editor = await openEditor({
  browser,
  codeServer: installCodeServer(),
  vsix: values.vsix ?? (await packageExtension()),
  scratch,
  artifacts,
  folder,
  settings: { 'repotune.model.path': resolve(values.model), 'editor.minimap.enabled': false },
});
try {
  await editor.waitForStatus('Repotune: base', loadMs);
  await checks.scenario('next edits', () => followAndDisturb({ checks, editor, folder }));
} finally {
  await editor.screenshot('last').catch(() => {});
  await editor.close();
  await browser.close();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}
report(
  [
    { name: 'behaviours-seen', value: checks.passed, op: '>=', bar: 10 },
    { name: 'behaviours-missed', value: checks.failed, op: '<=', bar: 0 },
  ],
  values.json,
);
process.exit();
