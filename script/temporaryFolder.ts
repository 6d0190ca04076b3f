/** Vitest's global setup: what tests leave in the temporary folder goes with the run, also where a test failed or was killed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Short: the paths of sockets within may have 108 bytes. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-'));
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  return () => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      console.warn(`What the tests left in ${folder} could not be deleted: ${error}`);
    }
  };
}
