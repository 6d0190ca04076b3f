import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { doctorReport } from './doctor.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-panel-doctor-'));

/** The report of a command line that is this script. */
function reportOf(name: string, script: string, signal: AbortSignal, timeoutMs?: number): Promise<string> {
  const commandLine = join(folder, `${name}.cjs`);
  writeFileSync(commandLine, script);
  return doctorReport(commandLine, { folder: null, modelPath: 'base.gguf', device: 'cuda' }, signal, timeoutMs);
}

test('returns the report even when the doctor exits with an error code', async () => {
  const script = "console.log('machine: too small');process.exitCode = 1";
  expect(await reportOf('sick', script, new AbortController().signal)).toBe('machine: too small\n');
});

test('looks at the base and the device that the window is set to', async () => {
  const script = 'console.log(process.argv.slice(2).join(" "))';
  expect(await reportOf('asked', script, new AbortController().signal)).toBe(
    'doctor --model base.gguf --device cuda\n',
  );
});

test.each([
  ['crashed', "process.kill(process.pid, 'SIGSEGV')"],
  // Windows has no signals.
  ['crashed on Windows', 'process.exit(139)'],
  // Its time limit tells it to stop, which the command line does in its own way.
  ['ran out of time', "process.once('SIGTERM', () => process.exit(130))"],
])('the report of a doctor that %s halfway says so at its end', async (name, end) => {
  const script = `process.stdout.write('ok   machine\\nok   git', () => ${end});setInterval(() => {}, 1000)`;
  const report = await reportOf(name, script, new AbortController().signal, 2000);
  expect(report).toMatch(/^ok {3}machine\nok {3}git\nFAIL doctor {3}The doctor did not finish .*\n$/);
});

test('rejects when cancelled, instead of returning half a report', async () => {
  const mark = join(folder, 'half');
  const half = `process.stdout.write('machine: fine', () => require('fs').writeFileSync(${JSON.stringify(mark)}, ''));setInterval(() => {}, 1000)`;
  const cancelled = new AbortController();
  const report = reportOf('half', half, cancelled.signal);
  report.catch(() => {});
  await vi.waitFor(() => expect(existsSync(mark)).toBe(true), 10_000);
  // Lets the written output arrive.
  await new Promise((resolve) => setTimeout(resolve, 200));
  cancelled.abort();
  await expect(report).rejects.toThrow();
});

test('rejects with a sentence, not with the failed command, when the doctor prints nothing', async () => {
  const { signal } = new AbortController();
  await expect(reportOf('silent', 'process.exit(3)', signal)).rejects.toThrow(/^The doctor did not finish/);
});
