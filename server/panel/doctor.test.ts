import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ModelLibrary } from '../models/library.ts';
import { WindowFolders } from '../window/windowFolders.ts';
import { PanelService } from './requests.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-panel-doctor-'));

/** Of a command line that is this script: nothing else is asked for. */
function panelOf(name: string, script: string): PanelService {
  const commandLine = join(folder, `${name}.cjs`);
  writeFileSync(commandLine, script);
  const unasked = (): never => {
    throw new Error('The doctor asks for nothing else.');
  };
  return new PanelService({
    folders: new WindowFolders(),
    modelPath: () => 'base.gguf',
    measure: unasked,
    refresh: unasked,
    setPaused: unasked,
    library: new ModelLibrary({ folder, bundled: null, ollamaFolders: [] }),
    commandLine,
  });
}

test('a report is one whatever the exit code says', async () => {
  const panel = panelOf('sick', "console.log('machine: too small');process.exitCode = 1");
  expect(await panel.doctor(undefined, new AbortController().signal)).toBe('machine: too small\n');
});

test('one that is cancelled gives no half report', async () => {
  const mark = join(folder, 'half');
  const half = `process.stdout.write('machine: fine', () => require('fs').writeFileSync(${JSON.stringify(mark)}, ''));setInterval(() => {}, 1000)`;
  const cancelled = new AbortController();
  const report = panelOf('half', half).doctor(undefined, cancelled.signal);
  report.catch(() => {});
  await vi.waitFor(() => expect(existsSync(mark)).toBe(true), 10_000);
  // What was written is on its way to us.
  await new Promise((resolve) => setTimeout(resolve, 200));
  cancelled.abort();
  await expect(report).rejects.toThrow();
});
