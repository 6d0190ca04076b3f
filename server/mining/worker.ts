/** A parser process: it mines a batch of files after the other. Native code of a grammar may end it, and costs a file by that. */
import { setImmediate as turn } from 'node:timers/promises';
import { answerTasks } from '../system/answerTasks.ts';
import { type FileJob, type MinedFile, mineFile } from './fileMiner.ts';

answerTasks(async (jobs: readonly FileJob[]): Promise<MinedFile[]> => {
  const mined: MinedFile[] = [];
  for (const job of jobs) {
    mined.push(await mineFile(job));
    // N-API frees native trees between turns of the event loop only: 2 GB pile up without them.
    await turn();
  }
  return mined;
});
