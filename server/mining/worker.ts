/** Parser worker: piscina calls the default export in a thread of its own. */
import { setImmediate as turn } from 'node:timers/promises';
import { isStopped, stopOn } from '../languages/stop.ts';
import { type FileJob, type MinedFile, mineFile } from './fileMiner.ts';

export interface WorkerTask {
  readonly jobs: readonly FileJob[];
  /** [1] in shared memory: anything but 0 ends the task, with the files it has. */
  readonly stop: Int32Array;
}

export default async function mineFiles({ jobs, stop }: WorkerTask): Promise<MinedFile[]> {
  stopOn(stop);
  const mined: MinedFile[] = [];
  for (const job of jobs) {
    if (isStopped()) break;
    mined.push(await mineFile(job));
    // N-API frees native trees between turns of the event loop only: 2 GB pile up without them.
    await turn();
  }
  return mined;
}
