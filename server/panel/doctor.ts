import { execFile } from 'node:child_process';
import { startProblem } from '../system/notStarted.ts';

const TIMEOUT_MS = 120_000;

/**
 * The doctor's report as a person reads it; it includes any problems, so the exit code adds nothing. It runs in a process of its own, the
 * command line's, so that what it finds cannot harm the server.
 */
export async function doctorReport(
  commandLine: string,
  { folder, modelPath }: { readonly folder: string | null; readonly modelPath: string },
  signal: AbortSignal,
): Promise<string> {
  const args = [commandLine, 'doctor', ...(folder === null ? [] : ['--folder', folder]), '--model', modelPath];
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, args, { signal, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      // Partial output at cancellation is no report.
      if (stdout && !signal.aborted) resolve(stdout + stderr);
      else reject(new Error(startProblem(error) ?? (stderr.trim() || SILENT)));
    });
  });
}

/** Node's own message would be the command that was run. */
const SILENT = `The doctor did not finish within ${TIMEOUT_MS / 60_000} minutes, or ended early. Try again when the machine is less busy.`;
