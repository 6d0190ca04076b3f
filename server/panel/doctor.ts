import { type ExecFileException, execFile } from 'node:child_process';
import type { DeviceChoice } from '../engine/types.ts';
import { startProblem } from '../system/notStarted.ts';

const TIMEOUT_MS = 120_000;

interface DoctorOptions {
  readonly folder: string | null;
  readonly modelPath: string;
  readonly device: DeviceChoice;
}

/**
 * The doctor's report as a person reads it, problems included. It runs in a process of its own, the command line's, so that what it finds
 * cannot harm the server.
 */
export async function doctorReport(
  commandLine: string,
  { folder, modelPath, device }: DoctorOptions,
  signal: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<string> {
  const named = folder === null ? [] : ['--folder', folder];
  const args = [commandLine, 'doctor', ...named, '--model', modelPath, '--device', device];
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, args, { signal, timeout: timeoutMs }, (error, stdout, stderr) => {
      const report = stdout + stderr;
      // Partial output at cancellation is no report.
      if (!stdout || signal.aborted) reject(new Error(startProblem(error) ?? (stderr.trim() || SILENT)));
      else if (isWhole(error)) resolve(report);
      else resolve(`${report}${report.endsWith('\n') ? '' : '\n'}FAIL doctor   ${SILENT}\n`);
    });
  });
}

/** The doctor exits with 1 when it has found a problem, which its report says. Otherwise the lines so far would look like a healthy machine. */
function isWhole(error: ExecFileException | null): boolean {
  return error === null || (error.code === 1 && !error.killed);
}

/** Node's own message would be the command that was run. */
const SILENT = `The doctor did not finish within ${TIMEOUT_MS / 60_000} minutes, or ended early. Try again when the machine is less busy.`;
