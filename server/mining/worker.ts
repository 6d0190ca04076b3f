/** Parser worker: piscina calls the default export in a thread of its own. */
import { setImmediate as turn } from 'node:timers/promises';
import { type FileJob, type MinedFile, mineFile } from './fileMiner.ts';

export default async function mineFiles(jobs: readonly FileJob[]): Promise<MinedFile[]> {
  const mined: MinedFile[] = [];
  for (const job of jobs) {
    mined.push(await mineFile(job));
    // N-API frees native trees between turns of the event loop only: 2 GB pile up without them.
    await turn();
  }
  return mined;
}
